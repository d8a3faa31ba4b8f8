// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/axes.hpp>
#include <xgrad/expr/plan.hpp>
#include <xgrad/ops/sum.hpp>
#include <xgrad/testing/check_gradient.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace xgrad::test
{

struct times_op : elementwise<2>
{
    static constexpr const char* name = "times";
    static constexpr saved reads = saved::arguments;

    template <class V>
    static V forward(const V& a, const V& b)
    {
        return a * b;
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& a, const V& b, V& grad_a, V& grad_b)
    {
        grad_a = grad_out * b;
        grad_b = grad_out * a;
    }
};

/// a * b, so that reductions are tested without the operations that other files test.
template <expression_like A, expression_like B>
auto times(const A& a, const B& b)
{
    return apply<times_op>(a, b);
}

/// Distinct numbers between 0.5 and 1.5 in size, of both signs.
template <class T>
void fill_distinct(T* values, std::size_t count, std::size_t first = 1)
{
    for (std::size_t i = 0; i < count; ++i)
    {
        const double k = static_cast<double>(i + first) * 0.6180339887498949;
        const double size = 0.5 + k - std::floor(k);
        values[i] = static_cast<T>((i + first) % 3 == 0 ? -size : size);
    }
}

/// A tensor of three axes whose extents are known at run time only.
using cube = parameter<double, shape<dynamic, dynamic, dynamic>, named<"x">>;

inline cube make_cube(const extents& e)
{
    cube x(e[0], e[1], e[2]);
    fill_distinct(x.value().data(), e.size());
    return x;
}

/// Sizes around the width of a vector, along each axis.
inline std::vector<extents> cube_shapes()
{
    constexpr std::size_t width = simd::width<double>;
    std::vector<extents> shapes;
    for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{3},
                                width - 1, width, width + 1, 4 * width + 3})
    {
        shapes.push_back(extents(n, 2, 3));
        shapes.push_back(extents(2, n, 1));
        shapes.push_back(extents(2, 3, n));
    }
    return shapes;
}

inline bool agree(double a, double b)
{
    return a == b || (std::isnan(a) && std::isnan(b)) ||
           std::abs(a - b) <= 1e-12 * (1 + std::abs(a));
}

/// The elements of @p x that belong to each result of a reduction over @p reduced.
inline std::vector<std::vector<double>> groups_of(const cube& x,
                                                  const std::vector<std::size_t>& reduced)
{
    const extents& e = x.shape();
    std::array<std::size_t, 3> step{};
    std::size_t results = 1;
    for (std::size_t k = 3; k-- > 0;)
        if (std::find(reduced.begin(), reduced.end(), k) == reduced.end())
        {
            step[k] = results;
            results *= e[k];
        }
    std::vector<std::vector<double>> groups(results);
    const double* value = x.value().data();
    for (std::size_t i = 0; i < e[0]; ++i)
        for (std::size_t j = 0; j < e[1]; ++j)
            for (std::size_t k = 0; k < e[2]; ++k)
                groups[i * step[0] + j * step[1] + k * step[2]].push_back(*value++);
    return groups;
}

/// Compares the values of reduce(x, options...) with those of fold(elements), and its gradient with
/// central differences.
template <class Reduce, class Fold, class... Options>
void check_axes(const Reduce& reduce, const Fold& fold, const std::vector<std::size_t>& reduced,
                Options... options)
{
    for (const extents& e : cube_shapes())
    {
        CAPTURE(to_string(e));
        const cube x = make_cube(e);
        const auto out = reduce(x, options...);
        plan p(out);
        const auto value = [&]
        {
            if constexpr (decltype(out)::rank == 0)
                return std::vector<double>{p.forward()};
            else
            {
                const auto view = p.forward();
                return std::vector<double>(view.data(), view.data() + view.size());
            }
        }();
        const auto groups = groups_of(x, reduced);
        REQUIRE(value.size() == groups.size());
        for (std::size_t i = 0; i < value.size(); ++i)
            CHECK(agree(value[i], fold(groups[i])));
        const auto check = check_gradient(out);
        CHECK_MESSAGE(check, check.message);
    }
}

/// The same for a few sets of axes; sum is tested on more, as all reductions share that code.
template <class Reduce, class Fold>
void check_few_axes(const Reduce& reduce, const Fold& fold)
{
    check_axes(reduce, fold, {0, 1, 2});
    check_axes(reduce, fold, {1}, axis<-2>, keep_dimensions);
    check_axes(reduce, fold, {0, 2}, axes<0, -1>);
}

/// reduce() between fused operations, of one operand twice, over axes of the last smaller batch.
template <class T, class Reduce>
std::vector<T> gradient_in_context(const Reduce& reduce, std::size_t batch)
{
    input<T, shape<dynamic, 5>, named<"in">> in;
    std::vector<T> data(7 * 5);
    fill_distinct(data.data(), data.size(), 4);
    parameter<T, shape<5>, named<"w">> w;
    fill_distinct(w.value().data(), 5);
    in.bind(data.data(), std::size_t{7});
    const auto inside = times(in, w);
    const auto first = reduce(inside, axis<1>, keep_dimensions);
    const auto second = reduce(inside, axis<0>);
    const auto loss = reduce(times(times(first, second), times(first, inside)));
    plan p(loss);
    p.value_and_gradient();
    in.bind(data.data(), batch);
    p.value_and_gradient();
    CHECK(p.forward() == p.value());
    if constexpr (std::is_same_v<T, double>)
    {
        const auto check = check_gradient(loss);
        CHECK_MESSAGE(check, check.message);
    }
    return std::vector<T>(w.gradient().data(), w.gradient().data() + 5);
}

template <class Reduce>
void check_context(const Reduce& reduce)
{
    const auto exact = gradient_in_context<double>(reduce, 4);
    const auto rounded = gradient_in_context<float>(reduce, 4);
    for (std::size_t i = 0; i < exact.size(); ++i)
        CHECK(static_cast<double>(rounded[i]) == doctest::Approx(exact[i]).epsilon(1e-4));
}

} // namespace xgrad::test
