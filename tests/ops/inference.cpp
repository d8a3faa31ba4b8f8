// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/core/thread_pool.hpp>
#include <xgrad/expr/inference.hpp>
#include <xgrad/expr/plan.hpp>
#include <xgrad/ops.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <thread>
#include <utility>
#include <vector>

using namespace xgrad;

namespace
{

struct network
{
    parameter<float, shape<30, 40>> w;
    parameter<float, shape<40>> b;
    input<float, shape<dynamic, 30>> x;
    input<float, shape<40>, named<"scale">> scale;

    auto scores() const { return tanh(matmul(x, w) + b) * scale; }

    network()
    {
        for (std::size_t i = 0; i < w.size(); ++i)
            w.data()[i] = std::sin(static_cast<float>(i));
    }
};

xt::xtensor<float, 2> rows(std::size_t count)
{
    xt::xtensor<float, 2> values(std::array<std::size_t, 2>{count, 30});
    for (std::size_t i = 0; i < values.size(); ++i)
        values.data()[i] = std::cos(static_cast<float>(i));
    return values;
}

} // namespace

TEST_CASE("inference: a function of inputs, for any batch, that sees the parameters change")
{
    network net;
    const xt::xtensor<float, 1> scale(std::array<std::size_t, 1>{40}, 2.0F);
    const inference predict(net.scores(), net.x, net.scale);
    const inference on_threads(thread_pool(2), net.scores(), net.x, net.scale);
    evaluation expected(net.scores());
    net.scale.bind(scale);
    xt::xtensor<float, 2> result;
    for (const std::size_t count : {1U, 1000U, 0U, 3U})
    {
        CAPTURE(count);
        net.b.data()[0] += 1;
        const auto values = rows(count);
        net.x.bind(values);
        const auto wanted = expected.forward();
        predict.into(result, values, scale);
        CHECK(result.shape()[0] == count);
        CHECK(result.shape()[1] == 40);
        CHECK(std::vector<float>(result.begin(), result.end()) ==
              std::vector<float>(wanted.begin(), wanted.end()));
        CHECK(predict(values, scale) == result);
        CHECK(on_threads(values, scale) == result);
    }
}

TEST_CASE("inference: several threads share parameters, each with inputs of its own")
{
    network net;
    const inference predict(mean(net.scores()), net.x, net.scale);
    const xt::xtensor<float, 1> scale(std::array<std::size_t, 1>{40}, 1.0F);
    std::array<float, 4> alone{};
    for (std::size_t k = 0; k < alone.size(); ++k)
        alone[k] = predict(rows(3 * k + 1), scale);
    std::array<int, 4> wrong{};
    std::vector<std::thread> threads;
    for (std::size_t k = 0; k < alone.size(); ++k)
        threads.emplace_back(
            [&, k]
            {
                const auto values = rows(3 * k + 1);
                for (int repeat = 0; repeat < 200; ++repeat)
                    wrong[k] += predict(values, scale) != alone[k];
            });
    for (std::thread& t : threads)
        t.join();
    CHECK(wrong == std::array<int, 4>{});
}

TEST_CASE("inference: outlives what it was made of, and moves")
{
    auto made = []
    {
        network net;
        return inference(sum(net.scores()), net.x, net.scale);
    }();
    const auto moved = std::move(made);
    CHECK(moved(rows(2), xt::xtensor<float, 1>(std::array<std::size_t, 1>{40}, 0.0F)) == 0);
}

TEST_CASE("inference: wrong inputs are named, and leave it as it was")
{
    network net;
    const inference predict(net.scores(), net.x);
    const auto values = rows(2);
    CHECK_THROWS_WITH_AS(
        static_cast<void>(predict(values)),
        "xgrad::input: expected values before an evaluation, found none in the input "
        "'scale' of shape (40); call bind or assign",
        unbound_error);
    const xt::xtensor<float, 1> scale(std::array<std::size_t, 1>{40}, 1.0F);
    net.scale.bind(scale);
    CHECK(predict(values).shape()[0] == 2);
    const xt::xtensor<float, 2> narrow(std::array<std::size_t, 2>{2, 29});
    CHECK_THROWS_WITH_AS(static_cast<void>(predict(narrow)),
                         "xgrad::inference: expected the shape (dynamic, 30), found (2, 29)",
                         shape_error);
    CHECK(predict(values).shape()[0] == 2);

    input<float, shape<dynamic, 30>> other;
    CHECK_THROWS_WITH_AS(inference(net.scores(), net.x, other),
                         "xgrad::inference: expected inputs that the expression mentions, found "
                         "that it does not depend on the one number 2",
                         error);
}
