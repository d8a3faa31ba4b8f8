// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/nn/conv2d.hpp>
#include <xgrad/nn/initializers.hpp>
#include <xgrad/nn/linear.hpp>
#include <xgrad/nn/make_model.hpp>
#include <xgrad/nn/model.hpp>
#include <xgrad/nn/module.hpp>
#include <xgrad/nn/sgd.hpp>
