// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Points upwards.
#include <xgrad/kernels/simd.hpp>
