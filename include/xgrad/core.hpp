// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/axes.hpp>
#include <xgrad/core/error.hpp>
#include <xgrad/core/random.hpp>
#include <xgrad/core/row_source.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/thread_pool.hpp>
#include <xgrad/core/version.hpp>
