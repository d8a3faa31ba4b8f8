# SPDX-License-Identifier: BSD-3-Clause
"""The tables of docs/performance.md, in their order: what their heads say and how they compare."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Table:
    title: str
    text: str = ""
    ratio: str = "speed"  # xgrad's speed by the contender's, or "time": its time by theirs


TABLES = {
    "training": Table(
        "Training",
        "An epoch of the example programs: 55,000 images in shuffled batches of 100, turned from bytes "
        "into numbers while they are gathered, plain gradient descent. `libtorch` is tuned: tcmalloc, "
        "OpenBLAS with its AVX-512 kernels, images gathered into one buffer, one fused update, oneDNN's own "
        "layout for the convolutions. `libtorch modules` is torch::nn and torch::optim. `hand-written` "
        "calls xgrad's kernels without any expression.",
        "time",
    ),
    "inference": Table(
        "Inference",
        "The scores of the convolutional network by the forward-only evaluation of its expression, on "
        "one thread. libtorch runs in inference mode, in oneDNN's own layout and in plain tensors.",
        "time",
    ),
    "matmul": Table("Matrix products", "One thread unless said. N and T tell which operand is transposed."),
    "convolution": Table("Convolutions", "`oneDNN` chooses its own layouts; conversions are not counted."),
    "elementwise": Table(
        "Fused elementwise chains",
        "A chain of operations in one expression, against one loop of vectors written by hand, and the "
        "same expression in xtensor, which runs one element at a time.",
    ),
    "reduction": Table(
        "Reductions, softmax, log-sum-exp",
        "As operations of an expression, against loops of vectors written by hand and xtensor.",
    ),
    "rows": Table("Kernels over rows and columns", "Floats; bytes of the operand, read once."),
    "pooling": Table(
        "Pooling",
        "The places of the maxima in bytes, as networks keep them, go through vectors; in words, by the definition.",
    ),
    "functions": Table(
        "Gradients of functions",
        "Value and gradient in double precision, against loops written by hand.",
    ),
}
