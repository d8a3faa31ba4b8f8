// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/thread_pool.hpp>
#include <xgrad/core/version.hpp>
#include <xgrad/core/xtensor.hpp>
#include <xgrad/kernels/simd.hpp>

#include <cstddef>
#include <string>

namespace xgrad::inline XGRAD_ABI
{

/// What a program was built from, as far as its results or its speed depend on it.
struct build_description
{
    std::string xgrad;              ///< version
    std::string compiler;           ///< name and version
    std::string vectors;            ///< instruction set, such as "AVX2", or "none"
    std::size_t vector_bits = 0;    ///< width of a vector, 0 without any
    std::string xtensor;            ///< version
    std::string xsimd;              ///< version, or "none"
    bool xtensor_uses_simd = false; ///< whether XTENSOR_USE_XSIMD is defined
    std::size_t threads = 1;        ///< that a thread_pool has unless told otherwise
};

namespace detail
{

inline std::string dotted(int major, int minor, int patch)
{
    return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
}

inline std::string compiler_name()
{
#if defined(__clang__)
    return "clang " + dotted(__clang_major__, __clang_minor__, __clang_patchlevel__);
#elif defined(__GNUC__)
    return "gcc " + dotted(__GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#else
    return "unknown";
#endif
}

inline std::string vectors_name()
{
#if !defined(XGRAD_HAS_SIMD)
    return "none";
#elif defined(__AVX512F__)
    return "AVX-512";
#elif defined(__AVX2__)
    return "AVX2";
#elif defined(__AVX__)
    return "AVX";
#elif defined(__SSE4_1__)
    return "SSE4.1";
#elif defined(__SSE2__)
    return "SSE2";
#elif defined(__aarch64__)
    return "NEON";
#else
    return "vectors";
#endif
}

} // namespace detail

/// What this translation unit was built from: its options decide.
[[nodiscard]] inline build_description build_info()
{
    build_description result;
    result.xgrad = version;
    result.compiler = detail::compiler_name();
    result.vectors = detail::vectors_name();
    result.vector_bits = simd::width<float> == 1 ? 0 : 8 * sizeof(simd::pack<float>);
    result.xtensor =
        detail::dotted(XTENSOR_VERSION_MAJOR, XTENSOR_VERSION_MINOR, XTENSOR_VERSION_PATCH);
#if defined(XGRAD_HAS_SIMD)
    result.xsimd = detail::dotted(XSIMD_VERSION_MAJOR, XSIMD_VERSION_MINOR, XSIMD_VERSION_PATCH);
#else
    result.xsimd = "none";
#endif
#if defined(XTENSOR_USE_XSIMD)
    result.xtensor_uses_simd = true;
#endif
    result.threads = thread_pool::available();
    return result;
}

/// @p b in one line, as programs print it.
[[nodiscard]] inline std::string to_string(const build_description& b)
{
    const std::string vectors = b.vector_bits == 0
                                    ? "no vectors"
                                    : b.vectors + " of " + std::to_string(b.vector_bits) + " bits";
    return "xgrad " + b.xgrad + " (" + b.compiler + ", " + vectors + ", xtensor " + b.xtensor +
           (b.xtensor_uses_simd ? " with xsimd " : ", xsimd ") + b.xsimd + ", pools of " +
           std::to_string(b.threads) + (b.threads == 1 ? " thread)" : " threads)");
}

} // namespace xgrad::inline XGRAD_ABI
