// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/data/digits.hpp>

namespace benchmarks
{

/// The images that every training benchmark learns: as many as MNIST has for training when 5,000
/// are held out, of the same size. Drawn once for a program.
inline const xgrad::image_dataset& digits()
{
    static const xgrad::image_dataset instance = xgrad::make_digits(55000, 1);
    return instance;
}

} // namespace benchmarks
