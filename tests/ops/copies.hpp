// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "reductions.hpp"

#include <xgrad/ops/sum.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <vector>

namespace xgrad::test
{

/// Small integers that depend on @p seed: their sums of products are exact in any order.
inline std::vector<double> integers(std::size_t count, std::size_t seed)
{
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = static_cast<double>((i + seed) * 7919 % 13) - 6;
    return values;
}

/// The gradient of x, given that of f(x).
template <class Plan>
void backward_from(Plan& p, const std::vector<double>& seed)
{
    const auto value = p.value();
    xt::xtensor<double, std::tuple_size_v<std::remove_cvref_t<decltype(value.shape())>>> gradient;
    std::remove_cvref_t<decltype(gradient.shape())> shape;
    std::copy(value.shape().begin(), value.shape().end(), shape.begin());
    gradient.resize(shape);
    std::copy(seed.begin(), seed.end(), gradient.data());
    p.backward(gradient);
}

/// Checks an operation that copies elements: element number i of f(x) is number source(i, x's
/// shape, the shape of f(x)) of x. Its gradient is the exact adjoint.
template <class F, class Source>
void check_copies(const extents& e, const F& f, const Source& source)
{
    CAPTURE(to_string(e));
    cube x(e[0], e[1], e[2]);
    const auto values = integers(e.size(), 3);
    std::copy(values.begin(), values.end(), x.value().data());
    const auto out = f(x);
    plan p(out);
    p.forward();
    const auto value = p.value();
    extents shape = extents::filled(value.dimension(), 0);
    std::copy(value.shape().begin(), value.shape().end(), shape.extent.begin());
    const auto seed = integers(value.size(), 5);
    backward_from(p, seed);
    std::vector<double> gradient(e.size());
    double out_times_seed = 0, x_times_gradient = 0;
    for (std::size_t i = 0; i < value.size(); ++i)
    {
        const std::size_t from = source(i, e, shape);
        CHECK(value.data()[i] == values[from]);
        gradient[from] += seed[i];
        out_times_seed += value.data()[i] * seed[i];
    }
    for (std::size_t i = 0; i < gradient.size(); ++i)
    {
        CHECK(x.gradient().data()[i] == gradient[i]);
        x_times_gradient += values[i] * x.gradient().data()[i];
    }
    CHECK(out_times_seed == x_times_gradient);
}

/// The same at many shapes, and between fused operations whose gradients meet.
template <class F, class Source>
void check_copies(const F& f, const Source& source)
{
    for (const extents& e : {extents(5, 4, 3), extents(4, 5, 9), extents(5, 6, 1),
                             extents(4, 17, 3), extents(9, 4, 8), extents(4, 4, 4)})
        check_copies(e, f, source);
    const cube x = make_cube(extents(4, 5, 3));
    const auto y = f(times(x, x));
    const auto check = check_gradient(times(sum(times(y, y)), sum(times(x, x))));
    CHECK_MESSAGE(check, check.message);
}

/// The extents of the value of @p expression.
template <class E>
extents evaluated_shape(const E& expression)
{
    evaluation e(expression);
    const auto value = e.forward();
    extents shape = extents::filled(value.dimension(), 0);
    std::copy(value.shape().begin(), value.shape().end(), shape.extent.begin());
    return shape;
}

/// The place of element number @p i of a tensor along each axis.
inline std::array<std::size_t, max_rank> place_of(std::size_t i, const extents& e)
{
    std::array<std::size_t, max_rank> place{};
    for (std::size_t k = e.rank; k-- > 0; i /= e[k])
        place[k] = i % e[k];
    return place;
}

/// The number of the element of a tensor of three axes at (i, j, k).
inline std::size_t element_at(const extents& e, std::size_t i, std::size_t j, std::size_t k)
{
    return (i * e[1] + j) * e[2] + k;
}

} // namespace xgrad::test
