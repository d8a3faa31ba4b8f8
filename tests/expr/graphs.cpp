// SPDX-License-Identifier: BSD-3-Clause

// Whole graphs of mixed parts: values against a scalar evaluation that is written out here,
// gradients against central differences.

#include "expr/differences.hpp"
#include "expr/operations.hpp"

#include <xgrad/expr/plan.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

using namespace xgrad;
using namespace tiny;

namespace
{

constexpr std::size_t rows = 3;
constexpr std::size_t columns = 5;

using matrix = parameter<double, shape<rows, columns>, named<"m">>;
using row = parameter<double, shape<columns>, named<"r">>;

template <class P>
std::vector<double> values_of(const P& parameter)
{
    return {parameter.data(), parameter.data() + parameter.size()};
}

template <class E>
void check_graph(const E& e, double expected)
{
    CHECK(evaluation(e).forward() == doctest::Approx(expected).epsilon(1e-12));
    check_gradients(e, 1e-6);
}

struct data
{
    matrix m;
    matrix n;
    row r;

    data()
    {
        tiny::fill(m, 1);
        tiny::fill(n, 2);
        tiny::fill(r, 3);
    }
};

} // namespace

TEST_CASE("graph: diamonds across regions and kernels")
{
    data d;
    const auto shared = exp(d.m * d.r);
    const auto left = reversed(shared) * d.n;
    const auto right = share(shared) + left;
    const auto e = sum(right * shared) * mean(left);

    const auto m = values_of(d.m);
    const auto n = values_of(d.n);
    const auto r = values_of(d.r);
    std::vector<double> s(m.size());
    for (std::size_t i = 0; i < s.size(); ++i)
        s[i] = std::exp(m[i] * r[i % columns]);
    const double total = std::accumulate(s.begin(), s.end(), 0.0);
    double sum_right = 0;
    double sum_left = 0;
    for (std::size_t i = 0; i < s.size(); ++i)
    {
        const double l = s[s.size() - 1 - i] * n[i];
        sum_left += l;
        sum_right += (s[i] / total + l) * s[i];
    }
    check_graph(e, sum_right * sum_left / static_cast<double>(s.size()));
}

TEST_CASE("graph: two layers, the second of which uses its operand twice")
{
    data d;
    parameter<double, shape<columns, rows>, named<"w">> w;
    tiny::fill(w, 4);
    const auto hidden = exp(0.3 * product(d.m, w));
    const auto e = mean(product(hidden, hidden) + hidden);

    const auto m = values_of(d.m);
    const auto v = values_of(w);
    double h[rows][rows];
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < rows; ++j)
        {
            double total = 0;
            for (std::size_t k = 0; k < columns; ++k)
                total += m[i * columns + k] * v[k * rows + j];
            h[i][j] = std::exp(0.3 * total);
        }
    double expected = 0;
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < rows; ++j)
        {
            expected += h[i][j];
            for (std::size_t k = 0; k < rows; ++k)
                expected += h[i][k] * h[k][j];
        }
    check_graph(e, expected / (rows * rows));
}

TEST_CASE("graph: reductions feed regions that are reduced again")
{
    data d;
    const auto level = mean(d.m * d.m);
    const auto weight = exp(d.r) * sum(d.n * level);
    const auto e = sum(multiply_add(d.m, weight, d.n) * level) * level;

    const auto m = values_of(d.m);
    const auto n = values_of(d.n);
    const auto r = values_of(d.r);
    const double squares = std::inner_product(m.begin(), m.end(), m.begin(), 0.0);
    const double l = squares / static_cast<double>(m.size());
    const double s = std::accumulate(n.begin(), n.end(), 0.0) * l;
    double total = 0;
    for (std::size_t i = 0; i < m.size(); ++i)
        total += (m[i] * std::exp(r[i % columns]) * s + n[i]) * l;
    check_graph(e, total * l);
}

TEST_CASE("graph: aliases between regions and kernels, and values without derivative")
{
    data d;
    const auto flat = flatten(exp(d.m));
    const auto tall = column(flat);
    const auto scale = frozen(flatten(d.n)) + detached(flat);
    const auto e = sum(flatten(product(flat * tall, tall * tall)) * scale * flat);

    const auto m = values_of(d.m);
    const auto n = values_of(d.n);
    const std::size_t size = m.size();
    const auto value = [&](const std::vector<double>& a, const std::vector<double>& kept)
    {
        double total = 0;
        for (std::size_t i = 0; i < size; ++i)
        {
            double inner = 0;
            for (std::size_t j = 0; j < size; ++j)
                inner += std::exp(a[i]) * std::exp(a[j]) * std::exp(2 * a[j]);
            total += inner * (n[i] + std::exp(kept[i])) * std::exp(a[i]);
        }
        return total;
    };
    plan p(e);
    CHECK(p.value_and_gradient() == doctest::Approx(value(m, m)));
    for (std::size_t i = 0; i < size; ++i)
    {
        // The part without derivative stands still while the rest moves.
        auto above = m;
        auto below = m;
        above[i] += 1e-5;
        below[i] -= 1e-5;
        const auto gradient = d.m.gradient();
        CHECK(gradient.data()[i] ==
              doctest::Approx((value(above, m) - value(below, m)) / 2e-5).epsilon(1e-6));
        const auto none = d.n.gradient();
        CHECK(none.data()[i] == 0);
    }
}

TEST_CASE("graph: blocks called in a loop of mixed parts")
{
    data d;
    std::vector<row> k(3);
    for (std::size_t i = 0; i < k.size(); ++i)
        tiny::fill(k[i], i + 5);
    const auto block = [](const auto& a, const auto& w) { return share(exp(a * w)) + reversed(a); };
    const auto e = sum(block(block(block(d.m, k[0]), k[1]), k[2]) * d.n);

    auto a = values_of(d.m);
    for (const row& w : k)
    {
        std::vector<double> x(a.size());
        for (std::size_t i = 0; i < a.size(); ++i)
            x[i] = std::exp(a[i] * w.data()[i % columns]);
        const double total = std::accumulate(x.begin(), x.end(), 0.0);
        std::vector<double> next(a.size());
        for (std::size_t i = 0; i < a.size(); ++i)
            next[i] = x[i] / total + a[a.size() - 1 - i];
        a = next;
    }
    const auto n = values_of(d.n);
    check_graph(e, std::inner_product(a.begin(), a.end(), n.begin(), 0.0));
}
