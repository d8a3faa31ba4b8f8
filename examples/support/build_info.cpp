// SPDX-License-Identifier: BSD-3-Clause
#include "support/build_info.hpp"

#include <xgrad/core/xtensor.hpp>
#include <xgrad/kernels/simd.hpp>

#include <nlohmann/json.hpp>

namespace examples
{

namespace
{

std::string version(int major, int minor, int patch)
{
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

std::string compiler()
{
#if defined(__clang__)
    return "clang " + version(__clang_major__, __clang_minor__, __clang_patchlevel__);
#else
    return "gcc " + version(__GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

/// The vectors that the compiler was told it may use.
std::string instruction_set()
{
#if defined(__AVX512F__)
    return "AVX-512";
#elif defined(__AVX2__)
    return "AVX2";
#elif defined(__AVX__)
    return "AVX";
#elif defined(__SSE2__)
    return "SSE2";
#elif defined(__ARM_NEON)
    return "NEON";
#else
    return "vectors";
#endif
}

std::string simd()
{
    constexpr std::size_t width = xgrad::simd::width<float>;
    return width == 1 ? "none" : instruction_set() + ", " + std::to_string(width) + " floats";
}

std::string xsimd_version()
{
#if defined(XSIMD_VERSION_MAJOR)
    return version(XSIMD_VERSION_MAJOR, XSIMD_VERSION_MINOR, XSIMD_VERSION_PATCH);
#else
    return "none";
#endif
}

} // namespace

build_info this_build()
{
    return
    {
        .xgrad = XGRAD_EXAMPLES_VERSION, .simd = simd(), .compiler = compiler(),
        .type = XGRAD_EXAMPLES_BUILD_TYPE,
        .xtensor = version(XTENSOR_VERSION_MAJOR, XTENSOR_VERSION_MINOR, XTENSOR_VERSION_PATCH),
        .xsimd = xsimd_version(),
#if defined(XGRAD_HAS_ZLIB)
        .zlib = true
    };
#else
        .zlib = false
    };
#endif
}

std::string describe(const build_info& b)
{
    return "xgrad " + b.xgrad + " (" + b.compiler + ", " + b.type + ", " + b.simd + ", xtensor " +
           b.xtensor + ", xsimd " + b.xsimd + (b.zlib ? ", zlib)" : ")");
}

nlohmann::ordered_json to_json(const build_info& b)
{
    return {{"xgrad", b.xgrad},     {"simd", b.simd},   {"compiler", b.compiler}, {"type", b.type},
            {"xtensor", b.xtensor}, {"xsimd", b.xsimd}, {"zlib", b.zlib}};
}

} // namespace examples
