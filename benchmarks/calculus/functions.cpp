// SPDX-License-Identifier: BSD-3-Clause

// Value and gradient of seven functions, by xgrad, by hand and by other libraries, in nanoseconds
// each.

#include "functions.hpp"

#include "../baseline/functions.hpp"
#include "support/run.hpp"
#include "tapes.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace
{

using std::size_t;
using vector = xt::xtensor<double, 1>;
using matrix = xt::xtensor<double, 2>;

constexpr size_t n = 1000;

template <class Tensor>
Tensor numbers(typename Tensor::shape_type shape, double step)
{
    Tensor result(shape);
    for (size_t i = 0; i < result.size(); ++i)
        result.data()[i] = 0.5 + 0.45 * std::sin(step * static_cast<double>(i + 1));
    return result;
}

vector numbers(size_t size, double step = 0.7) { return numbers<vector>({size}, step); }
matrix numbers(size_t rows, size_t columns, double step)
{
    return numbers<matrix>({rows, columns}, step);
}

Eigen::Map<const baseline::matrix> as_eigen(const matrix& m)
{
    return {m.data(), static_cast<Eigen::Index>(m.shape(0)), static_cast<Eigen::Index>(m.shape(1))};
}

Eigen::Map<const Eigen::RowVectorXd> as_eigen(const vector& v)
{
    return {v.data(), static_cast<Eigen::Index>(v.size())};
}

/// Ends the program when two ways to the same numbers differ.
void require_close(const char* what, double a, double b)
{
    if (std::abs(a - b) <= 1e-9 * (1 + std::abs(a)))
        return;
    std::fprintf(stderr, "%s: %.17g by xgrad, %.17g by hand\n", what, a, b);
    std::exit(1);
}

template <class Body>
void time(benchmark::State& state, Body body)
{
    for (auto _ : state)
    {
        benchmark::DoNotOptimize(body());
        benchmark::ClobberMemory();
    }
}

/// The same function on a tape, checked by its value and one element of its gradient.
template <class Taped>
void add_tape(const std::string& name, Taped taped, double value, size_t place, double element)
{
    require_close(name.c_str(), taped(), value);
    require_close(name.c_str(), taped.gradient()[place], element);
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) mutable
                                 { time(state, [&] { return taped(); }); });
}

/// Rows for the tapes that this machine has.
template <class F>
void add_tapes([[maybe_unused]] const std::string& name, [[maybe_unused]] const F& f,
               [[maybe_unused]] const std::vector<double>& x, [[maybe_unused]] double value,
               [[maybe_unused]] size_t place, [[maybe_unused]] double element)
{
#if defined(XGRAD_BENCHMARK_ADOLC)
    add_tape(name + "/ADOL-C", tapes::adolc<F>(f, x), value, place, element);
#endif
#if defined(XGRAD_BENCHMARK_SACADO)
    add_tape(name + "/Sacado", tapes::sacado<F>(f, x), value, place, element);
#endif
}

std::vector<double> joined(std::initializer_list<std::span<const double>> parts)
{
    std::vector<double> result;
    for (const auto& part : parts)
        result.insert(result.end(), part.begin(), part.end());
    return result;
}

/// A function of one vector, against hand(n, x, gradient).
template <class F, class Hand, class Taped>
void add_vector_function(const char* name, F f, Hand hand, const Taped& taped)
{
    const vector x = numbers(n);
    vector gradient(std::array<size_t, 1>{n});
    auto g = xgrad::value_and_gradient(f);
    require_close(name, g(x).value, hand(n, x.data(), gradient.data()));
    for (size_t i = 0; i < n; ++i)
        require_close(name, g(x).gradient(i), gradient(i));
    benchmark::RegisterBenchmark((std::string(name) + "/xgrad").c_str(),
                                 [=](benchmark::State& state) mutable
                                 { time(state, [&] { return g(x).value; }); });
    benchmark::RegisterBenchmark(
        (std::string(name) + "/hand-written").c_str(), [=](benchmark::State& state) mutable
        { time(state, [&] { return hand(n, x.data(), gradient.data()); }); });
    add_tapes(name, taped, joined({{x.data(), n}}), g(x).value, 3, gradient(3));
}

/// Both ways read the same memory: its place on cache lines matters by half.
struct observations
{
    vector coefficients = numbers(10);
    matrix columns = numbers(10, n, 0.3);
    vector observed = numbers(n, 0.2);
};

