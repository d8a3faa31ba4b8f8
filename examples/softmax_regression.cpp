// SPDX-License-Identifier: BSD-3-Clause

// Softmax regression: the network is in models/softmax_regression.hpp, its training in
// models/train.hpp.

#include "models/models.hpp"
#include "support/run.hpp"

int main(int argc, char** argv)
{
    return examples::run("softmax_regression", argc, argv, examples::train_softmax_regression);
}
