// SPDX-License-Identifier: BSD-3-Clause

#include <xgrad/nn/initializers.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

using namespace xgrad;

namespace
{

struct moments
{
    double mean = 0;
    double deviation = 0;
    double largest = 0;
};

template <class T, class Init>
moments moments_of(const Init& init, const nn::fans& f = {300, 100})
{
    std::vector<T> values(200'000);
    random_stream stream(7);
    init(std::span<T>(values), f, stream);
    moments m;
    for (const T value : values)
        m.mean += static_cast<double>(value) / static_cast<double>(values.size());
    for (const T value : values)
    {
        const double d = static_cast<double>(value) - m.mean;
        m.deviation += d * d / static_cast<double>(values.size());
        m.largest = std::max(m.largest, std::fabs(static_cast<double>(value)));
    }
    m.deviation = std::sqrt(m.deviation);
    return m;
}

void check_moments(const moments& m, double mean, double deviation, double bound)
{
    CHECK(m.mean == doctest::Approx(mean).epsilon(0.01).scale(1));
    CHECK(m.deviation == doctest::Approx(deviation).epsilon(0.01));
    CHECK(m.largest <= bound);
}

} // namespace

TEST_CASE_TEMPLATE("initializers: mean, deviation and range are those of their papers", T, float,
                   double)
{
    const double tail = 0.8796; // of the deviation is left of a normal cut at two deviations
    check_moments(moments_of<T>(nn::normal{0.5, 2}), 2, 0.5, 5.5);
    check_moments(moments_of<T>(nn::truncated_normal{0.1}), 0, 0.1 * tail, 0.2 + 1e-6);
    check_moments(moments_of<T>(nn::uniform{-1, 3}), 1, 4 / std::sqrt(12.0), 3);
    check_moments(moments_of<T>(nn::glorot_uniform{}), 0, std::sqrt(2.0 / 400),
                  std::sqrt(6.0 / 400) + 1e-6);
    check_moments(moments_of<T>(nn::glorot_normal{}), 0, std::sqrt(2.0 / 400), 1);
    check_moments(moments_of<T>(nn::he_uniform{}), 0, std::sqrt(2.0 / 300),
                  std::sqrt(6.0 / 300) + 1e-6);
    check_moments(moments_of<T>(nn::he_normal{}), 0, std::sqrt(2.0 / 300), 1);
    check_moments(moments_of<T>(nn::lecun_uniform{}), 0, std::sqrt(1.0 / 300),
                  std::sqrt(3.0 / 300) + 1e-6);
    check_moments(moments_of<T>(nn::lecun_normal{}), 0, std::sqrt(1.0 / 300), 1);
}

TEST_CASE("initializers: zeros, constants and layers without inputs")
{
    std::vector<float> values(5, 9.0F);
    random_stream stream(1);
    nn::constant{0.25}(std::span<float>(values), {}, stream);
    CHECK(values == std::vector<float>(5, 0.25F));
    nn::zeros{}(std::span<float>(values), {}, stream);
    CHECK(values == std::vector<float>(5, 0.0F));
    nn::he_uniform{}(std::span<float>(values), {0, 0}, stream);
    CHECK(values == std::vector<float>(5, 0.0F));
}
