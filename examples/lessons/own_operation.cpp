// SPDX-License-Identifier: BSD-3-Clause
#include "report.hpp"

#include <xgrad/testing/check_gradient.hpp>
#include <xgrad/xgrad.hpp>

#include <cmath>
#include <tuple>

namespace
{

/// The loss of P. J. Huber (1964), elementwise: a parabola near 0, straight lines further out.
///   x, width: shapes that broadcast together   out: the broadcast shape
///   forward    out         = x^2 / 2 where |x| <= width, else width (|x| - width / 2)
///   backward   grad_x     += grad_out max(-width, min(x, width))
///              grad_width += grad_out max(|x| - width, 0)
struct huber_op : xgrad::elementwise<2>
{
    static constexpr const char* name = "huber";
    static constexpr xgrad::saved reads = xgrad::saved::arguments; // what backward looks at

    template <class V> // a SIMD vector, a scalar or a dual number
    static V forward(const V& x, const V& width)
    {
        namespace simd = xgrad::simd;
        const V half = simd::number<V>(0.5);
        const V size = simd::abs(x);
        return simd::select(size <= width, V(half * x * x), V(width * (size - half * width)));
    }

    template <class V>
    static void backward(const V& grad_out, const V&, const V& x, const V& width, V& grad_x,
                         V& grad_width)
    {
        namespace simd = xgrad::simd;
        const V excess = simd::abs(x) - width;
        const V line = simd::select(x < simd::number<V>(0), V(-width), width);
        const auto outside = excess > simd::number<V>(0);
        grad_x = grad_out * simd::select(outside, line, x);
        grad_width = grad_out * simd::select(outside, excess, simd::number<V>(0));
    }
};

/// A function of expressions: that is all that an operation needs to be used, fused and planned.
template <class X, class Width>
auto huber(const X& x, const Width& width)
{
    return xgrad::apply<huber_op>(x, width);
}

/// Kepler's equation, E - e sin(E) = M, solved for the eccentric anomaly E by Newton's method, with
/// a gradient of our own: by the implicit function theorem it does not matter how E was found,
/// dE/dM = 1 / (1 - e cos(E)) and dE/de = sin(E) / (1 - e cos(E)).
const auto eccentric_anomaly = xgrad::custom_gradient(
    [](const auto& mean, const auto& eccentricity)
    {
        const auto newton = [](const auto& anomaly, const auto& orbit)
        {
            const auto& [m, e] = orbit;
            const auto error = anomaly - e * sin(anomaly) - m;
            return anomaly - error / (1.0 - e * cos(anomaly));
        };
        return xgrad::scan(newton, +mean, xgrad::steps(8), std::tuple(+mean, +eccentricity));
    },
    [](const auto& grad, const auto& e, const auto&, const auto& eccentricity)
    {
        const auto by_mean = grad / (1.0 - eccentricity * cos(e));
        return std::tuple(by_mean, by_mean * sin(e));
    });

} // namespace

int main()
{
    const auto robust = [](const auto& x, const auto& width) { return sum(huber(x, width)); };
    auto f = xgrad::value_and_gradient(robust);
    const xt::xtensor<double, 1> x{-3.0, 0.5, 2.0};
    const auto& [value, gradient] = f(x, 1.0);
    report("huber", value, 2.5 + 0.125 + 1.5);
    report("by x, far to the left", std::get<0>(gradient)(0), -1);
    report("by x, near 0", std::get<0>(gradient)(1), 0.5);
    report("by the width", std::get<1>(gradient), 2 + 1);

    // Never believe a derivative that was written by hand.
    xgrad::parameter<double, xgrad::shape<5>> points{-2.5, -0.3, 0.1, 0.7, 3.0};
    xgrad::parameter<double> width(1.1);
    const xgrad::gradient_check check = xgrad::check_gradient(huber(points, width));
    std::cout << check.message << '\n';
    report("worst relative error", check.worst_error, 0, 1e-6);

    auto orbit = xgrad::value_and_gradient(eccentric_anomaly);
    const auto& [anomaly, slopes] = orbit(1.2, 0.6);
    report("Kepler's equation", anomaly - 0.6 * std::sin(anomaly), 1.2);
    const double by_hand = 1 / (1 - 0.6 * std::cos(anomaly));
    report("dE/dM", std::get<0>(slopes), by_hand);
    report("dE/de", std::get<1>(slopes), std::sin(anomaly) * by_hand);
}
