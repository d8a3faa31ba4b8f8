// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Counts allocations of the whole program: allocations.cpp replaces every form of operator new and
// the allocating functions of the C library. The sanitizers replace the same functions; under them
// only operator new is counted.

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define XGRAD_COUNTS_MALLOC 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define XGRAD_COUNTS_MALLOC 0
#endif
#endif
#if !defined(XGRAD_COUNTS_MALLOC)
#if defined(__GLIBC__)
#define XGRAD_COUNTS_MALLOC 1
#else
#define XGRAD_COUNTS_MALLOC 0
#endif
#endif

/// Number of allocations so far.
std::size_t allocation_count();

/// Number of allocations that a call makes.
template <class F>
std::size_t allocations_in(F&& call)
{
    const std::size_t before = allocation_count();
    call();
    return allocation_count() - before;
}
