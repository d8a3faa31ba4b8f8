// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/core/random.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <type_traits>
#include <vector>

namespace draw = xgrad::random;
using xgrad::random_stream;

namespace
{

using words = std::array<std::uint32_t, 4>;

// Fowler-Noll-Vo hash of the bits of `count` values: one number that any changed bit changes.
template <class Draw>
std::uint64_t fingerprint(int count, Draw draw)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (int i = 0; i < count; ++i)
    {
        const auto value = draw();
        if constexpr (sizeof(value) == 4)
            hash = (hash ^ std::bit_cast<std::uint32_t>(value)) * 0x100000001b3;
        else
            hash = (hash ^ std::bit_cast<std::uint64_t>(value)) * 0x100000001b3;
    }
    return hash;
}

struct moments
{
    double mean = 0;
    double variance = 0;
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -std::numeric_limits<double>::infinity();
};

template <class Draw>
moments measure(int count, Draw draw)
{
    moments m;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; ++i)
    {
        const double value = static_cast<double>(draw());
        sum += value;
        squares += value * value;
        m.lowest = std::min(m.lowest, value);
        m.highest = std::max(m.highest, value);
    }
    m.mean = sum / count;
    m.variance = squares / count - m.mean * m.mean;
    return m;
}

constexpr int sample = 200'000;

} // namespace

static_assert(std::uniform_random_bit_generator<random_stream>);
static_assert(xgrad::philox4x32({0, 0, 0, 0}, {0, 0})[0] == 0x6627e8d5, "usable when compiling");

