// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Declares what a user's own headers mention: shapes, leaves, plans, layers, the thread pool. Costs
// a tenth of <xgrad/xgrad.hpp>, which the source that uses them includes.

#include <xgrad/expr/forward.hpp>
#include <xgrad/nn/forward.hpp>

namespace xgrad::inline XGRAD_ABI
{

class thread_pool;

} // namespace xgrad::inline XGRAD_ABI
