// SPDX-License-Identifier: BSD-3-Clause
#include "support/build_info.hpp"

#include <nlohmann/json.hpp>

namespace examples
{

build_info this_build()
{
#if defined(XGRAD_HAS_ZLIB)
    constexpr bool zlib = true;
#else
    constexpr bool zlib = false;
#endif
    return {xgrad::build_info(), XGRAD_EXAMPLES_BUILD_TYPE, zlib};
}

std::string describe(const build_info& b)
{
    return to_string(b.library) + ", " + b.type + (b.zlib ? ", zlib" : "");
}

nlohmann::ordered_json to_json(const build_info& b)
{
    return {{"xgrad", b.library.xgrad},
            {"compiler", b.library.compiler},
            {"type", b.type},
            {"simd", b.library.vectors},
            {"vector_bits", b.library.vector_bits},
            {"xtensor", b.library.xtensor},
            {"xsimd", b.library.xsimd},
            {"zlib", b.zlib}};
}

} // namespace examples
