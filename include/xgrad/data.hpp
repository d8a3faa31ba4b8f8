// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Reading and making data. Not part of <xgrad/xgrad.hpp>: who brings data of their own does
// without.

#include <xgrad/data/batches.hpp>
#include <xgrad/data/digits.hpp>
#include <xgrad/data/idx.hpp>
#include <xgrad/data/image_dataset.hpp>
#include <xgrad/data/mnist.hpp>
