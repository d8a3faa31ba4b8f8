// SPDX-License-Identifier: BSD-3-Clause
#include "show.hpp"

#include <cstdint>

using namespace xgrad;

namespace
{

void memory()
{
    input<double, shape<dynamic>> x;
    xt::xtensor<double, 1> values{1.0, 2.0, 3.0};
    x.bind(values);         // no copy: values must stay until the last evaluation
    x.assign(values * 2.0); // a copy: for temporaries and expressions of xtensor

    plan f(x * x);
    const auto view = f.forward();                   // lasts until the next evaluation
    const xt::xtensor<double, 1> kept = f.forward(); // a copy
    print("view", view);
    print("kept", kept);

    auto g = gradient([](const auto& v) { return sum(v * v); });
    const auto& reference = g(values); // what g keeps, until its next call
    const auto copy = g(values);
    print("reference", reference);
    print("copy", copy);
}

void shapes()
{
    const xt::xtensor<double, 2> predicted{{1.0}, {2.0}, {3.0}};
    input<double, shape<dynamic, 1>> prediction; // what a layer with one output gives
    input<double, shape<dynamic>> vector;        // targets as a vector: (3, 1) - (3) is (3, 3)
    input<double, shape<dynamic, 1>> column;     // as a column: (3, 1) - (3, 1) is (3, 1)
    static_assert(decltype(prediction - vector)::rank == 2);

    prediction.bind(predicted);
    vector.assign(xt::xtensor<double, 1>{1.0, 2.0, 3.0});
    column.bind(predicted);
    show(mse(prediction, vector)); // wrong, and silent
    show(mse(prediction, column)); // right
}

void types()
{
    parameter<float, shape<3>> x{1.0f, 2.0f, 3.0f};
    show(2.0 * x, x); // a number takes the type of the tensor: this is float
    const constant<float, shape<3>> data(xt::xtensor<double, 1>{1.0, 2.0, 3.0}); // converts
    show(data * x, x);
}

void two_plans()
{
    parameter<double> x(3.0);
    plan f(square(x));
    f.value_and_gradient();
    f.value_and_gradient(); // a gradient is overwritten, not added to
    print("gradient", x.gradient());
    f.accumulate(); // unless it is asked for
    print("gradient", x.gradient());
}

void branches()
{
    parameter<double, shape<2>> x{0.0, 4.0};
    show(where(x > 0.0, sqrt(x), 0.0), x); // by element: 0 stays 0
    parameter<double, shape<2, 2>> w(xt::ones<double>({2, 2}));
    show(where(x > 0.0, matmul(1.0 / x, w), 0.0), w); // not across a matmul: 0 * inf is NaN
    const auto safe = where(x > 0.0, x, 1.0);         // so make the operand safe as well
    show(where(x > 0.0, matmul(1.0 / safe, w), 0.0), w);
}

void powers()
{
    parameter<double, shape<2>> x{-2.0, 0.0};
    show(pow(x, 3), x);   // an integer: repeated multiplication
    show(pow(x, 0.5), x); // a real exponent of a negative number has no value
}

void one_statement()
{
    parameter<double, shape<3>> a, b; // one type for both
    parameter<double, shape<3>> c;    // a type of its own
    plan general(sum(exp(a) * exp(b)));
    plan loop(sum(exp(a) * exp(c)));
    general.value_and_gradient();
    loop.value_and_gradient();
    std::cout << "in the general form: " << general.summary().general_regions << " and "
              << loop.summary().general_regions << '\n';
}

} // namespace

int main()
{
    section("memory"), memory();
    section("shapes"), shapes();
    section("types"), types();
    section("two_plans"), two_plans();
    section("branches"), branches();
    section("powers"), powers();
    section("one_statement"), one_statement();
}
