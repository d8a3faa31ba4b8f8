#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What the compiler needs for networks of more and more layers.

    python3 benchmarks/compile_time/depth.py [compiler [option...]]

Writes one line for each depth: layers, processor seconds and peak memory (MB) of the compiler, for a
training step of linear layers with ReLU. Widths take turns, so that few layers share a type. The
first line, 0 layers, is <xgrad/xgrad.hpp> alone.
"""

import os
import pathlib
import sys
import tempfile

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "include"
DEPTHS = (0, 1, 2, 5, 10, 20, 30, 40, 50)


def network(depth):
    """The source of a network of `depth` layers and of a step of its training."""
    widths = [32 + 3 * (layer % 7) for layer in range(depth + 1)]
    lines = ["#include <xgrad/xgrad.hpp>"]
    if depth == 0:
        return lines[0] + "\n"
    lines += ["using namespace xgrad;", "struct network", "{"]
    lines += [f"    nn::linear<float, {widths[i]}, {widths[i + 1]}> layer{i};" for i in range(depth)]
    lines += ["    auto operator()(const auto& y0) const", "    {"]
    lines += [f"        const auto y{i + 1} = relu(layer{i}(y{i}));" for i in range(depth)]
    lines += [
        f"        return sum(y{depth});",
        "    }",
        "};",
        "float step(const float* rows, std::size_t count)",
        "{",
        "    static network layers;",
        f"    static input<float, shape<dynamic, {widths[0]}>> x;",
        "    static plan loss(layers(x));",
        "    x.bind(rows, count);",
        "    return loss.value_and_gradient();",
        "}",
    ]
    return "\n".join(lines) + "\n"


def cost(command):
    """Processor seconds and peak memory in MB of a command, its children included."""
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    if status != 0:
        sys.exit(f"depth.py: expected {' '.join(command)} to succeed, found status {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    compiler = sys.argv[1:] or ["g++", "-O3", "-march=native", "-DNDEBUG"]
    print("layers seconds megabytes")
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "network.cpp")
        for depth in DEPTHS:
            source.write_text(network(depth))
            seconds, megabytes = cost(
                compiler + ["-std=c++20", "-w", f"-I{INCLUDE}", "-c", str(source), "-o", os.devnull])
            print(f"{depth:6} {seconds:7.2f} {megabytes:9.0f}", flush=True)


if __name__ == "__main__":
    main()
