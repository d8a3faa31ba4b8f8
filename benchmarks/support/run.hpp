// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the programs here have in common. A row is called
//
//     <table>/<case>/<contender>     matmul/float/NN 100x32x784/xgrad
//
// where the case may have slashes of its own. The page puts the contenders of a case side by side,
// so they must do the same work; `xgrad` is compared with each of the others.

#include <benchmark/benchmark.h>

#include <functional>
#include <string>

namespace benchmarks
{

/// Registers a row; @p body runs the loop over the state.
inline benchmark::internal::Benchmark* add(const std::string& name,
                                           std::function<void(benchmark::State&)> body)
{
    return benchmark::RegisterBenchmark(name.c_str(),
                                        [body](benchmark::State& state) { body(state); })
        ->UseRealTime();
}

/// Runs @p call once for every iteration, as a row.
template <class F>
void repeat(benchmark::State& state, F&& call)
{
    for (auto _ : state)
    {
        call();
        benchmark::ClobberMemory();
    }
}

/// The threads that OpenBLAS and oneDNN use from now on; they start with one.
void set_rival_threads(int count);

/// The main function: measures the limits of the machine, then what was registered, as the command
/// line of Google Benchmark says. Notes compiler and versions in the JSON.
int run(int argc, char** argv);

} // namespace benchmarks
