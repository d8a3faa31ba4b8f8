// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/build_info.hpp>

#include <doctest/doctest.h>

#include <string>

TEST_CASE("build_info: what the compiler was told")
{
    const xgrad::build_description b = xgrad::build_info();
    CHECK(b.xgrad == xgrad::version);
    CHECK(b.vector_bits == (xgrad::simd::width<float> == 1 ? 0 : 32 * xgrad::simd::width<float>));
    CHECK((b.vectors == "none") == (b.vector_bits == 0));
    CHECK(b.xtensor.starts_with("0."));
    CHECK(b.threads == xgrad::thread_pool().size());
}

TEST_CASE("build_info: one line names all of it")
{
    xgrad::build_description b{"1.2.3", "gcc 12.2.0", "AVX2", 256, "0.24.3", "8.1.0", false, 2};
    CHECK(to_string(b) == "xgrad 1.2.3 (gcc 12.2.0, AVX2 of 256 bits, xtensor 0.24.3, "
                          "xsimd 8.1.0, pools of 2 threads)");
    b.vector_bits = 0;
    b.xtensor_uses_simd = true;
    b.threads = 1;
    CHECK(to_string(b) == "xgrad 1.2.3 (gcc 12.2.0, no vectors, xtensor 0.24.3 with "
                          "xsimd 8.1.0, pools of 1 thread)");
}
