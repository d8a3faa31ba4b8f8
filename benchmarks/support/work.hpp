// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <benchmark/benchmark.h>

namespace benchmarks
{

/// What one iteration must do at least, whoever does it: additions and multiplications, and bytes
/// that are read and written when every array passes once.
struct work
{
    double flops = 0;
    double bytes = 0;
};

/// Notes the work of an iteration, from which the page takes the share of the machine's limits.
inline void count_work(benchmark::State& state, work w)
{
    using benchmark::Counter;
    if (w.flops > 0)
        state.counters["FLOP/s"] = Counter(w.flops, Counter::kIsIterationInvariantRate);
    if (w.bytes > 0)
        state.counters["B/s"] = Counter(w.bytes, Counter::kIsIterationInvariantRate);
}

} // namespace benchmarks
