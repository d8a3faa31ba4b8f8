// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Random numbers that are functions of (seed, stream, position) and of nothing else. No global
// state, no dependence on platform, compiler, optimisation or number of threads: the standard
// library's distributions differ between implementations, so those below replace them.

#include <xgrad/core/error.hpp>
#include <xgrad/core/normal_quantile.hpp>

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>

namespace xgrad::inline XGRAD_ABI
{

/// The bijection Philox4x32-10 of a 128-bit @p counter under a 64-bit @p key (least significant
/// word first): four independent uniform words for every counter.
/// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2,
/// 3", SC 2011.
constexpr std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                  std::array<std::uint32_t, 2> key)
{
    constexpr std::uint64_t multiplier[] = {0xd2511f53, 0xcd9e8d57};
    constexpr std::uint32_t golden_ratio = 0x9e3779b9;
    constexpr std::uint32_t root_three = 0xbb67ae85;
    for (int round = 0; round < 10; ++round)
    {
        const std::uint64_t even = multiplier[0] * counter[0];
        const std::uint64_t odd = multiplier[1] * counter[2];
        counter = {static_cast<std::uint32_t>(odd >> 32) ^ counter[1] ^ key[0],
                   static_cast<std::uint32_t>(odd),
                   static_cast<std::uint32_t>(even >> 32) ^ counter[3] ^ key[1],
                   static_cast<std::uint32_t>(even)};
        key[0] += golden_ratio;
        key[1] += root_three;
    }
    return counter;
}

namespace detail
{

/// The stream whose blocks `derive_seed` uses up.
inline constexpr std::uint64_t derivation_stream = std::numeric_limits<std::uint64_t>::max();

constexpr std::array<std::uint32_t, 4> philox4x32(std::uint64_t seed, std::uint64_t stream,
                                                  std::uint64_t block)
{
    const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
    const auto high = [](std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); };
    return xgrad::philox4x32({low(block), high(block), low(stream), high(stream)},
                             {low(seed), high(seed)});
}

} // namespace detail

/// A seed that depends on @p seed and on every one of the numbers @p id (an epoch, a step, a
/// sample, the number of a layer; their order counts), unrelated to those of other numbers.
template <std::convertible_to<std::uint64_t>... Id>
constexpr std::uint64_t derive_seed(std::uint64_t seed, Id... id)
{
    for (const std::uint64_t number : {std::uint64_t{0}, static_cast<std::uint64_t>(id)...})
    {
        const auto words = detail::philox4x32(seed, detail::derivation_stream, number);
        seed = words[0] | std::uint64_t{words[1]} << 32;
    }
    return seed;
}

/// Uniform 32-bit words: word number i of a stream is a pure function of (seed, stream, i). Models
/// std::uniform_random_bit_generator. Streams 0 to 2^64 - 2 of a seed are independent, of 2^64
/// words each; the last one belongs to `derive_seed`.
class random_stream
{
public:
    using result_type = std::uint32_t;

    constexpr explicit random_stream(std::uint64_t seed, std::uint64_t stream = 0)
        : m_seed{seed}, m_stream{stream}
    {
    }

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

    /// The next word.
    constexpr result_type operator()()
    {
        if (m_position % 4 == 0)
            load();
        return m_words[m_position++ % 4];
    }

    /// Word number @p position, without moving there.
    [[nodiscard]] constexpr result_type at(std::uint64_t position) const
    {
        return detail::philox4x32(m_seed, m_stream, position / 4)[position % 4];
    }

    /// The number of the word that comes next.
    [[nodiscard]] constexpr std::uint64_t position() const { return m_position; }

    /// Makes word number @p position the next one.
    constexpr void seek(std::uint64_t position)
    {
        m_position = position;
        if (position % 4 != 0)
            load();
    }

    /// Leaves out @p count words.
    constexpr void discard(std::uint64_t count) { seek(m_position + count); }

    /// Equal streams of equal positions: whatever follows is equal.
    friend constexpr bool operator==(const random_stream& a, const random_stream& b)
    {
        return a.m_seed == b.m_seed && a.m_stream == b.m_stream && a.m_position == b.m_position;
    }

private:
    constexpr void load() { m_words = detail::philox4x32(m_seed, m_stream, m_position / 4); }

    std::uint64_t m_seed;
    std::uint64_t m_stream;
    std::uint64_t m_position = 0;
    std::array<std::uint32_t, 4> m_words{};
};

/// The types that random numbers are drawn in.
template <class T>
concept random_real = std::same_as<T, float> || std::same_as<T, double>;

