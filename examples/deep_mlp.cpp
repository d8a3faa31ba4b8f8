// SPDX-License-Identifier: BSD-3-Clause

// A perceptron with two hidden layers: the network is in models/deep_mlp.hpp, its training in
// models/train.hpp.

#include "models/models.hpp"
#include "support/run.hpp"

int main(int argc, char** argv)
{
    return examples::run("deep_mlp", argc, argv, examples::train_deep_mlp);
}
