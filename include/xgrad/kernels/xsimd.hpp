// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The only header that includes xsimd. Defines XGRAD_HAS_SIMD where xsimd has vectors for the
// target and XGRAD_NO_SIMD does not forbid them.

#if !defined(XGRAD_NO_SIMD)
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
// g++ 12 takes variables of its own intrinsics for AVX-512 to be uninitialised (GCC bug 105593),
// wherever they are inlined, unless the code that they are inlined into is told to be silent.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#if defined(__GNUC__) && !defined(__clang__) && !defined(__OPTIMIZE__) && defined(__AVX512BW__)
// Without optimisation these two are macros of g++ that cast their arguments without converting
// them; xsimd 8 gives them its own vectors.
#include <immintrin.h>
#pragma push_macro("_mm512_mask_blend_epi8")
#pragma push_macro("_mm512_mask_blend_epi16")
#undef _mm512_mask_blend_epi8
#undef _mm512_mask_blend_epi16
#define _mm512_mask_blend_epi8(mask, a, b)                                                         \
    __m512i(__builtin_ia32_blendmb_512_mask(__v64qi(__m512i(a)), __v64qi(__m512i(b)), mask))
#define _mm512_mask_blend_epi16(mask, a, b)                                                        \
    __m512i(__builtin_ia32_blendmw_512_mask(__v32hi(__m512i(a)), __v32hi(__m512i(b)),              \
                                            __mmask32(mask)))
#define XGRAD_RESTORE_BLENDS
#endif
#include <xsimd/xsimd.hpp>
#if defined(XGRAD_RESTORE_BLENDS)
#undef XGRAD_RESTORE_BLENDS
#pragma pop_macro("_mm512_mask_blend_epi16")
#pragma pop_macro("_mm512_mask_blend_epi8")
#endif
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic pop
#endif
#if !defined(XSIMD_NO_SUPPORTED_ARCHITECTURE)
#define XGRAD_HAS_SIMD 1
#endif
#endif
