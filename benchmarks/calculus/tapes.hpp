// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The functions of functions.hpp on the tapes of ADOL-C and Sacado, as their manuals have it: a
// template of scalars. ADOL-C records once and runs the tape again for every call; Sacado records
// at each.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#if defined(XGRAD_BENCHMARK_ADOLC)
#include <adolc/adolc.h>
#endif
#if defined(XGRAD_BENCHMARK_SACADO)
#include <Sacado_trad.hpp>
#endif

namespace tapes
{

/// Functions of the active numbers x; numbers that are no arguments come with the object.
struct damped_wave
{
    template <class S>
    S operator()(std::span<const S> x) const
    {
        S sum = 0.0;
        for (const S& v : x)
            sum += sin(v) * exp(-v) + v * v;
        return sum;
    }
};

struct log_sum_exp
{
    template <class S>
    S operator()(std::span<const S> x) const
    {
        double largest = value_of(x[0]);
        for (const S& v : x)
            largest = std::max(largest, value_of(v));
        S sum = 0.0;
        for (const S& v : x)
            sum += exp(v - largest);
        return log(sum) + largest;
    }

private:
    template <class S>
    static double value_of(const S& v)
    {
        if constexpr (requires { v.val(); })
            return v.val();
        else
            return v.value();
    }
};

struct rosenbrock
{
    template <class S>
    S operator()(std::span<const S> x) const
    {
        S sum = 0.0;
        for (std::size_t i = 0; i + 1 < x.size(); ++i)
        {
            const S curve = x[i + 1] - x[i] * x[i];
            const S distance = 1.0 - x[i];
            sum += 100.0 * curve * curve + distance * distance;
        }
        return sum;
    }
};

/// x: ten coefficients, then the deviation.
struct normal_log_density
{
    std::vector<double> columns; // (10, n)
    std::vector<double> observed;

    template <class S>
    S operator()(std::span<const S> x) const
    {
        const std::size_t n = observed.size();
        const S& deviation = x[10];
        S squares = 0.0;
        for (std::size_t i = 0; i < n; ++i)
        {
            S residual = observed[i];
            for (std::size_t c = 0; c < 10; ++c)
                residual -= x[c] * columns[c * n + i];
            squares += residual * residual;
        }
        return -0.5 * squares / (deviation * deviation) -
               static_cast<double>(n) * (log(deviation) + 0.91893853320467274178);
    }
};

/// x: two matrices of size x size.
struct sum_of_product
{
    std::size_t size;

    template <class S>
    S operator()(std::span<const S> x) const
    {
        const auto a = x.first(size * size);
        const auto b = x.last(size * size);
        S sum = 0.0;
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < size; ++j)
            {
                S element = 0.0;
                for (std::size_t k = 0; k < size; ++k)
                    element += a[i * size + k] * b[k * size + j];
                sum += element;
            }
        return sum;
    }
};

/// x: spot, strike, rate, volatility, maturity.
struct black_scholes
{
    template <class S>
    S operator()(std::span<const S> x) const
    {
        const auto normal_cdf = [](const S& v)
        { return S(0.5 * (1.0 + error_function(S(v * 0.70710678118654752440)))); };
        const S spread = x[3] * sqrt(x[4]);
        const S d1 = (log(x[0] / x[1]) + (x[2] + 0.5 * x[3] * x[3]) * x[4]) / spread;
        return x[0] * normal_cdf(d1) - x[1] * exp(-(x[2] * x[4])) * normal_cdf(S(d1 - spread));
    }

private:
    template <class S>
    static S error_function(const S& v)
    {
        if constexpr (requires { ADf1(v.val(), v.val(), v); })
        { // Sacado has no erf in reverse, but takes a value and a derivative
            const double x = v.val();
            return S(ADf1(std::erf(x), 1.12837916709551257390 * std::exp(-x * x), v));
        }
        else
            return erf(v);
    }
};

// A function with the arguments that it is called with: each call gives value and gradient.

#if defined(XGRAD_BENCHMARK_ADOLC)
inline short next_tape()
{
    static short next = 0;
    return next++;
}

template <class F>
class adolc
{
public:
    adolc(const F& f, std::vector<double> x) : m_x(std::move(x)), m_gradient(m_x.size())
    {
        trace_on(m_tape, 1);
        std::vector<adouble> active(m_x.size());
        for (std::size_t i = 0; i < m_x.size(); ++i)
            active[i] <<= m_x[i];
        adouble y = f(std::span<const adouble>(active));
        y >>= m_value;
        trace_off();
    }

    double operator()()
    {
        double one = 1.0;
        const int n = static_cast<int>(m_x.size());
        zos_forward(m_tape, 1, n, 1, m_x.data(), &m_value);
        fos_reverse(m_tape, 1, n, &one, m_gradient.data());
        return m_value;
    }

    [[nodiscard]] const std::vector<double>& gradient() const { return m_gradient; }

private:
    std::vector<double> m_x, m_gradient;
    double m_value = 0.0;
    short m_tape = next_tape();
};
#endif

#if defined(XGRAD_BENCHMARK_SACADO)
template <class F>
class sacado
{
    using active = Sacado::Rad::ADvar<double>;

public:
    sacado(const F& f, std::vector<double> x) : m_f(f), m_x(std::move(x)), m_gradient(m_x.size()) {}

    double operator()()
    {
        std::vector<active> x(m_x.begin(), m_x.end());
        const active y = m_f(std::span<const active>(x));
        active::Gradcomp();
        for (std::size_t i = 0; i < x.size(); ++i)
            m_gradient[i] = x[i].adj();
        return y.val();
    }

    [[nodiscard]] const std::vector<double>& gradient() const { return m_gradient; }

private:
    F m_f;
    std::vector<double> m_x, m_gradient;
};
#endif

} // namespace tapes