// Every distribution takes a fixed number of words for each value, one for float and two for
// double (`below` apart, which now and then rejects a word): value number i is a function of i.
namespace random
{

namespace detail
{

inline std::uint64_t next_64_bits(random_stream& stream)
{
    const std::uint64_t low = stream();
    return low | std::uint64_t{stream()} << 32;
}

/// Uniform in (-1/2, 1/2), symmetric about 0 and never 0, as an exact double: 32 bits for float
/// and 53 for double.
template <random_real T>
double centred(random_stream& stream)
{
    if constexpr (std::same_as<T, float>)
        return (static_cast<double>(stream()) - 0x1p31 + 0.5) * 0x1p-32;
    else
        return (static_cast<double>(next_64_bits(stream) >> 11) - 0x1p52 + 0.5) * 0x1p-53;
}

[[noreturn]] inline void fail(const std::string& sentence) { throw domain_error(sentence); }

} // namespace detail

/// Uniform in [0, 1): a multiple of 2^-24 (float) or 2^-53 (double).
template <random_real T>
T uniform(random_stream& stream)
{
    if constexpr (std::same_as<T, float>)
        return static_cast<float>(stream() >> 8) * 0x1p-24F;
    else
        return static_cast<double>(detail::next_64_bits(stream) >> 11) * 0x1p-53;
}

/// Uniform in [low, high). Throws domain_error unless low < high and high - low is finite.
template <random_real T>
T uniform(random_stream& stream, T low, T high)
{
    const T range = high - low;
    if (!(range > 0 && range <= std::numeric_limits<T>::max()))
        detail::fail("random::uniform: expected low < high with a finite difference, found low = " +
                     std::to_string(low) + ", high = " + std::to_string(high));
    const T value = std::fma(range, uniform<T>(stream), low);
    return value < high ? value : std::nextafter(high, low);
}

/// Uniform in {0, ..., bound - 1} without bias. Throws domain_error when @p bound is 0.
/// D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019).
inline std::uint32_t below(random_stream& stream, std::uint32_t bound)
{
    if (bound == 0)
        detail::fail("random::below: expected a bound of at least 1, found 0");
    std::uint64_t product = std::uint64_t{stream()} * bound;
    if (static_cast<std::uint32_t>(product) < bound)
    {
        const std::uint32_t threshold = (0U - bound) % bound;
        while (static_cast<std::uint32_t>(product) < threshold)
            product = std::uint64_t{stream()} * bound;
    }
    return static_cast<std::uint32_t>(product >> 32);
}

/// True with @p probability (to 2^-32), from one word: never for 0, always for 1.
inline bool bernoulli(random_stream& stream, double probability)
{
    return static_cast<double>(stream()) < probability * 0x1p32;
}

/// Normal with @p mean and @p deviation, by inversion. It reaches 6.3 deviations for float and 8.3
/// for double, beyond which lies less than one value in 2^32 or 2^53.
template <random_real T>
T normal(random_stream& stream, T mean = 0, T deviation = 1)
{
    const double centred = detail::centred<T>(stream);
    const double z = xgrad::detail::normal_quantile(centred, 0.5 - std::fabs(centred));
    return static_cast<T>(std::fma(static_cast<double>(deviation), z, static_cast<double>(mean)));
}

/// Normal with @p mean and @p deviation, restricted to two deviations on either side, by inversion.
/// The deviation of what is left is 0.8796 times @p deviation.
template <random_real T>
T truncated_normal(random_stream& stream, T mean = 0, T deviation = 1)
{
    constexpr double probability = 0.95449973610364158560; // of [-2, 2]
    const double share = detail::centred<T>(stream);
    const double centred = probability * share;
    const double tail = std::fma(-probability, std::fabs(share), 0.5);
    const double z = xgrad::detail::normal_quantile(centred, tail);
    return static_cast<T>(std::fma(static_cast<double>(deviation), z, static_cast<double>(mean)));
}

/// Brings @p values into an order drawn uniformly from all (Fisher and Yates). Throws domain_error
/// for 2^32 values or more.
template <class T>
void shuffle(std::span<T> values, random_stream& stream)
{
    if (values.size() > std::numeric_limits<std::uint32_t>::max())
        detail::fail("random::shuffle: expected fewer than 2^32 values, found " +
                     std::to_string(values.size()));
    for (std::size_t left = values.size(); left > 1; --left)
    {
        const std::size_t chosen = below(stream, static_cast<std::uint32_t>(left));
        std::swap(values[left - 1], values[chosen]);
    }
}

/// Fills @p order with a permutation of 0, ..., size - 1, uniform among all. Errors as `shuffle`.
inline void permutation(std::span<std::uint32_t> order, random_stream& stream)
{
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    shuffle(order, stream);
}

} // namespace random

} // namespace xgrad::inline XGRAD_ABI
