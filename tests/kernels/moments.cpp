// SPDX-License-Identifier: BSD-3-Clause
#include "guarded.hpp"

#include <xgrad/kernels/moments.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>

namespace kernels = xgrad::kernels;
using xgrad::test::guarded;

TEST_CASE_TEMPLATE("mean, variance, norm: equal their definitions at all small shapes", T, float,
                   double)
{
    for (const std::size_t outer : {0U, 1U, 3U})
        for (const std::size_t length : {3U, 4U, 7U, 8U, 9U, 40U})
            for (const std::size_t inner : {0U, 1U, 2U, 3U, 4U, 7U, 9U, 21U})
                for (const std::size_t correction : {0U, 1U})
                {
                    const std::size_t results = outer * inner;
                    guarded<T> x(results * length, 1), mean(results), means(results);
                    guarded<T> variance(results), norm(results, 3);
                    x.fill_integers(4);
                    kernels::mean(outer, length, inner, x.data(), mean.data());
                    kernels::variance(outer, length, inner, correction, x.data(), means.data(),
                                      variance.data());
                    kernels::norm(outer, length, inner, x.data(), norm.data());
                    for (std::size_t i = 0; i < results; ++i)
                    {
                        double sum = 0, squares = 0;
                        for (std::size_t l = 0; l < length; ++l)
                        {
                            const T v = x[(i / inner * length + l) * inner + i % inner];
                            sum += static_cast<double>(v);
                            squares += static_cast<double>(v) * static_cast<double>(v);
                        }
                        const auto n = static_cast<double>(length);
                        const double about = squares - sum * sum / n;
                        CHECK(mean[i] == doctest::Approx(sum / n).epsilon(1e-6));
                        CHECK(means[i] == mean[i]);
                        CHECK(variance[i] ==
                              doctest::Approx(about / (n - static_cast<double>(correction)))
                                  .epsilon(1e-5));
                        CHECK(norm[i] == doctest::Approx(std::sqrt(squares)).epsilon(1e-6));
                    }
                    CHECK(mean.intact());
                    CHECK(variance.intact());
                    CHECK(norm.intact());
                }
}

TEST_CASE_TEMPLATE("mean, variance, norm: of nothing and of one element", T, float, double)
{
    const T x = 3;
    T mean = 0, variance = 0, norm = 7;
    kernels::variance(1, 0, 1, 0, &x, &mean, &variance);
    kernels::norm(1, 0, 1, &x, &norm);
    CHECK(std::isnan(mean));
    CHECK(std::isnan(variance));
    CHECK(norm == 0);
    kernels::variance(1, 1, 1, 0, &x, &mean, &variance);
    CHECK(mean == 3);
    CHECK(variance == 0);
    kernels::variance(1, 1, 1, 1, &x, &mean, &variance);
    CHECK(std::isnan(variance));
}

TEST_CASE_TEMPLATE("variance: does not cancel", T, float, double)
{
    const T far = T(4096);
    const T x[] = {far + 1, far + 2, far + 3, far + 4, far + 5};
    T mean = 0, variance = 0;
    kernels::variance(1, 5, 1, 0, x, &mean, &variance);
    CHECK(variance == doctest::Approx(2));
}
