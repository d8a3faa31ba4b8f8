// SPDX-License-Identifier: BSD-3-Clause

// A perceptron with one hidden layer: the network is in models/mlp.hpp, its training in
// models/train.hpp.

#include "models/models.hpp"
#include "support/run.hpp"

int main(int argc, char** argv) { return examples::run("mlp", argc, argv, examples::train_mlp); }
