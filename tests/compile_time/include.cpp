// SPDX-License-Identifier: BSD-3-Clause

// What the umbrella header alone costs.

#include <xgrad/xgrad.hpp>