void add_normal_log_density()
{
    const auto data = std::make_shared<const observations>();
    const double deviation = 0.8;
    auto g = xgrad::value_and_gradient(functions::normal_log_density, xgrad::wrt<0, 1>);
    auto call = [=]() mutable -> const auto&
    {
        return g(data->coefficients, deviation, data->columns, data->observed, static_cast<int>(n));
    };
    const auto hand = [=](auto& gradient, double& by_deviation)
    {
        return baseline::normal_log_density(n, data->coefficients.data(), deviation,
                                            data->columns.data(), data->observed.data(),
                                            gradient.data(), by_deviation);
    };
    std::array<double, 10> gradient{};
    double by_deviation = 0;
    auto check = call;
    require_close("f4", check().value, hand(gradient, by_deviation));
    for (size_t i = 0; i < 10; ++i)
        require_close("f4", std::get<0>(check().gradient)(i), gradient[i]);
    require_close("f4", std::get<1>(check().gradient), by_deviation);
    benchmark::RegisterBenchmark("f4/xgrad", [=](benchmark::State& state) mutable
                                 { time(state, [&] { return call().value; }); });
    benchmark::RegisterBenchmark("f4/hand-written", [=](benchmark::State& state) mutable
                                 { time(state, [&] { return hand(gradient, by_deviation); }); });
    const double* columns = data->columns.data();
    const double* observed = data->observed.data();
    const tapes::normal_log_density taped{{columns, columns + 10 * n}, {observed, observed + n}};
    add_tapes("f4", taped, joined({{data->coefficients.data(), 10}, {&deviation, 1}}),
              check().value, 10, by_deviation);
}

void add_sum_of_product()
{
    const matrix a = numbers(64, 64, 0.3);
    const matrix b = numbers(64, 64, 0.7);
    auto g = xgrad::value_and_gradient(functions::sum_of_product);
    const baseline::matrix ea = as_eigen(a);
    const baseline::matrix eb = as_eigen(b);
    baseline::sum_of_product hand;
    require_close("f5", g(a, b).value, hand(ea, eb));
    require_close("f5", std::get<0>(g(a, b).gradient)(3, 5), hand.grad_a(3, 5));
    require_close("f5", std::get<1>(g(a, b).gradient)(3, 5), hand.grad_b(3, 5));
    benchmark::RegisterBenchmark("f5/xgrad", [=](benchmark::State& state) mutable
                                 { time(state, [&] { return g(a, b).value; }); });
    benchmark::RegisterBenchmark("f5/hand-written", [=](benchmark::State& state) mutable
                                 { time(state, [&] { return hand(ea, eb); }); });
    add_tapes("f5", tapes::sum_of_product{64}, joined({{a.data(), a.size()}, {b.data(), b.size()}}),
              g(a, b).value, 3 * 64 + 5, hand.grad_a(3, 5));
}

void add_black_scholes()
{
    auto g = xgrad::value_and_gradient(functions::black_scholes);
    std::array<double, 5> gradient{};
    require_close("f6", g(100.0, 110.0, 0.05, 0.2, 1.5).value,
                  baseline::black_scholes(100, 110, 0.05, 0.2, 1.5, gradient));
    const auto by_xgrad = g(100.0, 110.0, 0.05, 0.2, 1.5).gradient;
    require_close("f6", std::get<0>(by_xgrad), gradient[0]);
    require_close("f6", std::get<1>(by_xgrad), gradient[1]);
    require_close("f6", std::get<2>(by_xgrad), gradient[2]);
    require_close("f6", std::get<3>(by_xgrad), gradient[3]);
    require_close("f6", std::get<4>(by_xgrad), gradient[4]);
    benchmark::RegisterBenchmark("f6/xgrad",
                                 [=](benchmark::State& state) mutable
                                 {
                                     double spot = 100;
                                     time(state,
                                          [&]
                                          {
                                              benchmark::DoNotOptimize(spot);
                                              return g(spot, 110.0, 0.05, 0.2, 1.5).value;
                                          });
                                 });
    benchmark::RegisterBenchmark(
        "f6/hand-written",
        [=](benchmark::State& state) mutable
        {
            double spot = 100, strike = 110, rate = 0.05, volatility = 0.2, maturity = 1.5;
            time(state,
                 [&]
                 {
                     benchmark::DoNotOptimize(spot);
                     benchmark::DoNotOptimize(strike);
                     benchmark::DoNotOptimize(rate);
                     benchmark::DoNotOptimize(volatility);
                     benchmark::DoNotOptimize(maturity);
                     return baseline::black_scholes(spot, strike, rate, volatility, maturity,
                                                    gradient);
                 });
        });
    add_tapes("f6", tapes::black_scholes{}, {100, 110, 0.05, 0.2, 1.5},
              baseline::black_scholes(100, 110, 0.05, 0.2, 1.5, gradient), 3, gradient[3]);
}

