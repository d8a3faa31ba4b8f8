// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Everything but the data: expressions, operations and networks.

#include <xgrad/build_info.hpp>
#include <xgrad/calculus.hpp>
#include <xgrad/core.hpp>
#include <xgrad/expr.hpp>
#include <xgrad/forward.hpp>
#include <xgrad/nn.hpp>
#include <xgrad/ops.hpp>
