// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "reductions.hpp"

#include <xgrad/core/xtensor.hpp>
#include <xgrad/expr/plan.hpp>
#include <xgrad/testing/check_gradient.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <type_traits>
#include <vector>

namespace xgrad::test
{

using unknown_vector = shape<dynamic>;
using unknown_matrix = shape<dynamic, dynamic>;
using unknown_stack = shape<dynamic, dynamic, dynamic>;
using unknown_images = shape<dynamic, dynamic, dynamic, dynamic>;

/// Extents from a list in braces.
struct dimensions : extents
{
    dimensions(const extents& e) : extents(e) {}
    dimensions(std::initializer_list<std::size_t> list)
    {
        rank = list.size();
        std::copy(list.begin(), list.end(), extent.begin());
    }
};

/// Sizes around the width of a vector.
inline std::vector<std::size_t> sizes()
{
    constexpr std::size_t width = simd::width<double>;
    return {0, 1, 2, 3, width - 1, width, width + 1};
}

template <class T, std::size_t Rank>
xt::xtensor<T, Rank> filled_tensor(const dimensions& e, std::size_t first = 1)
{
    std::array<std::size_t, Rank> shape{};
    std::copy_n(e.extent.begin(), Rank, shape.begin());
    xt::xtensor<T, Rank> values(shape);
    fill_distinct(values.data(), values.size(), first);
    return values;
}

/// A parameter of the extents @p e with distinct numbers.
template <class Tag, class Shape, class T = double>
parameter<T, Shape, Tag> filled(const dimensions& e, std::size_t first = 1)
{
    return parameter<T, Shape, Tag>(filled_tensor<T, Shape::rank>(e, first));
}

template <class View>
std::vector<double> elements_of(const View& view)
{
    return std::vector<double>(view.data(), view.data() + view.size());
}

template <class E>
std::vector<double> values_of(const E& expression)
{
    plan p(expression);
    if constexpr (E::rank == 0)
        return {p.forward()};
    else
        return elements_of(p.forward());
}

inline void check_values(const std::vector<double>& actual, const std::vector<double>& expected)
{
    REQUIRE(actual.size() == expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
        CHECK(agree(actual[i], expected[i]));
}

template <class E>
void check_gradients(const E& expression)
{
    const auto check = check_gradient(expression);
    CHECK_MESSAGE(check, check.message);
}

/// The gradient of the weights in loss_of(input, weights) by a plan that saw a full batch and then
/// a smaller one.
template <class T, class In, class Weights, class F>
std::vector<T> gradient_after_batches(const F& loss_of, const dimensions& full,
                                      const dimensions& part, const dimensions& weights)
{
    const auto w = filled<named<"w">, Weights, T>(weights, 5);
    const auto first = filled_tensor<T, In::rank>(full, 2);
    const auto second = filled_tensor<T, In::rank>(part, 9);
    input<T, In, named<"in">> in;
    in.bind(first);
    const auto loss = loss_of(in, w);
    plan p(loss);
    p.value_and_gradient();
    in.bind(second);
    p.value_and_gradient();
    const std::vector<T> gradient(w.gradient().data(), w.gradient().data() + w.size());
    if constexpr (std::is_same_v<T, double>)
        check_gradients(loss);
    return gradient;
}

/// The same in double, against central differences, and in float, against double.
template <class In, class Weights, class F>
void check_batches(const F& loss_of, const dimensions& full, const dimensions& part,
                   const dimensions& weights)
{
    const auto exact = gradient_after_batches<double, In, Weights>(loss_of, full, part, weights);
    const auto rounded = gradient_after_batches<float, In, Weights>(loss_of, full, part, weights);
    REQUIRE(!exact.empty());
    CHECK(std::any_of(exact.begin(), exact.end(), [](double g) { return g != 0; }));
    for (std::size_t i = 0; i < exact.size(); ++i)
        CHECK(static_cast<double>(rounded[i]) == doctest::Approx(exact[i]).epsilon(1e-4));
}

} // namespace xgrad::test
