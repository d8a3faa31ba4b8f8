// SPDX-License-Identifier: BSD-3-Clause

// Batches that are evaluated in parts and on threads: the results are those of the whole, and the
// same bits for any number of threads.

#include <xgrad/core/row_source.hpp>
#include <xgrad/core/thread_pool.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/expr/plan.hpp>
#include <xgrad/ops.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace xgrad;

namespace
{

constexpr std::size_t most_rows = 300;

template <class T>
std::vector<T> wave(std::size_t count, double phase)
{
    std::vector<T> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = static_cast<T>(std::sin(phase + 0.7 * static_cast<double>(i)));
    return values;
}

/// Two layers with a bias used twice, wide enough to be worth several lanes.
template <class T>
struct network
{
    parameter<T, shape<40, 48>, named<"w">> w{adopt, memory_w.data()};
    parameter<T, shape<48>, named<"b">> b{adopt, memory_b.data()};
    parameter<T, shape<48, 6>, named<"v">> v{adopt, memory_v.data()};
    input<T, shape<dynamic, 40>, named<"x">> x;
    input<std::uint8_t, shape<dynamic>, named<"labels">> labels;

    auto scores() const { return matmul(tanh(matmul(x, w) + b) * b, v); }
    auto loss(reduction how) const { return cross_entropy(scores(), labels, how); }

    void bind(std::size_t rows)
    {
        x.bind(memory_x.data(), rows);
        labels.bind(memory_labels.data(), rows);
    }

    static const T* row(std::size_t number) { return &memory_x[number * 40]; }

    std::vector<T> gradients() const
    {
        std::vector<T> all;
        const auto append = [&](const auto& g) { all.insert(all.end(), g.begin(), g.end()); };
        append(w.gradient());
        append(b.gradient());
        append(v.gradient());
        return all;
    }

private:
    static inline std::vector<T> memory_w = wave<T>(40 * 48, 1);
    static inline std::vector<T> memory_b = wave<T>(48, 2);
    static inline std::vector<T> memory_v = wave<T>(48 * 6, 3);
    static inline std::vector<T> memory_x = wave<T>(most_rows * 40, 4);
    static inline std::vector<std::uint8_t> memory_labels = std::vector<std::uint8_t>(most_rows, 5);
};

template <class T>
void check_close(const std::vector<T>& a, const std::vector<T>& b, double tolerance)
{
    REQUIRE(a.size() == b.size());
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        worst = std::max(worst, std::abs(static_cast<double>(a[i] - b[i])));
    CHECK(worst <= tolerance);
}

template <class T>
void check_parts(double tolerance)
{
    network<T> net;
    // A mean may be scaled and shifted by what does not depend on the batch, a sum scaled.
    const auto decay = T(0.01) * sum(square(net.w));
    plan training(T(2) * net.loss(reduction::mean) - decay);
    plan summed(net.loss(reduction::sum) / T(3));
    std::size_t cuts = 0;
    const auto check = [&](auto& p, std::size_t rows)
    {
        CAPTURE(rows);
        net.bind(rows);
        p.use(thread_pool(1));
        const T whole = p.forward();
        p.backward();
        const std::vector<T> expected = net.gradients();
        const T value = p.value_and_gradient();
        const std::vector<T> gradients = net.gradients();
        CHECK(std::abs(static_cast<double>(value - whole)) <= tolerance * (1 + std::abs(whole)));
        check_close(gradients, expected, tolerance * static_cast<double>(1 + rows / 30));
        cuts += p.summary().parts > 1;
        for (const std::size_t threads : {2U, 3U, 8U})
        {
            p.use(thread_pool(threads));
            CHECK(p.value_and_gradient() == value);
            CHECK(net.gradients() == gradients);
            p.accumulate();
            std::vector<T> twice = gradients;
            for (T& g : twice)
                g *= 2;
            check_close(net.gradients(), twice, tolerance * static_cast<double>(1 + rows / 30));
        }
    };
    for (const std::size_t rows : {300U, 1U, 33U, 200U, 201U, 37U, 300U})
    {
        check(training, rows);
        check(summed, rows);
    }
    CHECK(cuts >= 6);
}

} // namespace

TEST_CASE("batch: parts give the gradients of the whole, in bits that no number of threads changes")
{
    check_parts<double>(1e-13);
    check_parts<float>(3e-5);
}

TEST_CASE("batch: rows that are written when they are needed give the bits of rows that are there")
{
    network<float> net;
    plan training(net.loss(reduction::mean));
    evaluation judging(net.scores());
    std::atomic<std::size_t> written{0};
    const auto rows_of_x = [&](std::size_t first, std::size_t count, float* to)
    {
        written += count;
        std::copy_n(network<float>::row(first), count * 40, to);
    };
    const auto scores = [&]
    {
        const auto view = judging.forward();
        return std::vector<float>(view.begin(), view.end());
    };
    std::size_t cuts = 0;
    for (const std::size_t rows : {300U, 1U, 3U, 33U, 201U, 300U})
    {
        CAPTURE(rows);
        net.bind(rows);
        const float value = training.value_and_gradient();
        const std::vector<float> gradients = net.gradients();
        const std::vector<float> expected = scores();
        for (const std::size_t threads : {1U, 2U, 3U})
        {
            net.x.bind(row_source<float>(rows_of_x), rows);
            training.use(thread_pool(threads));
            judging.use(thread_pool(threads));
            written = 0;
            CHECK(training.value_and_gradient() == value);
            CHECK(written == rows);
            CHECK(net.gradients() == gradients);
            CHECK(scores() == expected);
        }
        cuts += training.summary().parts > 1;
        CHECK(training.forward() == doctest::Approx(value)); // the batch as a whole
        training.backward();
        check_close(net.gradients(), gradients, 1e-4);
    }
    CHECK(cuts >= 3);
}

