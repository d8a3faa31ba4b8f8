// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace benchmarks
{

/// Registers the rows limit/..., which measure what the machine can do at best: multiply-adds of
/// independent vectors in registers, and bytes that pass through a loop that adds two arrays into a
/// third, for arrays that fit each level of the caches and for some that fit none.
void add_limits();

} // namespace benchmarks
