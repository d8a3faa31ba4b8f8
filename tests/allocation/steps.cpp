// SPDX-License-Identifier: BSD-3-Clause

// A step allocates nothing. This program replaces every form of operator new and the allocating
// functions of the C library, so it stands alone. The sanitizers replace the same functions; under
// them only operator new is counted.

#include "expr/differences.hpp"
#include "expr/operations.hpp"

#include <xgrad/expr/plan.hpp>

#include <doctest/doctest.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <span>
#include <vector>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTS_MALLOC 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNTS_MALLOC 0
#endif
#endif
#if !defined(COUNTS_MALLOC)
#if defined(__GLIBC__)
#define COUNTS_MALLOC 1
#else
#define COUNTS_MALLOC 0
#endif
#endif

namespace
{

std::size_t allocations = 0;

} // namespace

#if COUNTS_MALLOC

// The names under which glibc keeps its own functions: unlike dlsym, which allocates itself, they
// can be called from the first allocation on.
extern "C"
{
    void* __libc_malloc(std::size_t);
    void* __libc_calloc(std::size_t, std::size_t);
    void* __libc_realloc(void*, std::size_t);
    void* __libc_memalign(std::size_t, std::size_t);
    void __libc_free(void*);

    void* malloc(std::size_t size) noexcept
    {
        ++allocations;
        return __libc_malloc(size);
    }

    void* calloc(std::size_t count, std::size_t size) noexcept
    {
        ++allocations;
        return __libc_calloc(count, size);
    }

    void* realloc(void* memory, std::size_t size) noexcept
    {
        ++allocations;
        return __libc_realloc(memory, size);
    }

    void* memalign(std::size_t alignment, std::size_t size) noexcept
    {
        ++allocations;
        return __libc_memalign(alignment, size);
    }

    void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept
    {
        ++allocations;
        return __libc_memalign(alignment, size);
    }

    int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept
    {
        ++allocations;
        *memory = __libc_memalign(alignment, size);
        return *memory ? 0 : ENOMEM;
    }

    void free(void* memory) noexcept { __libc_free(memory); }
}

#endif

namespace
{

void* counted_new(std::size_t size, std::size_t alignment)
{
    ++allocations;
    void* memory = nullptr;
    if (posix_memalign(&memory, alignment < sizeof(void*) ? sizeof(void*) : alignment,
                       size > 0 ? size : 1) != 0)
        return nullptr;
    return memory;
}

void* required_new(std::size_t size, std::size_t alignment)
{
    if (void* memory = counted_new(size, alignment))
        return memory;
    throw std::bad_alloc();
}

constexpr std::size_t default_alignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

} // namespace

// clang-format off
void* operator new(std::size_t n) { return required_new(n, default_alignment); }
void* operator new[](std::size_t n) { return required_new(n, default_alignment); }
void* operator new(std::size_t n, std::align_val_t a) { return required_new(n, static_cast<std::size_t>(a)); }
void* operator new[](std::size_t n, std::align_val_t a) { return required_new(n, static_cast<std::size_t>(a)); }
void* operator new(std::size_t n, const std::nothrow_t&) noexcept { return counted_new(n, default_alignment); }
void* operator new[](std::size_t n, const std::nothrow_t&) noexcept { return counted_new(n, default_alignment); }
void* operator new(std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept { return counted_new(n, static_cast<std::size_t>(a)); }
void* operator new[](std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept { return counted_new(n, static_cast<std::size_t>(a)); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t, const std::nothrow_t&) noexcept { std::free(p); }
// clang-format on

using namespace xgrad;
using namespace tiny;

namespace
{

template <class F>
std::size_t allocations_in(F&& call)
{
    const std::size_t before = allocations;
    call();
    return allocations - before;
}

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
#if COUNTS_MALLOC
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
