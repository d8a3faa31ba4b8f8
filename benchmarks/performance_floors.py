# SPDX-License-Identifier: BSD-3-Clause
"""What the project asks of its own speed: ratios within one run, checked on docs/performance.md."""

import dataclasses
import re


@dataclasses.dataclass(frozen=True)
class Floor:
    """A limit of the worst ratio over the cases of a table that match a pattern: xgrad's time by that
    of `others` (of several, the fastest), or, for speed, the other way round."""

    what: str
    table: str
    cases: str
    limit: float
    others: tuple = ()
    ratio: str = "time"

    @property
    def sign(self):
        return "≤" if self.ratio == "time" else "≥"

    def is_met(self, value):
        return value <= self.limit if self.ratio == "time" else value >= self.limit

    def measure(self, results):
        """The worst ratio and its case, or None where nothing was measured."""
        ratios = []
        for case, rows in results.tables.get(self.table, {}).items():
            if not re.search(self.cases, case) or "xgrad" not in rows:
                continue
            reference = self.reference(results, case, rows)
            if reference:
                ratios.append((rows["xgrad"].seconds / reference, case))
        if not ratios:
            return None
        worst, case = max(ratios)
        return (worst if self.ratio == "time" else 1 / worst, case if len(ratios) > 1 else "")

    def reference(self, results, case, rows):
        return min((rows[name].seconds for name in self.others if name in rows), default=None)


@dataclasses.dataclass(frozen=True)
class ThreadsFloor(Floor):
    """The same for the time of two threads by that of one."""

    def reference(self, results, case, rows):
        return results.seconds(self.table, case.replace("threads 2", "threads 1"), "xgrad")


@dataclasses.dataclass(frozen=True)
class ProgramFloor:
    """A limit of a number that the example programs were measured by."""

    what: str
    key: str
    limit: float
    sign: str = "≤"

    def is_met(self, value):
        return value <= self.limit

    def measure(self, results):
        return (results.programs[self.key], "") if self.key in results.programs else None


TUNED = ("libtorch",)
HAND = ("hand-written",)
PRODUCTS = ("libxsmm", "oneDNN", "OpenBLAS")

FLOORS = (
    Floor("training softmax_regression, 1 thread, time ÷ libtorch", "training",
          "^softmax_regression, threads 1", 0.50, TUNED),
    Floor("training mlp, 1 thread, time ÷ libtorch", "training", "^mlp, threads 1", 0.42, TUNED),
    Floor("training deep_mlp, 1 thread, time ÷ libtorch", "training", "^deep_mlp, threads 1", 0.40, TUNED),
    Floor("training convnet, 1 thread, time ÷ libtorch", "training", "^convnet, threads 1", 0.28, TUNED),
    Floor("a step ÷ the step written by hand", "training", "threads 1", 1.05, HAND),
    ThreadsFloor("training of perceptrons, 2 threads ÷ 1", "training", "^(softmax|mlp|deep).*threads 2", 0.62),
    ThreadsFloor("training of convnet, 2 threads ÷ 1", "training", "^convnet.*threads 2", 0.54),
    Floor("inference of one image, time ÷ libtorch", "inference", "batch 1$", 0.067,
          ("libtorch", "libtorch plain")),
    Floor("products of the models' layers, speed ÷ best of libxsmm, oneDNN, OpenBLAS", "matmul", "^layer", 0.95,
          PRODUCTS, "speed"),
    Floor("squares 128 to 1024, speed ÷ OpenBLAS", "matmul", r"^square.* \w\w (128|256|512|1024)x", 1.0,
          ("OpenBLAS",), "speed"),
    Floor("squares of 2048, speed ÷ OpenBLAS", "matmul", r"^square.* 2048x", 0.95, ("OpenBLAS",), "speed"),
    Floor("convolutions of the convnet, speed ÷ oneDNN", "convolution", "convnet", 1.5, ("oneDNN",), "speed"),
    Floor("other convolutions, speed ÷ oneDNN", "convolution", "^(?!.*convnet)", 0.85, ("oneDNN",), "speed"),
    Floor("elementwise chain of 8, speed ÷ hand-written", "elementwise", "", 0.9, HAND, "speed"),
    Floor("reductions, speed ÷ hand-written", "reduction", "", 0.9, HAND, "speed"),
    Floor("reductions, speed ÷ xtensor", "reduction", "", 4, ("xtensor",), "speed"),
    ProgramFloor("the whole coursework, twelve cells, 2 threads, seconds", "coursework seconds", 25),
    ProgramFloor("largest example program, stripped, MB", "largest program MB", 1.5),
)
