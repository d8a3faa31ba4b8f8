// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Sideways, with another spelling.
#  include "xgrad/data/idx.hpp"
