// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/calculus/checkpoint.hpp>
#include <xgrad/calculus/custom_gradient.hpp>
#include <xgrad/calculus/dual.hpp>
#include <xgrad/calculus/dual_functions.hpp>
#include <xgrad/calculus/gradient.hpp>
#include <xgrad/calculus/hessian.hpp>
#include <xgrad/calculus/jacobian.hpp>
#include <xgrad/calculus/jacobian_vector_product.hpp>
#include <xgrad/calculus/scan.hpp>
#include <xgrad/calculus/stop_gradient.hpp>
#include <xgrad/calculus/vector_jacobian_product.hpp>
#include <xgrad/ops.hpp>
