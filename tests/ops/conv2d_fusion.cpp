// SPDX-License-Identifier: BSD-3-Clause

// Convolutions that a plan runs together with relu and pooling, against the same operations one by
// one: a copy of the convolution's result for a second reader keeps them apart.

#include "ops/tensors.hpp"

#include <xgrad/expr/plan.hpp>
#include <xgrad/ops.hpp>
#include <xgrad/testing/check_gradient.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

using namespace xgrad;

namespace
{

/// Values without ties, as many above zero as below.
template <class T>
std::vector<T> values(std::size_t count, double phase)
{
    std::vector<T> result(count);
    for (std::size_t i = 0; i < count; ++i)
        result[i] = static_cast<T>(std::sin(phase + 1.3 * static_cast<double>(i)));
    return result;
}

template <class T, std::size_t Channels, std::size_t Height, std::size_t Width, std::size_t Filters>
struct images
{
    std::vector<T> x_values = values<T>(3 * Channels * Height * Width, 1);
    std::vector<T> w_values = values<T>(Filters * Channels * 9, 2);
    std::vector<T> b_values = values<T>(Filters, 3);
    input<T, shape<dynamic, Channels, Height, Width>> x;
    parameter<T, shape<Channels, 1, 1>> scale; // gives the images a gradient
    parameter<T, shape<Filters, Channels, 3, 3>> w{adopt, w_values.data()};
    parameter<T, shape<Filters>> b{adopt, b_values.data()};

    images()
    {
        for (std::size_t k = 0; k < Channels; ++k)
            scale.data()[k] = T(1) + T(0.1) * static_cast<T>(k);
    }
};

template <class T>
double distance(const std::vector<T>& a, const std::vector<T>& b)
{
    REQUIRE(a.size() == b.size());
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        worst = std::max(worst, std::abs(static_cast<double>(a[i] - b[i])));
    return worst;
}

template <class I>
auto gradients(const I& i)
{
    std::vector<typename I::element> all;
    const auto append = [&](const auto& g) { all.insert(all.end(), g.begin(), g.end()); };
    append(i.scale.gradient());
    append(i.w.gradient());
    append(i.b.gradient());
    return all;
}

template <class T, std::size_t... Extents>
struct sized : images<T, Extents...>
{
    using element = T;
};

/// @p build makes the fused expression of a convolution; the one beside it is read by a second
/// operation, whose weight is zero.
template <class I, class Build>
void check(double tolerance, Build build, std::size_t steps)
{
    using T = typename I::element;
    I i;
    const auto convolution = [&] { return conv2d(i.x * i.scale, i.w, i.b, same); };
    const auto fused = build(convolution());
    const auto shared = convolution();
    plan together(sum(square(fused)));
    plan apart(sum(square(build(shared))) + T(0) * sum(shared));
    CHECK(together.summary().forward_steps == steps);
    for (const std::size_t batch : {3U, 1U, 0U, 2U})
    {
        CAPTURE(batch);
        i.x.bind(i.x_values.data(), batch);
        const double expected = static_cast<double>(apart.value_and_gradient());
        const auto expected_gradients = gradients(i);
        for (int repeat = 0; repeat < 2; ++repeat)
        {
            CHECK(static_cast<double>(together.value_and_gradient()) ==
                  doctest::Approx(expected).epsilon(tolerance));
            CHECK(distance(gradients(i), expected_gradients) <= tolerance * 100);
        }
    }
}

const auto rectified = [](const auto& c) { return relu(c); };
const auto pooled = [](const auto& c) { return max_pool2d(relu(c), window<2>); };

} // namespace

TEST_CASE("conv2d_fusion: with relu and pooling")
{
    check<sized<float, 1, 12, 12, 3>>(1e-5, pooled, 3);
    check<sized<double, 2, 7, 9, 2>>(1e-12, pooled, 3);
}

TEST_CASE("conv2d_fusion: with relu") { check<sized<double, 2, 7, 9, 2>>(1e-12, rectified, 3); }

TEST_CASE("conv2d_fusion: against differences, used twice in one graph")
{
    sized<double, 1, 6, 6, 2> i;
    i.x.bind(i.x_values.data(), 2U);
    const auto once = pooled(conv2d(i.x, i.w, i.b, same));
    const auto again = rectified(conv2d(i.x * i.scale, i.w, i.b, same));
    CHECK(check_gradient(sum(once * once) + sum(sin(again))));
}

TEST_CASE("conv2d_fusion: weights that are not learned")
{
    sized<double, 1, 6, 6, 2> i;
    i.x.bind(i.x_values.data(), 2U);
    const constant<double, shape<2, 1, 3, 3>> w{xt::xtensor<double, 4>(i.w.value())};
    CHECK(check_gradient(sum(square(pooled(conv2d(i.x, w, i.b, same))))));
    CHECK(check_gradient(sum(square(rectified(conv2d(i.x, w, i.b, same))))));
}

TEST_CASE("conv2d_fusion: what has another reader or other windows stays apart")
{
    sized<double, 1, 6, 6, 2> i;
    i.x.bind(i.x_values.data(), 1U);
    const auto steps = [](const auto& e) { return plan(e).summary().forward_steps; };
    const auto c = conv2d(i.x, i.w, i.b, same);
    CHECK(steps(sum(pooled(c))) == 2);
    CHECK(steps(sum(pooled(c)) + sum(c)) == 6);
    CHECK(steps(sum(max_pool2d(relu(c), window<3>))) == 3);
    CHECK(steps(sum(max_pool2d(c, window<2>))) == 3);
    input<double, shape<dynamic, 1, dynamic, dynamic>> open;
    open.bind(i.x_values.data(), 1U, 6U, 6U);
    CHECK(steps(sum(pooled(conv2d(open, i.w, i.b, same)))) == 4);
}

TEST_CASE("conv2d_fusion: a plan describes what it fused, and what it costs")
{
    sized<float, 1, 12, 12, 3> i;
    i.x.bind(i.x_values.data(), 2U);
    plan p(sum(sin(pooled(conv2d(i.x, i.w, i.b, same))) * 2.0F));
    p.value_and_gradient();
    const std::string text = p.describe();
    CAPTURE(text);
    const auto says = [&](const char* words) { return text.find(words) != std::string::npos; };
    CHECK(says("conv2d + relu + max_pool2d"));
    CHECK(says("sin, multiply, sum"));
    CHECK(says("one loop"));
    CHECK(says("(2, 3, 6, 6)"));
    CHECK(says("16 k")); // 2 flops for each of 9 taps, 3 filters, and 2 images of 12 x 12
    CHECK(says("single pass"));
    CHECK(says("workspace"));
}
