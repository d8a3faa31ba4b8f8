// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The only header that names xtensor's headers, which moved in its version 0.26.

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
// With XTENSOR_USE_XSIMD it brings xsimd: see kernels/xsimd.hpp.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xnoalias.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xtensor.hpp>
#endif

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic pop
#endif
