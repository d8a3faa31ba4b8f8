// SPDX-License-Identifier: BSD-3-Clause

#include <xgrad/testing/check_gradient.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>

namespace
{

using namespace xgrad;

/// x * y with the gradient of y off by the factor that is asked for.
template <int PerMille>
struct product_op : elementwise<2>
{
    static constexpr const char* name = "product";
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
        grad_b = grad_out * a * V(simd::lane<V>(PerMille) / simd::lane<V>(1000));
    }
};

/// The product of two tensors, with a gradient that is wrong in one element only.
struct spoiled_square_op
{
    static constexpr const char* name = "spoiled_square";
    static constexpr saved reads = saved::arguments;

    static constexpr inferred infer(const extents& a) { return a; }

    static void forward(const operation_context&, auto out, auto a)
    {
        for (std::size_t i = 0; i < a.size(); ++i)
            out.data()[i] = a.data()[i] * a.data()[i];
    }

    static void backward(const operation_context&, auto grad_out, auto, auto a, auto grad_a)
    {
        for (std::size_t i = 0; i < a.size(); ++i)
            grad_a.data()[i] = 2 * grad_out.data()[i] * a.data()[i];
        grad_a.data()[a.size() - 1] *= 1.001;
    }
};

struct sum_op
{
    static constexpr const char* name = "sum";
    static constexpr saved reads = saved::nothing;
    static constexpr auto full_reduction = detail::reduction_kind::sum;

    static constexpr inferred infer(const extents&) { return {}; }

    static void forward(const operation_context&, auto out, auto a)
    {
        *out.data() = {};
        for (std::size_t i = 0; i < a.size(); ++i)
            *out.data() += a.data()[i];
    }

    static void backward(const operation_context&, auto grad_out, auto, auto a, auto grad_a)
    {
        for (std::size_t i = 0; i < a.size(); ++i)
            grad_a.data()[i] = (grad_a.accumulate ? grad_a.data()[i] : 0) + *grad_out.data();
    }
};

/// The square root, whose gradient at 0 is no number here.
struct root_op : elementwise<1>
{
    static constexpr const char* name = "root";
    static constexpr saved reads = saved::output;

    template <class V>
    static V forward(const V& a)
    {
        using std::sqrt;
        return sqrt(a);
    }

    template <class V>
    static void backward(const V& grad_out, const V& out, const V&, V& grad_a)
    {
        grad_a = grad_out / out - grad_out / out;
    }
};

template <class T>
void fill(auto& p)
{
    for (std::size_t i = 0; i < p.size(); ++i)
        p.data()[i] = static_cast<T>(0.3 + 0.07 * static_cast<double>(i % 29));
}

} // namespace

TEST_CASE("check_gradient: a right operation passes, as tensor and as scalar")
{
    parameter<double, shape<dynamic, 3>> a(2);
    parameter<double, shape<3>> b{1.5, -2, 0.25};
    fill<double>(a);
    const auto product = apply<product_op<1000>>(a, b);
    const auto tensor = check_gradient(product);
    CHECK_MESSAGE(tensor, tensor.message);
    CHECK(tensor.worst_error < 1e-9);
    CHECK(tensor.message.find("9 derivatives agree") != std::string::npos);
    const auto scalar = check_gradient(apply<sum_op>(product));
    CHECK_MESSAGE(scalar, scalar.message);
    // Both sweeps apart and both in one.
    CHECK(scalar.message.find("18 derivatives agree") != std::string::npos);
}

TEST_CASE("check_gradient: float passes at its own tolerance")
{
    parameter<float, shape<5>> a;
    parameter<float> b(1.25F);
    fill<float>(a);
    const auto right = check_gradient(apply<product_op<1000>>(a, b));
    CHECK_MESSAGE(right, right.message);
    CHECK_FALSE(check_gradient(apply<product_op<1050>>(a, b)));
}

TEST_CASE("check_gradient: a wrong operation is found out and named")
{
    parameter<double, shape<2, 3>, named<"first">> a;
    parameter<double, shape<3>, named<"second">> b{1.5, -2, 0.25};
    fill<double>(a);
    const auto check = check_gradient(apply<product_op<1001>>(a, b));
    CHECK_FALSE(check.passed);
    CHECK(check.worst_error == doctest::Approx(0.001 / 1.001).epsilon(1e-4));
    CHECK(check.message.find("parameter 1 'second' of shape (3), element (") != std::string::npos);
    CHECK(check.message.find("the gradient is ") != std::string::npos);
    CHECK(check.message.find("central differences give ") != std::string::npos);
    gradient_check_options lenient;
    lenient.tolerance = 0.01;
    CHECK(check_gradient(apply<product_op<1001>>(a, b), lenient));
}

TEST_CASE("check_gradient: one wrong element is found and named by its index")
{
    parameter<double, shape<2, 3>> a;
    fill<double>(a);
    const auto check = check_gradient(apply<spoiled_square_op>(a));
    CHECK_FALSE(check.passed);
    CHECK(check.message.find("parameter 0 of shape (2, 3), element (1, 2): ") != std::string::npos);
}

TEST_CASE("check_gradient: of many elements some are checked, and all along a direction")
{
    parameter<double, shape<dynamic>> a(1000);
    fill<double>(a);
    gradient_check_options few;
    few.elements = 4;
    const auto right = check_gradient(apply<product_op<1000>>(a, a), few);
    CHECK_MESSAGE(right, right.message);
    CHECK(right.message.find("5 derivatives agree") != std::string::npos);
    // The one wrong element is not among the four.
    const auto check = check_gradient(apply<spoiled_square_op>(a), few);
    CHECK_FALSE(check.passed);
    CHECK(check.message.find("along one random direction") != std::string::npos);
}

TEST_CASE("check_gradient: a gradient that is no number does not pass")
{
    parameter<double, shape<2>> a{0.0, 1.0};
    CHECK_FALSE(check_gradient(apply<root_op>(a)));
}

TEST_CASE("check_gradient: leaves the parameters as they were")
{
    parameter<double, shape<3>> a{0.1, 2e5, -3e-7};
    gradient_check_options few;
    few.elements = 2;
    CHECK(check_gradient(apply<product_op<1000>>(a, a), few));
    CHECK(a.data()[0] == 0.1);
    CHECK(a.data()[1] == 2e5);
    CHECK(a.data()[2] == -3e-7);
}

TEST_CASE("check_gradient: no elements agree, no parameter does not")
{
    parameter<double, shape<dynamic>> empty(0);
    CHECK(check_gradient(apply<product_op<1000>>(empty, empty)));
    constant<double> c(2.0);
    const auto check = check_gradient(apply<product_op<1000>>(c, c));
    CHECK_FALSE(check.passed);
    CHECK(check.message == "xgrad::check_gradient: the expression has no parameter");
}
