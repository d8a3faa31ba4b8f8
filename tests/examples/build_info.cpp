// SPDX-License-Identifier: BSD-3-Clause
#include "support/build_info.hpp"

#include <xgrad/kernels/simd.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace examples;

TEST_CASE("this_build: names what the results depend on")
{
    const build_info b = this_build();
    for (const std::string& text : {b.xgrad, b.compiler, b.type, b.xtensor, b.xsimd})
        CHECK_FALSE(text.empty());
    constexpr std::size_t width = xgrad::simd::width<float>;
    CHECK((width == 1 ? b.simd == "none"
                      : b.simd.ends_with(", " + std::to_string(width) + " floats")));
}

TEST_CASE("describe: tells a build in one line")
{
    CHECK(describe(this_build()).starts_with("xgrad "));
    CHECK(describe(this_build()).find('\n') == std::string::npos);
}
