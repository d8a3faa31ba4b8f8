// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/abi.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace xgrad::inline XGRAD_ABI
{

/// Grey images with a label each, as the bytes they come in: they become numbers only when a batch
/// of them is gathered, which keeps 60,000 images in 47 MB.
struct image_dataset
{
    std::vector<std::uint8_t> pixels; ///< (count, height, width), row-major; 0 is background
    std::vector<std::uint8_t> labels; ///< (count), each below `classes`
    std::size_t count = 0;
    std::size_t height = 0;
    std::size_t width = 0;
    std::size_t classes = 0;
    std::string name;   ///< what the images are, such as "MNIST train"
    std::string source; ///< where they come from: a folder, or the generator and its seed
};

/// Two sets of images: one to learn from, one to judge by.
struct train_and_test
{
    image_dataset train;
    image_dataset test;
};

} // namespace xgrad::inline XGRAD_ABI