TEST_CASE("batch: memory that is bound takes the place of rows to be written")
{
    network<float> net;
    evaluation sums(sum(net.x, axis<1>));
    const auto ones = [](std::size_t, std::size_t count, float* to)
    { std::fill_n(to, count * 40, 1.0F); };
    const auto first_sum = [&] { return sums.forward()(0); };
    net.x.bind(row_source<float>(ones), 5);
    CHECK(first_sum() == 40);
    net.bind(5);
    const float bound = first_sum();
    CHECK(bound != 40);
    net.x.bind(row_source<float>(ones), 5);
    CHECK(first_sum() == 40);
    net.x.assign(xt::xtensor<float, 2>(std::array<std::size_t, 2>{5, 40}, 2.0F));
    CHECK(first_sum() == 80);
}

TEST_CASE("batch: an evaluation passes on what the writing of rows throws")
{
    network<float> net;
    net.bind(most_rows);
    const auto failing = [](std::size_t first, std::size_t, float*)
    {
        if (first > 0)
            throw std::runtime_error("no such row");
    };
    net.x.bind(row_source<float>(failing), most_rows);
    plan training(net.loss(reduction::mean), thread_pool(2));
    CHECK_THROWS_WITH_AS(training.value_and_gradient(), "no such row", std::runtime_error);
    net.bind(most_rows);
    CHECK(std::isfinite(training.value_and_gradient()));
}

TEST_CASE("batch: an evaluation in parts has a row for each of the batch")
{
    network<float> net;
    evaluation one(net.scores());
    evaluation many(net.scores(), thread_pool(3));
    plan whole(net.scores());
    std::size_t cuts = 0;
    for (const std::size_t rows : {300U, 5U, 299U})
    {
        net.bind(rows);
        const auto a = one.forward();
        const auto b = many.forward();
        const auto c = whole.forward();
        CHECK(a.shape()[0] == rows);
        CHECK(std::vector<float>(a.begin(), a.end()) == std::vector<float>(b.begin(), b.end()));
        check_close(std::vector<float>(a.begin(), a.end()), std::vector<float>(c.begin(), c.end()),
                    1e-5);
        cuts += many.summary().parts > 1;
    }
    CHECK(cuts > 0);
}

TEST_CASE("batch: what does not add up over the rows is evaluated whole")
{
    network<double> net;
    net.bind(most_rows);
    const auto parts = [](auto&& p)
    {
        p.forward();
        return p.summary().parts;
    };
    const auto scores = net.scores();
    CHECK(parts(plan(mean(scores))) > 1);
    CHECK(parts(plan(sum(mean(square(scores), axis<1>)))) > 1);
    CHECK(parts(plan(square(mean(scores)))) == 1);
    CHECK(parts(plan(sum(scores) + sum(square(net.w)))) == 1); // the part without rows once only
    CHECK(parts(plan(mean(scores * scores) * mean(scores))) == 1);
    CHECK(parts(plan(sum(softmax(transpose(scores))))) == 1);
    CHECK(parts(plan(var(scores))) == 1);
}

TEST_CASE("batch: inputs of different lengths are no batch")
{
    network<double> net;
    input<double, shape<dynamic>, named<"other">> other;
    const std::vector<double> values = wave<double>(200, 7);
    plan p(mean(net.scores()) + mean(square(other)));
    net.bind(most_rows);
    other.bind(values.data(), 200U);
    const double apart = p.value_and_gradient();
    CHECK(p.summary().parts == 1);
    net.bind(200);
    const double together = p.value_and_gradient();
    CHECK(p.summary().parts > 1);
    CHECK(together == doctest::Approx(p.forward()));
    CHECK(apart != together);
}

TEST_CASE("batch: a wrong label in any part is reported, and the plan goes on")
{
    network<double> net;
    plan p(net.loss(reduction::mean), thread_pool(2));
    net.bind(most_rows);
    const double value = p.value_and_gradient();
    std::vector<std::uint8_t> labels(most_rows, 5);
    labels[most_rows - 1] = 6;
    net.labels.bind(labels.data(), most_rows);
    CHECK_THROWS_AS(p.value_and_gradient(), domain_error);
    net.bind(most_rows);
    CHECK(p.value_and_gradient() == value);
}

TEST_CASE("batch: threads with plans of their own share a pool")
{
    const thread_pool pool(2);
    std::vector<double> values(3);
    std::vector<std::thread> threads;
    for (std::size_t k = 0; k < values.size(); ++k)
        threads.emplace_back(
            [&, k]
            {
                network<double> net;
                net.bind(most_rows);
                plan p(net.loss(reduction::mean), pool);
                for (int repeat = 0; repeat < 20; ++repeat)
                    values[k] = p.value_and_gradient();
            });
    for (std::thread& t : threads)
        t.join();
    CHECK(values[0] == values[1]);
    CHECK(values[0] == values[2]);
}
