// SPDX-License-Identifier: BSD-3-Clause
#include "show.hpp"

using namespace xgrad;

namespace
{

void arithmetic()
{
    parameter<double, shape<2, 1>> column(xt::xtensor<double, 2>{{1.0}, {2.0}});
    parameter<double, shape<3>> row{1.0, 2.0, 4.0};
    show(column / row - 2.0, column, row); // broadcast to (2, 3), the gradients summed back
}

void exponential()
{
    parameter<double, shape<3>> x{-1.0, 0.0, 1.0};
    show(exp(x) + expm1(x), x);
    show(log1p(exp(x)), x); // softplus does that without overflow
}

void power()
{
    parameter<double, shape<3>> x{0.0, 1.0, 2.0};
    parameter<double> exponent(3.0);
    show(pow(x, exponent), x, exponent);
    show(pow<3>(x) + square(x), x);
}

void trigonometric()
{
    parameter<double, shape<3>> x{-0.5, 0.0, 0.5};
    show(sin(x) * cos(x), x);
    show(asin(x) + acos(x), x); // pi / 2 everywhere
}

void hyperbolic()
{
    parameter<double, shape<3>> x{-1.0, 0.0, 20.0};
    show(tanh(x), x);
}

void activations()
{
    parameter<double, shape<3>> x{-1.0, 0.0, 2.0};
    show(relu(x) + leaky_relu(x, 0.1), x);
    show(gelu(x), x);
    show(gelu(x, tanh_approximation), x);
}

void extrema()
{
    parameter<double, shape<3>> x{-1.0, 0.5, 3.0};
    show(clamp(x, 0.0, 1.0), x);
    show(maximum(x, 0.5), x); // equal operands share the gradient
}

void comparison()
{
    parameter<double, shape<3>> x{-1.0, 0.5, 3.0};
    show((x > 0.0) * x, x); // the comparison is a factor without a gradient
}

void where_page()
{
    parameter<double, shape<3>> x{0.0, 1.0, 2.0};
    show(where(x > 0.0, x * log(x), 0.0), x); // no NaN from the branch that is not taken
}

void error_function()
{
    parameter<double, shape<3>> x{-1.0, 0.0, 1.0};
    show(erf(x) + erfc(x), x); // 1, whatever x
    show(normal_cdf(x), x);
}

void gamma_page()
{
    parameter<double, shape<3>> x{0.5, 3.0, 5.0};
    show(lgamma(x), x); // log(4!) in the last place; the gradient is digamma(x)
}

void polar()
{
    parameter<double> a(3.0);
    parameter<double> b(4.0);
    show(hypot(a, b), a, b);
    show(atan2(b, a), a, b);
}

void xlogy_page()
{
    parameter<double, shape<3>> p{0.0, 0.25, 0.75};
    show(-sum(xlogx(p)), p); // an entropy
    show(xlogy(p, p), p);
}

void fmod_page()
{
    parameter<double, shape<3>> a{-5.5, 0.5, 7.0};
    parameter<double> b(3.0);
    show(fmod(a, b), a, b);
}

} // namespace

int main()
{
    section("arithmetic"), arithmetic();
    section("exponential"), exponential();
    section("power"), power();
    section("trigonometric"), trigonometric();
    section("hyperbolic"), hyperbolic();
    section("activations"), activations();
    section("extrema"), extrema();
    section("comparison"), comparison();
    section("where"), where_page();
    section("error_function"), error_function();
    section("gamma"), gamma_page();
    section("polar"), polar();
    section("xlogy"), xlogy_page();
    section("fmod"), fmod_page();
}