void add_perceptron()
{
    const matrix x = numbers(100, 784, 0.3);
    const matrix targets = numbers(100, 10, 0.7);
    const functions::perceptron<matrix, vector> weights{
        numbers(784, 32, 0.11) - 0.5, numbers(32, 0.2), numbers(32, 10, 0.13) - 0.5,
        numbers(10, 0.3)};
    auto g = xgrad::value_and_gradient(functions::perceptron_loss, xgrad::wrt<0>);
    const baseline::matrix w1 = as_eigen(weights.hidden_weight);
    const baseline::matrix w2 = as_eigen(weights.output_weight);
    const Eigen::RowVectorXd b1 = as_eigen(weights.hidden_bias);
    const Eigen::RowVectorXd b2 = as_eigen(weights.output_bias);
    const baseline::matrix ex = as_eigen(x);
    const baseline::matrix et = as_eigen(targets);
    baseline::perceptron hand;
    require_close("f7", g(weights, x, targets).value, hand(w1, b1, w2, b2, ex, et));
    const auto& gradient = g(weights, x, targets).gradient;
    require_close("f7", gradient.hidden_weight(3, 5), hand.grad_w1(3, 5));
    require_close("f7", gradient.hidden_bias(3), hand.grad_b1(3));
    require_close("f7", gradient.output_weight(3, 5), hand.grad_w2(3, 5));
    require_close("f7", gradient.output_bias(3), hand.grad_b2(3));
    benchmark::RegisterBenchmark("f7/xgrad", [=](benchmark::State& state) mutable
                                 { time(state, [&] { return g(weights, x, targets).value; }); });
    benchmark::RegisterBenchmark("f7/hand-written", [=](benchmark::State& state) mutable
                                 { time(state, [&] { return hand(w1, b1, w2, b2, ex, et); }); });
}

/// Second derivatives of the Rosenbrock function, and a Jacobian of few columns and many rows.
void add_higher()
{
    const vector x = numbers(n);
    const vector v = numbers(n, 0.9);
    auto product = xgrad::hessian_vector_product(functions::rosenbrock);
    benchmark::RegisterBenchmark("Hessian times vector of f3/xgrad",
                                 [=](benchmark::State& state) mutable
                                 { time(state, [&] { return product(x, v).product(0); }); });

    const auto curve = [](const auto& p, const auto& t)
    {
        using namespace xgrad;
        const auto& [height, rate, offset] = p;
        return height * exp(-(rate * t)) + offset;
    };
    const std::array<double, 3> p{1.5, 0.3, 2.0};
    const vector t = numbers(n);
    auto jacobian = xgrad::jacobian(curve, xgrad::forward_mode, xgrad::wrt<0>);
    vector out(std::array<size_t, 1>{n});
    benchmark::RegisterBenchmark("jacobian, 3 to 1000/xgrad", [=](benchmark::State& state) mutable
                                 { time(state, [&] { return jacobian(p, t)(0, 0); }); });
    benchmark::RegisterBenchmark(
        "jacobian, 3 to 1000/hand-written primal",
        [=](benchmark::State& state) mutable
        {
            time(state,
                 [&]
                 {
                     using baseline::vector;
                     const vector height(p[0]), rate(p[1]), offset(p[2]);
                     for (size_t i = 0; i < n; i += baseline::lanes)
                         (height * xsimd::exp(-(rate * baseline::load(t.data() + i))) + offset)
                             .store_unaligned(out.data() + i);
                     return out(0);
                 });
        });
}

} // namespace

int main(int argc, char** argv)
{
    add_vector_function("f1", functions::damped_wave, baseline::damped_wave, tapes::damped_wave{});
    add_vector_function("f2", functions::log_sum_exp, baseline::log_sum_exp, tapes::log_sum_exp{});
    add_vector_function("f3", functions::rosenbrock, baseline::rosenbrock, tapes::rosenbrock{});
    add_normal_log_density();
    add_sum_of_product();
    add_black_scholes();
    add_perceptron();
    add_higher();
    return benchmarks::run(argc, argv);
}
