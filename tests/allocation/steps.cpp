// SPDX-License-Identifier: BSD-3-Clause

// A step of a plan allocates nothing.

#include "expr/differences.hpp"
#include "expr/operations.hpp"
#include "support/allocations.hpp"

#include <xgrad/expr/plan.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <span>
#include <vector>

using namespace xgrad;
using namespace tiny;

namespace
{

/// Writes where the optimizer cannot see that nobody reads.
void* volatile kept = nullptr;

} // namespace

TEST_CASE("allocation: the counters count")
{
    CHECK(allocations_in(
              []
              {
                  kept = ::operator new(10);
                  ::operator delete(kept);
              }) > 0);
    CHECK(allocations_in(
              []
              {
                  kept = ::operator new[](64, std::align_val_t{64});
                  ::operator delete[](kept, std::align_val_t{64});
              }) > 0);
#if XGRAD_COUNTS_MALLOC
    CHECK(allocations_in(
              []
              {
                  kept = std::malloc(10);
                  std::free(kept);
              }) == 1);
    CHECK(allocations_in(
              []
              {
                  kept = std::calloc(10, 2);
                  std::free(kept);
              }) == 1);
    CHECK(allocations_in(
              []
              {
                  kept = std::aligned_alloc(64, 128);
                  std::free(kept);
              }) == 1);
#endif
}

TEST_CASE("plan: after the first evaluation a step allocates nothing")
{
    input<double, shape<dynamic, 4>, named<"x">> x;
    parameter<double, shape<4, 3>, named<"w">> w;
    parameter<double, shape<3>, named<"b">> b;
    std::vector<parameter<double, shape<3>, named<"k">>> twins(2);
    tiny::fill(w);
    tiny::fill(b, 2);
    tiny::fill(twins[0], 3);
    tiny::fill(twins[1], 4);
    std::vector<double> memory(4 * 50);
    tiny::fill(std::span(memory), 5);

    // Kernels with scratch and saved memory, an alias, regions in both forms, broadcasting.
    const auto block = [](const auto& k, const auto& a) { return exp(k * a); };
    const auto hidden = exp(product(x, w) + b);
    const auto loss = mean(block(twins[0], hidden) * block(twins[1], b) + 2.0 * share(hidden) * b);
    plan p(loss);
    plan whole(hidden);

    double total = 0;
    const auto bind = [&](std::size_t rows) { x.bind(memory.data(), rows); };
    const auto step = [&] { total += p.value_and_gradient(); };
    const auto both = [&]
    {
        total += p.forward();
        p.backward();
    };
    bind(50);
    CHECK(allocations_in(step) > 0);
    CHECK(allocations_in(step) == 0);
    CHECK(allocations_in(both) == 0);
    CHECK(allocations_in([&] { total += p.accumulate(); }) == 0);
    for (const std::size_t rows : {17U, 50U, 1U, 0U, 50U})
    {
        CAPTURE(rows);
        CHECK(allocations_in(
                  [&]
                  {
                      bind(rows);
                      step();
                      both();
                  }) == 0);
    }

    xt::xtensor<double, 2> seed(std::array<std::size_t, 2>{50, 3}, 1.0);
    total += whole.forward()(0, 0);
    whole.backward(seed);
    CHECK(allocations_in(
              [&]
              {
                  total += whole.forward()(0, 0);
                  whole.backward(seed);
              }) == 0);
    kept = &total;
}

TEST_CASE("plan: accumulating into a parameter that is the root allocates nothing")
{
    parameter<double> x(2.0);
    plan p(x);
    p.value_and_gradient();
    CHECK(allocations_in([&] { p.accumulate(); }) == 0);
    CHECK(x.gradient() == 2);
}