TEST_CASE("philox4x32: known answers of its authors")
{
    CHECK(xgrad::philox4x32({0, 0, 0, 0}, {0, 0}) ==
          words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    const std::uint32_t ones = 0xffffffff;
    CHECK(xgrad::philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
          words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(xgrad::philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                            {0xa4093822, 0x299f31d0}) ==
          words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("random_stream: a word depends on seed, stream and position only")
{
    random_stream stream(0x299f31d0a4093822, 0x0370734413198a2e);
    stream.seek(0x85a308d3243f6a88 % (std::uint64_t{1} << 62) * 4);
    CHECK(stream() ==
          xgrad::philox4x32({0x243f6a88, 0x85a308d3 & 0x3fffffff, 0x13198a2e, 0x03707344},
                            {0xa4093822, 0x299f31d0})[0]);

    random_stream in_order(7, 3);
    for (std::uint64_t i = 0; i < 40; ++i)
    {
        CAPTURE(i);
        CHECK(in_order.position() == i);
        random_stream sought(7, 3);
        sought.seek(i);
        random_stream skipped(7, 3);
        skipped.discard(i);
        const std::uint32_t word = in_order();
        CHECK(random_stream(7, 3).at(i) == word);
        CHECK(sought() == word);
        CHECK(skipped() == word);
        CHECK(sought == in_order);
    }
}

TEST_CASE("random_stream: other seeds and streams give other words")
{
    std::set<std::uint32_t> seen;
    for (std::uint64_t seed = 0; seed < 30; ++seed)
        for (std::uint64_t stream = 0; stream < 30; ++stream)
            seen.insert(random_stream(seed, stream).at(0));
    CHECK(seen.size() == 900);
    CHECK(random_stream(1, 2) != random_stream(2, 1));
}

TEST_CASE("derive_seed: depends on every number and on their order")
{
    std::set<std::uint64_t> seen;
    for (std::uint64_t seed = 0; seed < 10; ++seed)
    {
        seen.insert(seed);
        seen.insert(xgrad::derive_seed(seed));
        for (int a = 0; a < 10; ++a)
        {
            seen.insert(xgrad::derive_seed(seed, a));
            for (int b = 0; b < 10; ++b)
                seen.insert(xgrad::derive_seed(seed, a, b));
        }
    }
    CHECK(seen.size() == 10 * (1 + 1 + 10 + 100));
    static_assert(xgrad::derive_seed(1, 2, 3) == xgrad::derive_seed(1, 2U, std::uint64_t{3}));
}

TEST_CASE_TEMPLATE("random::uniform: stays in [0, 1) with the moments of the uniform distribution",
                   T, float, double)
{
    random_stream stream(1);
    const moments m = measure(sample, [&] { return draw::uniform<T>(stream); });
    CHECK(m.lowest >= 0.0);
    CHECK(m.highest < 1.0);
    CHECK(m.highest > 0.9999);
    CHECK(m.mean == doctest::Approx(0.5).epsilon(0.005));
    CHECK(m.variance == doctest::Approx(1.0 / 12).epsilon(0.01));
}

TEST_CASE_TEMPLATE("random::uniform: stays in [low, high)", T, float, double)
{
    random_stream stream(2);
    const moments m = measure(sample, [&] { return draw::uniform<T>(stream, T(-3), T(5)); });
    CHECK(m.lowest >= -3.0);
    CHECK(m.highest < 5.0);
    CHECK(m.mean == doctest::Approx(1.0).epsilon(0.02));

    // Where the interval holds two numbers only, rounding must not reach the upper end.
    const T low = 1;
    const T high = std::nextafter(std::nextafter(low, T(2)), T(2));
    for (int i = 0; i < 1000; ++i)
        CHECK(draw::uniform<T>(stream, low, high) < high);
}

TEST_CASE_TEMPLATE("random::uniform: refuses an empty or infinite interval", T, float, double)
{
    random_stream stream(2);
    const T largest = std::numeric_limits<T>::max();
    CHECK_THROWS_WITH_AS(draw::uniform<T>(stream, T(1), T(1)),
                         "random::uniform: expected low < high with a finite difference, found "
                         "low = 1.000000, high = 1.000000",
                         xgrad::domain_error);
    CHECK_THROWS_AS(draw::uniform<T>(stream, T(2), T(1)), xgrad::domain_error);
    CHECK_THROWS_AS(draw::uniform<T>(stream, -largest, largest), xgrad::domain_error);
    CHECK_THROWS_AS(draw::uniform<T>(stream, std::numeric_limits<T>::quiet_NaN(), T(1)),
                    xgrad::domain_error);
}

TEST_CASE("random::below: every value equally often")
{
    for (const std::uint32_t bound : {1U, 2U, 3U, 7U, 10U})
    {
        CAPTURE(bound);
        random_stream stream(3, bound);
        std::vector<int> count(bound);
        for (int i = 0; i < sample; ++i)
            ++count.at(draw::below(stream, bound));
        const double expected = static_cast<double>(sample) / bound;
        for (const int n : count)
            CHECK(std::fabs(n - expected) < 5.0 * std::sqrt(expected));
    }
}

TEST_CASE("random::below: rejects the words that would bias a large bound")
{
    // With bound 3 * 2^30 every fourth word is one too many: the mean of 200,000 values tells.
    const std::uint32_t bound = 3U << 30;
    random_stream stream(4);
    int low_third = 0;
    for (int i = 0; i < sample; ++i)
    {
        const std::uint32_t value = draw::below(stream, bound);
        CHECK_UNARY(value < bound);
        low_third += value % 3 == 0;
    }
    CHECK(std::fabs(low_third - sample / 3.0) < 5.0 * std::sqrt(sample * 2.0 / 9.0));
    CHECK(static_cast<double>(stream.position()) ==
          doctest::Approx(sample * 4.0 / 3).epsilon(0.01));
    CHECK_THROWS_WITH_AS(draw::below(stream, 0),
                         "random::below: expected a bound of at least 1, found 0",
                         xgrad::domain_error);
}

TEST_CASE("random::bernoulli: has its probability, and never fails at 0 and 1")
{
    random_stream stream(5);
    for (const double p : {0.1, 0.5, 0.9})
    {
        int hits = 0;
        for (int i = 0; i < sample; ++i)
            hits += draw::bernoulli(stream, p);
        CHECK(std::fabs(hits - sample * p) < 5.0 * std::sqrt(sample * p * (1 - p)));
    }
    for (int i = 0; i < 1000; ++i)
    {
        CHECK_FALSE(draw::bernoulli(stream, 0.0));
        CHECK(draw::bernoulli(stream, 1.0));
    }
}

TEST_CASE_TEMPLATE("random::normal: moments and tails of the normal distribution", T, float, double)
{
    random_stream stream(6);
    const moments m = measure(sample, [&] { return draw::normal<T>(stream); });
    CHECK(std::fabs(m.mean) < 0.01);
    CHECK(m.variance == doctest::Approx(1.0).epsilon(0.02));
    CHECK(m.lowest < -4.0);
    CHECK(m.highest > 4.0);

    int beyond_two = 0;
    for (int i = 0; i < sample; ++i)
        beyond_two += std::fabs(draw::normal<T>(stream)) > 2;
    CHECK(beyond_two == doctest::Approx(0.0455 * sample).epsilon(0.05));

    const moments scaled = measure(sample, [&] { return draw::normal<T>(stream, T(3), T(2)); });
    CHECK(scaled.mean == doctest::Approx(3.0).epsilon(0.01));
    CHECK(scaled.variance == doctest::Approx(4.0).epsilon(0.02));
}

TEST_CASE_TEMPLATE("random::truncated_normal: two deviations at most", T, float, double)
{
    random_stream stream(7);
    const moments m =
        measure(sample, [&] { return draw::truncated_normal<T>(stream, T(1), T(0.5)); });
    CHECK(m.lowest >= 0.0);
    CHECK(m.lowest < 0.01);
    CHECK(m.highest <= 2.0);
    CHECK(m.highest > 1.99);
    CHECK(m.mean == doctest::Approx(1.0).epsilon(0.005));
    CHECK(std::sqrt(m.variance) == doctest::Approx(0.5 * 0.8796256610342398).epsilon(0.01));

    // The word of all ones is the largest value: what it gives must not round beyond the limit.
    const double share = 0.5 - 0x1p-54;
    const double probability = 0.95449973610364158560;
    CHECK(xgrad::detail::normal_quantile(probability * share, std::fma(-probability, share, 0.5)) <=
          2.0);
}

TEST_CASE("random::shuffle: all orders of four equally often")
{
    random_stream stream(8);
    std::array<int, 256> count{};
    const int trials = 48'000;
    for (int i = 0; i < trials; ++i)
    {
        std::array<std::uint32_t, 4> order{};
        draw::permutation(order, stream);
        ++count.at(order[0] + 4 * order[1] + 16 * order[2] + 64 * order[3]);
    }
    CHECK(std::count_if(count.begin(), count.end(), [](int n) { return n > 0; }) == 24);
    for (const int n : count)
        if (n > 0)
            CHECK(std::fabs(n - trials / 24.0) < 5.0 * std::sqrt(trials / 24.0));
}

TEST_CASE("random::permutation: holds every number once, for sizes 0 and 1 too")
{
    for (const std::size_t size : {0U, 1U, 2U, 17U, 1000U})
    {
        random_stream stream(9, size);
        std::vector<std::uint32_t> order(size);
        draw::permutation(order, stream);
        std::sort(order.begin(), order.end());
        for (std::size_t i = 0; i < size; ++i)
            CHECK(order[i] == i);
    }
}

TEST_CASE("random: the same bits on every platform")
{
    // These numbers belong to the library's interface: results that users have published change
    // with them.
    const auto hash = [](auto value)
    {
        random_stream stream(2026, 11);
        return fingerprint(20'000, [&] { return value(stream); });
    };
    CHECK(hash([](auto& s) { return s(); }) == 0xf60c4783943c1456U);
    CHECK(hash([](auto& s) { return draw::uniform<float>(s); }) == 0xf852b078fcb7827cU);
    CHECK(hash([](auto& s) { return draw::uniform<double>(s); }) == 0xea65543e025550e7U);
    CHECK(hash([](auto& s) { return draw::uniform<float>(s, -0.1F, 0.3F); }) ==
          0x24583c705dc43390U);
    CHECK(hash([](auto& s) { return draw::uniform<double>(s, -0.1, 0.3); }) == 0x0e9f8b084c4fbdf5U);
    CHECK(hash([](auto& s) { return draw::below(s, 1000); }) == 0x42cc020a712eac4cU);
    CHECK(hash([](auto& s) { return draw::normal<float>(s, 0.5F, 0.1F); }) == 0xc7ee3519ec824c6bU);
    CHECK(hash([](auto& s) { return draw::normal<double>(s, 0.5, 0.1); }) == 0xc38011db96ea7dabU);
    CHECK(hash([](auto& s) { return draw::truncated_normal<float>(s, 0.5F, 0.1F); }) ==
          0x4c621a3551831d7aU);
    CHECK(hash([](auto& s) { return draw::truncated_normal<double>(s, 0.5, 0.1); }) ==
          0x6c44545b5a9c3714U);
    CHECK(hash([](auto& s) { return std::uint32_t{draw::bernoulli(s, 0.3)}; }) ==
          0xfbcd963edb878b2bU);
    CHECK(xgrad::derive_seed(2026, 11) == 0xc0df46d8b0ad19a6U);
}
