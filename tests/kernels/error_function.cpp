// SPDX-License-Identifier: BSD-3-Clause

#include "kernels/function_accuracy.hpp"

#include <xgrad/kernels/error_function.hpp>

#include <doctest/doctest.h>

using namespace xgrad::test;

namespace
{

const auto error_function = [](auto v) { return xgrad::simd::erf(v); };
const auto complement = [](auto v) { return xgrad::simd::erfc(v); };

} // namespace

TEST_CASE("simd::erf and erfc: agree with the standard library, the tail in relative terms")
{
    const auto reference = [](double x) { return std::erfc(x); };
    check_accuracy(
        error_function, [](double x) { return std::erf(x); }, -7, 7);
    check_accuracy(complement, reference, -7, 1);
#if defined(__FMA__)
    constexpr double units = 6;
#else
    constexpr double units = 800; // the error of the square is not known
#endif
    CHECK(worst_error<float>(complement, reference, 1, 9) <= units);
    CHECK(worst_error<double>(complement, reference, 1, 26.5) <= units);
}

TEST_CASE("simd::erf and erfc: at 0 and far from it")
{
    CHECK(at<double>(error_function, 0) == 0);
    CHECK(at<double>(complement, 0) == 1);
    for (const double far : {40.0, 1e30, infinity})
    {
        CHECK(at<float>(error_function, far) == 1);
        CHECK(at<float>(error_function, -far) == -1);
        CHECK(at<double>(error_function, -far) == -1);
        CHECK(at<float>(complement, far) == 0);
        CHECK(at<double>(complement, far) == 0);
        CHECK(at<double>(complement, -far) == 2);
    }
    CHECK(std::isnan(at<double>(error_function, std::nan(""))));
    CHECK(std::isnan(at<float>(complement, std::nan(""))));
}
