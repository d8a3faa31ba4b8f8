// SPDX-License-Identifier: BSD-3-Clause
#include "show.hpp"

#include <xgrad/testing/check_gradient.hpp>

#include <cstddef>

namespace
{

void softsign()
{
    const auto softsign = [](const auto& x) { return x / (1.0 + abs(x)); };

    xgrad::parameter<double, xgrad::shape<3>> x{-1.0, 0.0, 3.0};
    show(softsign(x), x);
}

/// x / (1 + |x|), element by element.
///   x: any shape S   out: S
///   forward    out     = x / (1 + |x|)
///   backward   grad_x += grad_out (1 - |out|)^2
struct softsign_op : xgrad::elementwise<1>
{
    static constexpr const char* name = "softsign";
    static constexpr xgrad::saved reads = xgrad::saved::output;

    template <class V>
    static V forward(const V& x)
    {
        return x / (xgrad::simd::number<V>(1) + xgrad::simd::abs(x));
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V&, V& grad_x)
    {
        const V slope = xgrad::simd::number<V>(1) - xgrad::simd::abs(out);
        grad_x = grad_out * slope * slope;
    }
};

void elementwise_operation()
{
    xgrad::parameter<double, xgrad::shape<3>> x{-1.0, 0.5, 3.0};
    const auto y = xgrad::apply<softsign_op>(x);
    show(y, x);
    std::cout << (xgrad::check_gradient(y * y).passed ? "right" : "wrong") << '\n';
}

constexpr xgrad::expectation a_vector{"a vector"};

/// The sums of the first elements of a vector.
///   x: (N)   out: (N)
///   forward    out[i]     = x[0] + ... + x[i]
///   backward   grad_x[i] += grad_out[i] + ... + grad_out[N - 1]
struct cumulative_sum_op
{
    static constexpr const char* name = "cumulative_sum";
    static constexpr xgrad::saved reads = xgrad::saved::nothing;

    static constexpr xgrad::inferred infer(const xgrad::extents& x)
    {
        return xgrad::inferred(x).expect(x.rank == 1, a_vector);
    }

    static void forward(const auto&, auto out, auto x)
    {
        typename decltype(out)::value_type sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i)
            out.data()[i] = sum += x.data()[i];
    }

    static void backward(const auto&, auto grad_out, auto, auto, auto grad_x)
    {
        typename decltype(grad_x)::value_type sum = 0;
        for (std::size_t i = grad_x.size(); i-- > 0;)
        {
            sum += grad_out.data()[i];
            grad_x.data()[i] = grad_x.accumulate ? grad_x.data()[i] + sum : sum;
        }
    }
};

void tensor_operation()
{
    xgrad::parameter<double, xgrad::shape<3>> x{1.0, 2.0, 3.0};
    const auto y = xgrad::apply<cumulative_sum_op>(x);
    show(y, x);
    std::cout << (xgrad::check_gradient(y * x).passed ? "right" : "wrong") << '\n';
}

} // namespace

int main()
{
    section("softsign"), softsign();
    section("elementwise_operation"), elementwise_operation();
    section("tensor_operation"), tensor_operation();
}
