// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// All operations.

#include <xgrad/ops/activations.hpp>
#include <xgrad/ops/argmax.hpp>
#include <xgrad/ops/arithmetic.hpp>
#include <xgrad/ops/broadcast_to.hpp>
#include <xgrad/ops/chain.hpp>
#include <xgrad/ops/comparison.hpp>
#include <xgrad/ops/concatenate.hpp>
#include <xgrad/ops/conv2d.hpp>
#include <xgrad/ops/conv2d_fusion.hpp>
#include <xgrad/ops/cross_entropy.hpp>
#include <xgrad/ops/dot.hpp>
#include <xgrad/ops/error_function.hpp>
#include <xgrad/ops/exponential.hpp>
#include <xgrad/ops/extrema.hpp>
#include <xgrad/ops/fmod.hpp>
#include <xgrad/ops/gamma.hpp>
#include <xgrad/ops/hyperbolic.hpp>
#include <xgrad/ops/logsumexp.hpp>
#include <xgrad/ops/matmul.hpp>
#include <xgrad/ops/max.hpp>
#include <xgrad/ops/mse.hpp>
#include <xgrad/ops/norm.hpp>
#include <xgrad/ops/polar.hpp>
#include <xgrad/ops/pooling.hpp>
#include <xgrad/ops/power.hpp>
#include <xgrad/ops/prod.hpp>
#include <xgrad/ops/reshape.hpp>
#include <xgrad/ops/scalar_operands.hpp>
#include <xgrad/ops/slice.hpp>
#include <xgrad/ops/softmax.hpp>
#include <xgrad/ops/squeeze.hpp>
#include <xgrad/ops/sum.hpp>
#include <xgrad/ops/transpose.hpp>
#include <xgrad/ops/trigonometric.hpp>
#include <xgrad/ops/var.hpp>
#include <xgrad/ops/where.hpp>
#include <xgrad/ops/window.hpp>
#include <xgrad/ops/xlogy.hpp>
