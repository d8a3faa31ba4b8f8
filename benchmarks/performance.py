#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs the benchmarks of one or more build folders and writes docs/performance.md.

    cmake --build build/release --target benchmarks
    python3 benchmarks/performance.py build/release

The results stay in build/release/benchmarks/results; `--write` writes the page from those that are
there, and `--only matmul` runs only the programs whose path contains the word. Of several folders the
first fills the tables, and the others' times are set beside it.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from performance_page import results_of, write_page

REPETITIONS = 5
MIN_SECONDS = 0.05


def programs_of(build):
    """The benchmark programs of a build folder, as <folder>/<stem>."""
    root = build / "benchmarks"
    found = (path for path in root.glob("*/*") if path.is_file() and os.access(path, os.X_OK))
    return sorted(str(path.relative_to(root)) for path in found)


def environment():
    """The variables of this process without what would slow a rival down."""
    variables = dict(os.environ)
    variables.pop("OPENBLAS_CORETYPE", None)  # may ask for kernels of an older processor
    variables.setdefault("OMP_WAIT_POLICY", "passive")  # waiting threads leave their core to BLAS's
    return variables


def run(build, program):
    """Runs a program; its results become a file of the results folder."""
    target = build / "benchmarks" / "results" / (program.replace("/", "-") + ".json")
    target.parent.mkdir(exist_ok=True)
    print(f"{program} ...", flush=True)
    subprocess.run(
        [
            build / "benchmarks" / program,
            f"--benchmark_repetitions={REPETITIONS}",
            f"--benchmark_min_time={MIN_SECONDS}",
            "--benchmark_enable_random_interleaving=true",
            f"--benchmark_out={target}",
            "--benchmark_out_format=json",
        ],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def measure_programs(build):
    """The size of the example programs and the time of the coursework, where they are built."""
    names = ("softmax_regression", "mlp", "deep_mlp", "convnet", "coursework")
    programs = [build / "examples" / name for name in names if (build / "examples" / name).exists()]
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        sizes = []
        for program in programs:
            stripped = pathlib.Path(folder) / program.name
            shutil.copy(program, stripped)
            subprocess.run(["strip", stripped], check=True)
            sizes.append(stripped.stat().st_size / 1e6)
        if sizes:
            measured["largest program MB"] = max(sizes)
        if (build / "examples" / "coursework").exists():
            print("coursework ...", flush=True)
            start = time.monotonic()
            subprocess.run(
                [build / "examples" / "coursework", "--threads", "2", "--output", folder],
                stdout=subprocess.DEVNULL,
                check=True,
            )
            measured["coursework seconds"] = time.monotonic() - start
    target = build / "benchmarks" / "results" / "programs.json"
    target.write_text(json.dumps(measured))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("build", nargs="+", type=pathlib.Path, help="a build folder")
    parser.add_argument("--only", default="", help="a part of the programs' paths")
    parser.add_argument("--write", action="store_true", help="only write the page")
    parser.add_argument("--page", type=pathlib.Path, help="the page to write")
    arguments = parser.parse_args()

    for build in arguments.build if not arguments.write else []:
        programs = [name for name in programs_of(build) if arguments.only in name]
        if not programs:
            sys.exit(f"{build}: no benchmark programs; build the target `benchmarks` first")
        for program in programs:
            run(build, program)
        if not arguments.only:
            measure_programs(build)

    page = arguments.page or pathlib.Path(__file__).parent.parent / "docs" / "performance.md"
    write_page(page, [results_of(build) for build in arguments.build])


if __name__ == "__main__":
    main()
