// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/core/workspace.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

using namespace xgrad;

namespace
{

bool is_aligned(const void* memory)
{
    return reinterpret_cast<std::uintptr_t>(memory) % buffer_alignment == 0;
}

} // namespace

TEST_CASE("padded_bytes: whole cache lines")
{
    static_assert(padded_bytes(0) == 0);
    static_assert(padded_bytes(1) == 64 && padded_bytes(64) == 64 && padded_bytes(65) == 128);
    CHECK(padded_bytes(1000) % buffer_alignment == 0);
}

TEST_CASE("make_aligned_buffer: aligned zeros, also of no bytes")
{
    for (const std::size_t bytes : {0U, 1U, 63U, 64U, 1000U})
    {
        const auto buffer = make_aligned_buffer(bytes);
        REQUIRE(buffer);
        CHECK(is_aligned(buffer.get()));
        CHECK(std::all_of(buffer.get(), buffer.get() + padded_bytes(bytes),
                          [](std::byte b) { return b == std::byte{0}; }));
    }
}

TEST_CASE("workspace: grows on demand and never shrinks")
{
    workspace w;
    CHECK(w.size() == 0);
    CHECK(w.reserve(100));
    std::byte* const first = w.at(0);
    CHECK(is_aligned(first));
    CHECK(w.at(64) == first + 64);
    CHECK_FALSE(w.reserve(50));
    CHECK_FALSE(w.reserve(100));
    CHECK(w.at(0) == first);
    CHECK(w.reserve(1000));
    CHECK(w.size() >= 1000);
}

TEST_CASE("workspace: of no bytes has an address")
{
    workspace w;
    CHECK(w.reserve(0));
    CHECK(w.at(0) != nullptr);
    CHECK_FALSE(w.reserve(0));
}
