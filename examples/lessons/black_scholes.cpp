// SPDX-License-Identifier: BSD-3-Clause
#include "report.hpp"

#include <xgrad/xgrad.hpp>

#include <cmath>

namespace
{

/// The price of a European call option (F. Black, M. Scholes, 1973). Time in years, rate and
/// volatility per year.
const auto price = [](const auto& spot, const auto& strike, const auto& rate,
                      const auto& volatility, const auto& time)
{
    const auto deviation = volatility * sqrt(time);
    const auto d1 =
        (log(spot / strike) + (rate + 0.5 * volatility * volatility) * time) / deviation;
    const auto discount = exp(-rate * time);
    return spot * normal_cdf(d1) - strike * discount * normal_cdf(d1 - deviation);
};

/// The arguments of price by number.
enum argument
{
    spot,
    strike,
    rate,
    volatility,
    time_left
};

double density(double z) { return std::exp(-0.5 * z * z) / std::sqrt(2 * 3.14159265358979323846); }

double distribution(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

} // namespace

int main()
{
    const double s = 100, k = 105, r = 0.02, v = 0.25, t = 0.75;

    // One reverse sweep: the price and its derivatives by all five arguments; on dual numbers,
    // several directions at a time, also the 25 second derivatives.
    auto greeks = xgrad::value_gradient_and_hessian(price);
    const auto& [value, first, second] = greeks(s, k, r, v, t);

    // The closed forms (J. C. Hull, "Options, Futures, and Other Derivatives").
    const double root = std::sqrt(t);
    const double d1 = (std::log(s / k) + (r + 0.5 * v * v) * t) / (v * root);
    const double d2 = d1 - v * root;
    const double discounted = k * std::exp(-r * t);
    report("price", value, s * distribution(d1) - discounted * distribution(d2));

    report("delta", std::get<spot>(first), distribution(d1));
    report("dual delta", std::get<strike>(first), -std::exp(-r * t) * distribution(d2));
    report("rho", std::get<rate>(first), t * discounted * distribution(d2));
    report("vega", std::get<volatility>(first), s * root * density(d1));
    // Theta is the change as time passes, that is, as the time left shrinks.
    report("theta", -std::get<time_left>(first),
           -s * density(d1) * v / (2 * root) - r * discounted * distribution(d2));

    const double vega = s * root * density(d1);
    report("gamma", second(spot, spot), density(d1) / (s * v * root));
    report("vanna", second(spot, volatility), -density(d1) * d2 / v);
    report("volga", second(volatility, volatility), vega * d1 * d2 / v);
    report("charm", -second(spot, time_left),
           -density(d1) * (2 * r * t - d2 * v * root) / (2 * t * v * root));
    report("rho by rate", second(rate, rate),
           -t * t * discounted * distribution(d2) + t * discounted * density(d2) * root / v);
}
