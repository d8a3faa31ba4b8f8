// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Forward mode: numbers that carry their derivatives along N directions. A dual number stands
// wherever a number does: in a user's template, as element type of a parameter or an input, so that
// the gradient of a plan comes with its own derivatives, and inside another dual number.

#include <xgrad/calculus/detail/dual_lanes.hpp>
#include <xgrad/kernels/elementary.hpp>
#include <xgrad/kernels/simd.hpp>
#include <xgrad/kernels/simd_lanes.hpp>

#include <array>
#include <cstddef>
#include <limits>
#include <ostream>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

template <class A, class B>
[[nodiscard]] auto both(const A& a, const B& b)
{
    if constexpr (std::is_same_v<A, bool>)
        return a && b;
    else
        return a & b;
}

} // namespace detail

/// value + tangent[0] e_0 + ... + tangent[N - 1] e_{N-1}, with e_i e_k = 0: a number and its
/// derivatives along N directions.
///   T: float, double, a vector of these, or a dual number (for derivatives of higher order)
/// Comparisons look at the value only, so that branches of a function are those of plain numbers.
/// A. Griewank and A. Walther, "Evaluating Derivatives", 2nd ed., 2008, section 3.1.
template <class T, std::size_t N = 1>
struct dual
{
    static_assert(N >= 1, "xgrad: a dual number has at least one direction");

    using value_type = T;
    static constexpr std::size_t directions = N;

    /// A number of another type than T, which is turned into one.
    template <class U>
    static constexpr bool plain_number = std::is_arithmetic_v<U> && !std::is_same_v<U, T>;

    T value{};
    std::array<T, N> tangent{};

    constexpr dual() = default;
    /// A number that does not change along any direction.
    constexpr dual(const T& v) : value(v) {}
    template <class U>
        requires(std::is_arithmetic_v<U> && !std::is_same_v<U, T>)
    constexpr dual(U v) : value(static_cast<simd::lane<T>>(v)) {}
    constexpr dual(const T& v, const std::array<T, N>& t) : value(v), tangent(t) {}
    /// The same number in every lane.
    template <class L>
        requires(simd::is_vector<T>&& std::is_same_v<L, simd::lane<T>>)
    constexpr explicit dual(const dual<L, N>& number) : value(number.value)
    {
        for (std::size_t i = 0; i < N; ++i)
            tangent[i] = T(number.tangent[i]);
    }

    /// @p v as the variable whose derivative along @p direction is 1.
    static constexpr dual variable(const T& v, std::size_t direction = 0)
    {
        dual result(v);
        result.tangent[direction] = T(1);
        return result;
    }

    /// The value, without derivatives.
    template <class U>
        requires(std::is_arithmetic_v<U>&& std::is_constructible_v<U, T>)
    constexpr explicit operator U() const { return static_cast<U>(value); }

    /// The same number without its derivatives.
    [[nodiscard]] dual still() const
    {
        if constexpr (requires { value.still(); })
            return dual(value.still());
        else
            return dual(value);
    }

    /// Whether value and derivatives are 0.
    [[nodiscard]] auto is_zero() const
    {
        auto result = simd::is_zero(value);
        for (const T& t : tangent)
            result = detail::both(result, simd::is_zero(t));
        return result;
    }

    /// A function's value at this number and its derivative there, by the chain rule.
    [[nodiscard]] dual chain(const T& function, const T& derivative) const
    {
        dual result(function);
        for (std::size_t i = 0; i < N; ++i)
            result.tangent[i] = tangent[i] * derivative;
        return result;
    }

    /// The same where the derivative may be infinite: what does not change brings no change.
    [[nodiscard]] dual careful_chain(const T& function, const T& derivative) const
    {
        dual result(function);
        for (std::size_t i = 0; i < N; ++i)
            result.tangent[i] =
                simd::select(simd::is_zero(tangent[i]), T(0), T(tangent[i] * derivative));
        return result;
    }

    // ---- arithmetic ---------------------------------------------------------------------------

    friend dual operator+(const dual& a) { return a; }
    friend dual operator-(const dual& a)
    {
        dual result(-a.value);
        for (std::size_t i = 0; i < N; ++i)
            result.tangent[i] = -a.tangent[i];
        return result;
    }
    friend dual operator+(const dual& a, const dual& b)
    {
        dual result(a.value + b.value);
        for (std::size_t i = 0; i < N; ++i)
            result.tangent[i] = a.tangent[i] + b.tangent[i];
        return result;
    }
    friend dual operator-(const dual& a, const dual& b)
    {
        dual result(a.value - b.value);
        for (std::size_t i = 0; i < N; ++i)
            result.tangent[i] = a.tangent[i] - b.tangent[i];
        return result;
    }
    friend dual operator*(const dual& a, const dual& b)
    {
        dual result(a.value * b.value);
        for (std::size_t i = 0; i < N; ++i)
            result.tangent[i] = simd::fma(a.tangent[i], b.value, T(a.value * b.tangent[i]));
        return result;
    }
    friend dual operator/(const dual& a, const dual& b)
    {
        const T inverse = T(1) / b.value;
        dual result(a.value / b.value);
        for (std::size_t i = 0; i < N; ++i)
            result.tangent[i] = (a.tangent[i] - result.value * b.tangent[i]) * inverse;
        return result;
    }

