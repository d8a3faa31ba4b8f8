// SPDX-License-Identifier: BSD-3-Clause
#include "show.hpp"

#include <cmath>
#include <cstdint>
#include <tuple>

// The right-hand sides of the tables in docs/cheat_sheets.

using namespace xgrad;

namespace
{

void use(const auto&...) {}

struct network
{
    nn::linear<float, 4, 8> hidden;
    nn::linear<float, 8, 3> scores;

    auto operator()(const auto& x) const { return scores(relu(hidden(x))); }
    auto layers() { return std::tie(hidden, scores); }
};

void pytorch()
{
    const xt::xtensor<float, 2> values = xt::ones<float>({5, 4});
    const xt::xtensor<std::uint8_t, 1> digits{0, 1, 2, 0, 1};

    // Tensors.
    parameter<float, shape<2>> p{1.0f, 2.0f};
    constant data(values);
    input<float, shape<dynamic, 4>> x;
    input<std::uint8_t, shape<dynamic>> y;
    x.bind(values);
    y.bind(digits);
    use(p.value(), p.shape(), p.size(), data);

    // Operations.
    parameter<float, shape<5, 4>> a;
    parameter<float, shape<5, 4>> b;
    parameter<float, shape<4, 3>> w;
    parameter<float, shape<3>> bias;
    parameter<float, shape<2, 3, 8, 8>> images;
    parameter<float, shape<4, 3, 3, 3>> filters;
    parameter<float, shape<4>> channel_bias;
    use(matmul(a, w) + bias);
    use(a * b, square(a), pow(a, 3), clamp(a, 0.0, 1.0));
    use(where(a > 0.0, a, b), maximum(a, b));
    use(sum(a), mean(a, axis<0>), sum(a, axis<1>, keep_dimensions));
    use(max(a, axis<1>), argmax(a, axis<1>), var(a, correction<1>));
    use(reshape(a, shape<4, 5>{}), flatten(images), transpose(a),
        transpose(images, axes<0, 2, 3, 1>));
    use(expand_dimensions(a, axis<0>), concatenate(axis<1>, a, b), stack(axis<0>, a, b));
    use(slice(a, axis<1>, range<1, 3>), broadcast_to(bias, shape<5, 3>{}));
    use(softmax(a), log_softmax(a), logsumexp(a, axis<1>));
    use(relu(a), gelu(a), silu(a), sigmoid(a), leaky_relu(a, 0.01));
    use(conv2d(images, filters, channel_bias, padding<1>), max_pool2d(images, window<2>));
    use(cross_entropy(matmul(a, w), y), mse(a, b), stop_gradient(a));

    // Training.
    network net;
    nn::initialize(net, nn::he_uniform{}, nn::zeros{}, 1);
    plan training(cross_entropy(net(x), y));
    nn::sgd optimizer(training.parameters(), 0.1);
    training.value_and_gradient();
    optimizer.update();
    optimizer.set_learning_rate(0.01);
    training.accumulate();
    training.use(thread_pool(2));
    use(net.hidden.weight.gradient(), nn::parameter_count(net));
    const inference predict(net(x), x);
    const xt::xtensor<float, 2> scores = predict(values);
    use(scores, random_stream(1));
}

void numpy()
{
    const xt::xtensor<double, 2> values{{4, 1}, {1, 3}};
    const xt::xtensor<double, 1> numbers{1, 2};
    parameter<double, shape<2, 2>> a(values);
    parameter<double, shape<2, 2>> b(values);
    parameter<double, shape<2>> v(numbers);
    parameter<double, shape<2>> u(numbers);

    evaluation product(matmul(a, v));
    const xt::xtensor<double, 1> result = product.forward();
    use(result);
    use(a.value()(0, 1), a.data());

    use(a + b, 2.0 * a, a / b, -a, square(a), pow(a, 0.5), fmod(a, b));
    use(exp(a), expm1(a), log(a), log1p(a), sqrt(a), abs(a));
    use(sin(a), cos(a), tan(a), asin(a), acos(a), atan(a), atan2(a, b), hypot(a, b));
    use(sinh(a), cosh(a), tanh(a), erf(a), lgamma(a), digamma(a));
    use(a < b, equal(a, b), where(a < b, a, b), minimum(a, b), maximum(a, b), clamp(a, 0.0, 1.0));
    use(sum(a), sum(a, axis<0>), sum(a, axes<0, 1>), mean(a, axis<-1>, keep_dimensions));
    use(prod(a), var(a), sqrt(var(a)), max(a), min(a, axis<0>), argmax(a));
    use(logsumexp(a), norm(v), norm(a, axis<1>));
    use(reshape(a, shape<4>{}), flatten(a, axis<0>), transpose(a), transpose(a, axes<1, 0>));
    use(expand_dimensions(v, axis<0>), squeeze(expand_dimensions(v, axis<0>)));
    use(broadcast_to(v, shape<3, 2>{}), concatenate(axis<0>, a, b), stack(axis<0>, a, b));
    use(slice(v, axis<0>, range<0, 1>), slice(v, axis<0>, range<-1>), diagonal(a), trace(a));
    use(matmul(a, b), dot(v, u), outer(v, u));
    use(inverse(a), determinant(a), solve(a, v), cholesky(a));
    use(log_determinant(a), solve_triangular(a, v));
}

void fastad()
{
    const xt::xtensor<double, 1> at{1.0, 2.0};
    const auto f = [](const auto& x, const auto& y) { return sum(x * x) * y; };

    // FastAD.
    parameter<double> s(2.0);
    parameter<double, shape<dynamic>> v(5);
    parameter<double, shape<dynamic, dynamic>> m(5, 5);
    plan bound(sum(sin(v)) * s);
    const double value = bound.value_and_gradient();
    use(value, s.value(), v.gradient());
    const auto t = s * s;
    use(t + t);
    use(dot(v, v), matmul(m, v), sum(square(v)), prod(v), pow<3>(v), transpose(m));
    use(determinant(m), log_determinant(m), where(v > 0.0, v, 0.0));
    use(evaluation(sum(v)).forward());

    // autodiff.
    auto by_all = gradient(f);
    const auto& [by_x, by_y] = by_all(at, 3.0);
    auto by_first = gradient(f, wrt<0>);
    auto both = value_and_gradient(f);
    auto second = hessian(f, wrt<0>);
    auto rows = jacobian([](const auto& x) { return exp(x); });
    use(by_x, by_y, by_first(at, 3.0), both(at, 3.0), second(at, 3.0), rows(at));
    const auto x = dual<double, 1>::variable(2.0, 0);
    const auto y = x * sin(x);
    use(y.value, y.tangent[0]);
}

} // namespace

int main()
{
    pytorch();
    numpy();
    fastad();
}
