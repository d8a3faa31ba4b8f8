// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Checks the gradients of any expression against central differences of its values.

#include <xgrad/core/random.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/xtensor.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/plan.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace xgrad::inline XGRAD_ABI
{

/// What check_gradient may be told.
struct gradient_check_options
{
    /// The largest relative error that passes; 0 stands for 1e-6 in double and 1e-2 in float.
    double tolerance = 0;
    /// Parameters with more elements are checked at that many, chosen at random, and then all
    /// together along one random direction.
    std::size_t elements = 128;
    /// Where the random numbers begin.
    std::uint64_t seed = 1;
};

/// What check_gradient found.
struct gradient_check
{
    bool passed = true;
    double worst_error = 0; ///< the largest relative error beyond what rounding explains
    std::string message;    ///< names the worst parameter and element with both derivatives

    explicit operator bool() const { return passed; }
};

namespace detail
{

/// One parameter as check_gradient sees it.
template <class T>
struct checked_parameter
{
    std::string description;
    std::span<T> value;
    extents shape;
    std::vector<std::vector<T>> gradients{}; ///< one per way of computing it
};

/// A central difference and how far rounding alone may have put it off.
struct difference
{
    double derivative = 0;
    double noise = 0;
};

/// What the checks need of a plan, without its type: one checker serves all expressions.
template <class T>
struct checked_plan
{
    parameter_set<T> parameters;
    std::function<std::span<const T>()> forward;
    std::function<void(std::span<const T> seed)> backward;
    std::function<void()> value_and_gradient; ///< empty unless the expression is a scalar
};

template <class T>
class gradient_checker
{
public:
    gradient_checker(checked_plan<T> plan, const gradient_check_options& options)
        : m_plan(std::move(plan)), m_options(options), m_random(options.seed)
    {
        if (m_options.tolerance <= 0)
            m_options.tolerance = std::is_same_v<T, float> ? 1e-2 : 1e-6;
    }

    gradient_check run()
    {
        find_parameters();
        if (m_parameters.empty())
            return {false, 0, "xgrad::check_gradient: the expression has no parameter"};
        compute_gradients();
        for (auto& p : m_parameters)
            check_elements(p);
        if (m_subset)
            check_direction();
        if (m_result.passed)
            m_result.message = "xgrad::check_gradient: " + std::to_string(m_checked) +
                               " derivatives agree, the worst relative error is " +
                               number(m_result.worst_error);
        return m_result;
    }

private:
    static std::string number(double x)
    {
        std::ostringstream text;
        text.precision(10);
        text << x;
        return text.str();
    }

    /// Away from zero, of either sign.
    double random_weight()
    {
        const double size = random::uniform<double>(m_random, 0.5, 1.0);
        return m_random() % 2 == 0 ? size : -size;
    }

    void find_parameters()
    {
        const auto add = [&](const char* name, std::span<T> value, auto, const extents& shape)
        {
            std::string text = "parameter " + std::to_string(m_parameters.size());
            if (name)
                text += " '" + std::string(name) + "'";
            m_parameters.push_back({text + " of shape " + to_string(shape), value, shape});
        };
        m_plan.parameters.for_each(add);
    }

    void keep_gradients()
    {
        std::size_t i = 0;
        const auto keep = [&](auto, auto, std::span<const T> gradient, const auto&)
        { m_parameters[i++].gradients.emplace_back(gradient.begin(), gradient.end()); };
        m_plan.parameters.for_each(keep);
    }

    /// From one sweep forward and one backward and, for a scalar, from both at once.
    void compute_gradients()
    {
        m_weights.resize(m_plan.forward().size());
        for (T& weight : m_weights)
            weight = m_plan.value_and_gradient ? T(1) : static_cast<T>(random_weight());
        m_plan.backward(m_weights);
        keep_gradients();
        if (!m_plan.value_and_gradient)
            return;
        m_plan.value_and_gradient();
        keep_gradients();
    }

    std::vector<T> values()
    {
        const std::span<const T> elements = m_plan.forward();
        return std::vector<T>(elements.begin(), elements.end());
    }

    /// Of the weighted sum of the values, which are those at the arguments @p step apart. Values
    /// are subtracted one by one: those that stay as they are bring no rounding error, but their
    /// gradients may consist of terms that cancel up to theirs.
    difference difference_of(const std::vector<T>& above, const std::vector<T>& below,
                             double step) const
    {
        constexpr double rounding = 8 * static_cast<double>(std::numeric_limits<T>::epsilon());
        difference result;
        for (std::size_t i = 0; i < above.size(); ++i)
        {
            const double weight = static_cast<double>(m_weights[i]);
            const double high = static_cast<double>(above[i]);
            const double low = static_cast<double>(below[i]);
            const double size = std::abs(weight) * std::max(std::abs(high), std::abs(low));
            result.noise += rounding * (high == low ? size : size / step);
            if (high != low)
                result.derivative += weight * ((high - low) / step);
        }
        return result;
    }

    static double step_at(T x)
    {
        static const double cube_root =
            std::cbrt(static_cast<double>(std::numeric_limits<T>::epsilon()));
        return cube_root * std::max(1.0, std::abs(static_cast<double>(x)));
    }

    void compare(double gradient, const difference& expected, const std::string& where)
    {
        ++m_checked;
        const double size = std::max(std::abs(gradient), std::abs(expected.derivative));
        const double gap = std::abs(gradient - expected.derivative) - expected.noise;
        const double error = gap <= 0 ? 0 : gap / size;
        const bool agrees = error <= m_options.tolerance; // not so for NaN
        const bool worse = !(error <= m_result.worst_error);
        m_result.passed = m_result.passed && agrees;
        if (!worse)
            return;
        m_result.worst_error = error;
        if (!agrees)
            m_result.message = "xgrad::check_gradient: " + where + ": the gradient is " +
                               number(gradient) + ", central differences give " +
                               number(expected.derivative) + " (relative error " + number(error) +
                               ", tolerance " + number(m_options.tolerance) + ")";
    }

    std::vector<std::size_t> chosen_elements(std::size_t size)
    {
        std::vector<std::size_t> chosen(size);
        std::iota(chosen.begin(), chosen.end(), std::size_t{0});
        if (size <= m_options.elements)
            return chosen;
        m_subset = true;
        for (std::size_t i = 0; i < m_options.elements; ++i)
        {
            const auto rest = static_cast<std::uint32_t>(size - i);
            std::swap(chosen[i], chosen[i + random::below(m_random, rest)]);
        }
        chosen.resize(m_options.elements);
        return chosen;
    }

    static std::string index_text(const extents& shape, std::size_t element)
    {
        extents index = shape;
        for (std::size_t axis = shape.rank; axis-- > 0; element /= shape[axis])
            index[axis] = element % shape[axis];
        return to_string(index);
    }

    void check_elements(checked_parameter<T>& p)
    {
        for (const std::size_t i : chosen_elements(p.value.size()))
        {
            T& x = p.value[i];
            const T before = x;
            const double h = step_at(before);
            x = static_cast<T>(static_cast<double>(before) + h);
            const double high = static_cast<double>(x);
            const auto above = values();
            x = static_cast<T>(static_cast<double>(before) - h);
            const double low = static_cast<double>(x);
            const auto below = values();
            x = before;
            const auto expected = difference_of(above, below, high - low);
            for (const auto& gradient : p.gradients)
                compare(static_cast<double>(gradient[i]), expected,
                        p.description + ", element " + index_text(p.shape, i));
        }
    }

    /// All elements of all parameters at once.
    void check_direction()
    {
        std::vector<T*> element;
        std::vector<T> before;
        std::vector<double> step;
        for (const auto& p : m_parameters)
            for (T& x : p.value)
            {
                element.push_back(&x);
                before.push_back(x);
                step.push_back(random_weight() * step_at(x));
            }
        const auto move = [&](double sign)
        {
            std::vector<double> place;
            for (std::size_t i = 0; i < element.size(); ++i)
            {
                *element[i] = static_cast<T>(static_cast<double>(before[i]) + sign * step[i]);
                place.push_back(static_cast<double>(*element[i]));
            }
            return place;
        };
        const auto high = move(1);
        const auto above = values();
        const auto low = move(-1);
        const auto below = values();
        for (std::size_t i = 0; i < element.size(); ++i)
            *element[i] = before[i];
        const double unit = step_at(T(0));
        const auto expected = difference_of(above, below, unit);
        for (std::size_t way = 0; way < m_parameters.front().gradients.size(); ++way)
        {
            double change = 0;
            std::size_t i = 0;
            for (const auto& p : m_parameters)
                for (const T g : p.gradients[way])
                {
                    change += static_cast<double>(g) * (high[i] - low[i]);
                    ++i;
                }
            compare(change / unit, expected, "all parameters along one random direction");
        }
    }

    checked_plan<T> m_plan;
    gradient_check_options m_options;
    random_stream m_random;
    std::vector<checked_parameter<T>> m_parameters;
    std::vector<T> m_weights;
    bool m_subset = false;
    std::size_t m_checked = 0;
    gradient_check m_result;
};

/// The plan @p p without its type; it must outlive what is returned.
template <class E, class T = value_type_of<E>>
checked_plan<T> checked(plan<E>& p)
{
    constexpr std::size_t rank = E::rank;
    checked_plan<T> result;
    result.parameters = p.parameters();
    if constexpr (rank == 0)
    {
        result.forward = [&p, value = T{}]() mutable
        {
            value = p.forward();
            return std::span<const T>(&value, 1);
        };
        result.backward = [&p](std::span<const T>) { p.backward(); };
        result.value_and_gradient = [&p] { p.value_and_gradient(); };
    }
    else
    {
        result.forward = [&p]
        {
            const auto value = p.forward();
            return std::span<const T>(value.data(), value.size());
        };
        result.backward = [&p](std::span<const T> seed)
        {
            const auto value = p.value();
            std::array<std::size_t, rank> shape{};
            std::copy(value.shape().begin(), value.shape().end(), shape.begin());
            xt::xtensor<T, rank> gradient(shape);
            std::copy(seed.begin(), seed.end(), gradient.data());
            p.backward(gradient);
        };
    }
    return result;
}

} // namespace detail

/// Compares the gradient of every parameter that @p expression mentions, at the values it has now,
/// with central differences in steps of cbrt(epsilon) max(1, |x|). An expression that is no scalar
/// is differentiated through a sum of its elements with fixed random weights. Inputs must be bound;
/// stay away from kinks by more than a step.
///
///     const auto check = xgrad::check_gradient(loss);
///     if (!check)
///         std::cerr << check.message << '\n';
template <expression_like E>
[[nodiscard]] gradient_check check_gradient(const E& expression,
                                            const gradient_check_options& options = {})
{
    plan p(expression);
    return detail::gradient_checker<value_type_of<E>>(detail::checked(p), options).run();
}

} // namespace xgrad::inline XGRAD_ABI
