// SPDX-License-Identifier: BSD-3-Clause
// expect: xgrad::shape: expected at most eight axes, found more
#include <xgrad/core/shape.hpp>

#ifdef VALID_TWIN
using tried = xgrad::shape<1, 2, 3, 4, 5, 6, 7, 8>;
#else
using tried = xgrad::shape<1, 2, 3, 4, 5, 6, 7, 8, 9>;
#endif

static_assert(tried::rank > 0);
