// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Declares layers and optimizers for headers that only mention them.

#include <xgrad/ops/window.hpp>

#include <cstddef>

namespace xgrad::inline XGRAD_ABI::nn
{

template <class T, std::size_t Inputs, std::size_t Outputs>
struct linear;

template <class T, std::size_t Inputs, std::size_t Outputs, std::size_t Kernel,
          window_word... Words>
struct conv2d;

template <class T>
class sgd;

} // namespace xgrad::inline XGRAD_ABI::nn
