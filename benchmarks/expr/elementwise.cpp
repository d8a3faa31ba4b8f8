// SPDX-License-Identifier: BSD-3-Clause

// A chain of eight elementwise operations and the sum of its results: values, and values with
// gradients, in an array that fits the first-level cache and in one that fits none.

#include "baseline/elementwise_chain.hpp"
#include "support/random.hpp"
#include "support/run.hpp"
#include "support/work.hpp"

#include <xgrad/xgrad.hpp>

#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>

namespace
{

using benchmarks::array;

template <class T>
constexpr T a = T(1.5);
template <class T>
constexpr T b = T(-0.25);

template <class X>
auto chain_of(const X& x)
{
    using T = typename X::value_type;
    using xgrad::exp;
    using xgrad::tanh;
    const auto t = tanh(x * a<T> + b<T>);
    return sum(x * exp(-(t * t + x)));
}

template <class T>
class cases
{
public:
    explicit cases(std::size_t size) : m_size{size} {}

    void add_all() const
    {
        const std::string type = std::is_same_v<T, double> ? "double" : "float";
        const std::string row =
            "elementwise/chain of 8, " + type + ", " + std::to_string(m_size) + ", ";
        const double bytes = static_cast<double>(m_size * sizeof(T));
        add(row + "value/xgrad", bytes, *this, &cases::expression_value);
        add(row + "value/hand-written", bytes, *this, &cases::hand_written_value);
        add(row + "value/xtensor", bytes, *this, &cases::xtensor_value);
        add(row + "value and gradient/xgrad", 2 * bytes, *this, &cases::expression_gradient);
        add(row + "value and gradient/hand-written", 2 * bytes, *this,
            &cases::hand_written_gradient);
    }

private:
    static void add(const std::string& name, double bytes, const cases& c,
                    void (cases::*body)(benchmark::State&) const)
    {
        benchmarks::add(name,
                        [=](benchmark::State& state)
                        {
                            (c.*body)(state);
                            benchmarks::count_work(state, {.bytes = bytes});
                        });
    }

    [[nodiscard]] array<T> numbers() const { return array<T>(m_size, T(-2), T(2)); }

    void expression_value(benchmark::State& state) const
    {
        const array<T> x = numbers();
        xgrad::input<T, xgrad::shape<xgrad::dynamic>> input;
        input.bind(x.data(), m_size);
        xgrad::evaluation chain(chain_of(input));
        benchmarks::repeat(state, [&] { benchmark::DoNotOptimize(chain.forward()); });
        state.counters["plan bytes"] = static_cast<double>(chain.summary().workspace_bytes);
    }

    void hand_written_value(benchmark::State& state) const
    {
        const array<T> x = numbers();
        benchmarks::repeat(
            state,
            [&] { benchmark::DoNotOptimize(baseline::chain_value(m_size, x.data(), a<T>, b<T>)); });
    }

    void xtensor_value(benchmark::State& state) const
    {
        const array<T> memory = numbers();
        const auto x = xt::adapt(static_cast<const T*>(memory.data()), m_size, xt::no_ownership(),
                                 std::array<std::size_t, 1>{m_size});
        benchmarks::repeat(state,
                           [&]
                           {
                               const auto t = xt::tanh(x * a<T> + b<T>);
                               const T sum = xt::sum(x * xt::exp(-(t * t + x)))();
                               benchmark::DoNotOptimize(sum);
                           });
    }

    void expression_gradient(benchmark::State& state) const
    {
        const array<T> x = numbers();
        xgrad::parameter<T, xgrad::shape<xgrad::dynamic>> variable(xgrad::adopt, x.data(), m_size);
        xgrad::plan chain(chain_of(variable));
        benchmarks::repeat(state, [&] { benchmark::DoNotOptimize(chain.value_and_gradient()); });
        state.counters["plan bytes"] = static_cast<double>(chain.summary().workspace_bytes);
    }

    void hand_written_gradient(benchmark::State& state) const
    {
        const array<T> x = numbers();
        const array<T> gradient(m_size);
        benchmarks::repeat(state,
                           [&]
                           {
                               benchmark::DoNotOptimize(baseline::chain_value_and_gradient(
                                   m_size, x.data(), a<T>, b<T>, gradient.data()));
                           });
    }

    std::size_t m_size;
};

} // namespace

int main(int argc, char** argv)
{
    for (const std::size_t size : {std::size_t{1024}, std::size_t{1} << 20})
    {
        cases<float>(size).add_all();
        cases<double>(size).add_all();
    }
    return benchmarks::run(argc, argv);
}
