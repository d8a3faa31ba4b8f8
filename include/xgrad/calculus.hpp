// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/calculus/dual.hpp>
#include <xgrad/calculus/dual_functions.hpp>
#include <xgrad/calculus/gradient.hpp>
#include <xgrad/calculus/hessian.hpp>
#include <xgrad/calculus/jacobian.hpp>
