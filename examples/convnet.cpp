// SPDX-License-Identifier: BSD-3-Clause

// A small convolutional network: the network is in models/convnet.hpp, its training in
// models/train.hpp.

#include "models/models.hpp"
#include "support/run.hpp"

int main(int argc, char** argv)
{
    return examples::run("convnet", argc, argv, examples::train_convnet);
}
