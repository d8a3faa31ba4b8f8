// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Takes a whole layer through its umbrella, and names xsimd.
#include <xgrad/expr.hpp>
#include <xsimd/xsimd.hpp>
