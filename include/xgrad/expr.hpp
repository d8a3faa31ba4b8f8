// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/inference.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/parameters.hpp>
#include <xgrad/expr/plan.hpp>
#include <xgrad/expr/view.hpp>
