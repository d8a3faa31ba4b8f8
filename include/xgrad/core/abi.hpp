// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/compiler_options.hpp>

// The inline namespace that everything of xgrad lives in. Its name tells what a translation unit
// was compiled for, so that units compiled for different processors, or with and without vectors in
// xtensor, share no symbol: each calls its own code, and the linker has nothing to mix up.
//
// One name for each width and set of instructions that xgrad's loops depend on.

#if defined(XGRAD_NO_SIMD)
#define XGRAD_ABI_VECTORS no_simd
#elif defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512CD__) &&                    \
    defined(__AVX512DQ__)
#define XGRAD_ABI_VECTORS avx512
#elif defined(__AVX512F__)
#define XGRAD_ABI_VECTORS avx512f
#elif defined(__AVX2__) && defined(__FMA__)
#define XGRAD_ABI_VECTORS avx2_fma
#elif defined(__AVX2__)
#define XGRAD_ABI_VECTORS avx2
#elif defined(__AVX__)
#define XGRAD_ABI_VECTORS avx
#elif defined(__SSE4_1__)
#define XGRAD_ABI_VECTORS sse4
#elif defined(__SSE2__)
#define XGRAD_ABI_VECTORS sse2
#elif defined(__aarch64__)
#define XGRAD_ABI_VECTORS neon64
#else
#define XGRAD_ABI_VECTORS generic
#endif

#define XGRAD_ABI_JOIN_EXPANDED(vectors, containers) vectors##containers
#define XGRAD_ABI_JOIN(vectors, containers) XGRAD_ABI_JOIN_EXPANDED(vectors, containers)

#if defined(XTENSOR_USE_XSIMD)
#define XGRAD_ABI XGRAD_ABI_JOIN(XGRAD_ABI_VECTORS, _xtensor_simd)
#else
#define XGRAD_ABI XGRAD_ABI_VECTORS
#endif

#define XGRAD_ABI_TEXT_EXPANDED(name) #name
#define XGRAD_ABI_TEXT(name) XGRAD_ABI_TEXT_EXPANDED(name)

namespace xgrad::inline XGRAD_ABI
{

/// The name of the inline namespace: what this unit was compiled for.
inline constexpr const char* architecture_name = XGRAD_ABI_TEXT(XGRAD_ABI);

} // namespace xgrad::inline XGRAD_ABI
