// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The version of xgrad, here and nowhere else: CMakeLists.txt reads it from these lines.

#include <xgrad/core/abi.hpp>

#define XGRAD_VERSION_MAJOR 0
#define XGRAD_VERSION_MINOR 1
#define XGRAD_VERSION_PATCH 0

#define XGRAD_VERSION_JOIN_EXPANDED(major, minor, patch) #major "." #minor "." #patch
#define XGRAD_VERSION_JOIN(major, minor, patch) XGRAD_VERSION_JOIN_EXPANDED(major, minor, patch)

namespace xgrad::inline XGRAD_ABI
{

/// The version as text, "major.minor.patch".
inline constexpr const char* version =
    XGRAD_VERSION_JOIN(XGRAD_VERSION_MAJOR, XGRAD_VERSION_MINOR, XGRAD_VERSION_PATCH);

} // namespace xgrad::inline XGRAD_ABI