    // With a number that has no derivatives nothing is computed for them.
    friend dual operator+(dual a, const T& b)
    {
        a.value = a.value + b;
        return a;
    }
    friend dual operator+(const T& a, dual b)
    {
        b.value = a + b.value;
        return b;
    }
    friend dual operator-(dual a, const T& b)
    {
        a.value = a.value - b;
        return a;
    }
    friend dual operator-(const T& a, const dual& b)
    {
        dual result = -b;
        result.value = a - b.value;
        return result;
    }
    friend dual operator*(const dual& a, const T& b) { return a.chain(a.value * b, b); }
    friend dual operator*(const T& a, const dual& b) { return b.chain(a * b.value, a); }
    friend dual operator/(const dual& a, const T& b)
    {
        dual result(a.value / b);
        for (std::size_t i = 0; i < N; ++i)
            result.tangent[i] = a.tangent[i] / b;
        return result;
    }
    friend dual operator/(const T& a, const dual& b)
    {
        const T quotient = a / b.value;
        return b.chain(quotient, -quotient / b.value);
    }

    template <class U>
        requires plain_number<U>
    friend dual operator+(const dual& a, U b) { return a + number(b); }
    template <class U>
        requires plain_number<U>
    friend dual operator+(U a, const dual& b) { return number(a) + b; }
    template <class U>
        requires plain_number<U>
    friend dual operator-(const dual& a, U b) { return a - number(b); }
    template <class U>
        requires plain_number<U>
    friend dual operator-(U a, const dual& b) { return number(a) - b; }
    template <class U>
        requires plain_number<U>
    friend dual operator*(const dual& a, U b) { return a * number(b); }
    template <class U>
        requires plain_number<U>
    friend dual operator*(U a, const dual& b) { return number(a) * b; }
    template <class U>
        requires plain_number<U>
    friend dual operator/(const dual& a, U b) { return a / number(b); }
    template <class U>
        requires plain_number<U>
    friend dual operator/(U a, const dual& b) { return number(a) / b; }

    template <class U>
    friend dual& operator+=(dual& a, const U& b)
    {
        return a = a + b;
    }
    template <class U>
    friend dual& operator-=(dual& a, const U& b)
    {
        return a = a - b;
    }
    template <class U>
    friend dual& operator*=(dual& a, const U& b)
    {
        return a = a * b;
    }
    template <class U>
    friend dual& operator/=(dual& a, const U& b)
    {
        return a = a / b;
    }

    // ---- comparison -----------------------------------------------------------------------------

    friend auto operator==(const dual& a, const dual& b) { return a.value == b.value; }
    friend auto operator!=(const dual& a, const dual& b) { return a.value != b.value; }
    friend auto operator<(const dual& a, const dual& b) { return a.value < b.value; }
    friend auto operator<=(const dual& a, const dual& b) { return a.value <= b.value; }
    friend auto operator>(const dual& a, const dual& b) { return a.value > b.value; }
    friend auto operator>=(const dual& a, const dual& b) { return a.value >= b.value; }

    /// Writes the value only.
    friend std::ostream& operator<<(std::ostream& out, const dual& a) { return out << a.value; }

    // ---- lanes

    /// Dual numbers of vectors, from dual numbers that lie one after the other, and back.
    [[gnu::always_inline]] static dual load(const dual<simd::lane<T>, N>* source)
    {
        return detail::load_dual<dual>(source);
    }
    [[gnu::always_inline]] void store(dual<simd::lane<T>, N>* target) const
    {
        detail::store_dual(target, *this);
    }

    template <class M>
    static dual select(const M& condition, const dual& a, const dual& b)
    {
        dual result(simd::select(condition, a.value, b.value));
        for (std::size_t i = 0; i < N; ++i)
            result.tangent[i] = simd::select(condition, a.tangent[i], b.tangent[i]);
        return result;
    }

    template <std::size_t Count>
    static dual slide(const dual& before, const dual& v)
    {
        dual result(simd::slide<Count>(before.value, v.value));
        for (std::size_t i = 0; i < N; ++i)
            result.tangent[i] = simd::slide<Count>(before.tangent[i], v.tangent[i]);
        return result;
    }

    [[nodiscard]] dual<simd::lane<T>, N> reduce_add() const
    {
        dual<simd::lane<T>, N> result(simd::reduce_add(value));
        for (std::size_t i = 0; i < N; ++i)
            result.tangent[i] = simd::reduce_add(tangent[i]);
        return result;
    }

private:
    template <class U>
    static constexpr T number(U v)
    {
        return T(static_cast<simd::lane<T>>(v));
    }
};

} // namespace xgrad::inline XGRAD_ABI

/// The limits of a dual number's value.
template <class T, std::size_t N>
struct std::numeric_limits<xgrad::dual<T, N>> : std::numeric_limits<T>
{
};
