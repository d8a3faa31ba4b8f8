// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/abi.hpp>

/// In front of a function with a loop: inlines what it calls, however large, so that vectors stay
/// in registers. Not where size counts more, and not for sanitizers, which check each access of
/// what is inlined: units would take two to three times as long to compile.
#if !defined(__OPTIMIZE__) || defined(__OPTIMIZE_SIZE__) || defined(__SANITIZE_ADDRESS__) ||       \
    defined(__SANITIZE_THREAD__)
#define XGRAD_INLINE_CALLS
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define XGRAD_INLINE_CALLS
#endif
#endif
#if !defined(XGRAD_INLINE_CALLS)
#define XGRAD_INLINE_CALLS [[gnu::flatten]]
#endif

/// In front of a function that g++ would compile once more for each constant it is called with,
/// which saves it next to nothing.
#if defined(__clang__)
#define XGRAD_NO_CLONES
#else
#define XGRAD_NO_CLONES [[gnu::noclone]]
#endif
