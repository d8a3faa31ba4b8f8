// SPDX-License-Identifier: BSD-3-Clause

#include "elementwise_checks.hpp"

#include <xgrad/ops/activations.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace
{

using namespace elementwise_checks;

const points some{-2.5, 0.3, 1.2, -0.6, 4.1};
const points far{-1e3, 0, 1e3};

const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };

/// Values and gradients at -1000, 0 and 1000, in float and in double.
template <class F>
void check_far(F f, const points& values, const points& gradients)
{
    const auto compare = [](const points& found, const points& expected)
    {
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i)
            check_close(found[i], expected[i], 1e-6);
    };
    compare(value_at<float>(f, far), values);
    compare(value_at<double>(f, far), values);
    compare(gradient_at<float>(f, far), gradients);
    compare(gradient_at<double>(f, far), gradients);
}

} // namespace

TEST_CASE("sigmoid: values and gradients")
{
    const auto sigmoid = [](const auto& x) { return xgrad::sigmoid(x); };
    check_unary(sigmoid, logistic, some);
    check_far(sigmoid, {0, 0.5, 1}, {0, 0.25, 0});
}

TEST_CASE("softplus: values and gradients")
{
    const auto softplus = [](const auto& x) { return xgrad::softplus(x); };
    check_unary(
        softplus, [](double x) { return std::log1p(std::exp(x)); }, some);
    check_far(softplus, {0, std::log(2.0), 1e3}, {0, 0.5, 1});
}

TEST_CASE("relu: values and gradients")
{
    const auto relu = [](const auto& x) { return xgrad::relu(x); };
    check_unary(
        relu, [](double x) { return std::max(x, 0.0); }, some);
    check_far(relu, {0, 0, 1e3}, {0, 0, 1});
    CHECK(std::isnan(value_at<double>(relu, {std::nan("")})[0]));
}

TEST_CASE("leaky_relu: values and gradients, of the slope as well")
{
    const auto leaky = [](const auto& x) { return xgrad::leaky_relu(x); };
    check_unary(
        leaky, [](double x) { return x > 0 ? x : 0.01 * x; }, some);
    check_far([](const auto& x) { return xgrad::leaky_relu(x, 0.25); }, {-250, 0, 1e3},
              {0.25, 0.25, 1});
    check_inside([](const auto& x, const auto& slope)
                 { return xgrad::sum(x * xgrad::leaky_relu(x, slope)); },
                 some, {0.2, -0.3, 1.5});
}

TEST_CASE("elu: values and gradients, of alpha as well")
{
    const auto elu = [](const auto& x) { return xgrad::elu(x); };
    check_unary(
        elu, [](double x) { return x > 0 ? x : std::expm1(x); }, some);
    check_far(elu, {-1, 0, 1e3}, {0, 1, 1});
    check_far([](const auto& x) { return xgrad::elu(x, 0.5); }, {-0.5, 0, 1e3}, {0, 0.5, 1});
    check_inside([](const auto& x, const auto& alpha)
                 { return xgrad::sum(x * xgrad::elu(x, alpha)); },
                 some, {0.2, -0.3, 1.5});
}

TEST_CASE("silu: values and gradients")
{
    const auto silu = [](const auto& x) { return xgrad::silu(x); };
    check_unary(
        silu, [](double x) { return x * logistic(x); }, some);
    check_far(silu, {0, 0, 1e3}, {0, 0.5, 1});
}

TEST_CASE("gelu: values and gradients")
{
    const auto gelu = [](const auto& x) { return xgrad::gelu(x); };
    check_unary(
        gelu, [](double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }, some);
    check_far(gelu, {0, 0, 1e3}, {0, 0.5, 1});
}

TEST_CASE("gelu: the approximation by tanh")
{
    const auto gelu = [](const auto& x) { return xgrad::gelu(x, xgrad::tanh_approximation); };
    const auto reference = [](double x)
    {
        const double root = std::sqrt(2 / std::acos(-1.0));
        return 0.5 * x * (1 + std::tanh(root * (x + 0.044715 * x * x * x)));
    };
    check_unary(gelu, reference, some);
    check_far(gelu, {0, 0, 1e3}, {0, 0.5, 1});
    const points at{-3, -1, -0.2, 0.5, 2};
    const auto exact = value_at<double>([](const auto& x) { return xgrad::gelu(x); }, at);
    const auto approximate = value_at<double>(gelu, at);
    for (std::size_t i = 0; i < at.size(); ++i)
        CHECK(std::abs(exact[i] - approximate[i]) < 1e-3);
}

TEST_CASE("activations: float agrees with double")
{
    check_float(
        [](const auto& x, const auto& y)
        {
            const auto hidden = xgrad::relu(x) + xgrad::leaky_relu(x, y) + xgrad::elu(x, y);
            return xgrad::sum(xgrad::sigmoid(x) * xgrad::softplus(x) + xgrad::silu(x * y) +
                              xgrad::gelu(x) * y + xgrad::gelu(x, xgrad::tanh_approximation) +
                              hidden);
        },
        some, {1, 0.3, -0.8});
}
