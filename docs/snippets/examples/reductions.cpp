// SPDX-License-Identifier: BSD-3-Clause
#include "show.hpp"

using namespace xgrad;

namespace
{

void sum_page()
{
    parameter<double, shape<2, 3>> x(xt::xtensor<double, 2>{{1, 2, 3}, {4, 5, 6}});
    show(sum(square(x)), x);                         // one loop for value and gradient
    show(mean(x, axis<0>), x);                       // (3)
    show(x - mean(x, axis<-1>, keep_dimensions), x); // (2, 1), broadcast back to (2, 3)
}

void max_page()
{
    parameter<double, shape<2, 3>> x(xt::xtensor<double, 2>{{1, 5, 3}, {4, 4, 0}});
    show(max(x, axis<1>), x); // two equal maxima share the gradient
    show(min(x), x);
}

void prod_page()
{
    parameter<double, shape<2, 3>> x(xt::xtensor<double, 2>{{1, 2, 3}, {4, 0, 6}});
    show(prod(x, axis<1>), x); // a zero is no special case
}

void var_page()
{
    parameter<double, shape<4>> x{1.0, 2.0, 3.0, 6.0};
    show(var(x), x);
    show(var(x, correction<1>), x); // of a sample: divided by n - 1
}

void norm_page()
{
    parameter<double, shape<2, 2>> x(xt::xtensor<double, 2>{{3, 4}, {0, 0}});
    show(norm(x, axis<1>), x); // 0 is the subgradient at the origin
}

void logsumexp_page()
{
    parameter<double, shape<3>> x{1000.0, 1001.0, 1002.0};
    show(logsumexp(x), x); // the gradient is softmax(x)
}

void argmax_page()
{
    parameter<double, shape<2, 3>> x(xt::xtensor<double, 2>{{1, 5, 3}, {4, 4, 0}});
    show(argmax(x, axis<1>)); // the first of equal ones
}

void mse_page()
{
    parameter<double, shape<4>> prediction{1.0, 2.0, 3.0, 4.0};
    const constant<double, shape<4>> target(xt::xtensor<double, 1>{1.0, 1.0, 5.0, 4.0});
    show(mse(prediction, target), prediction);
}

void dot_page()
{
    parameter<double, shape<3>> a{1.0, 2.0, 3.0};
    parameter<double, shape<3>> b{4.0, 5.0, 6.0};
    show(dot(a, b), a, b);
}

} // namespace

int main()
{
    section("sum"), sum_page();
    section("max"), max_page();
    section("prod"), prod_page();
    section("var"), var_page();
    section("norm"), norm_page();
    section("logsumexp"), logsumexp_page();
    section("argmax"), argmax_page();
    section("mse"), mse_page();
    section("dot"), dot_page();
}
