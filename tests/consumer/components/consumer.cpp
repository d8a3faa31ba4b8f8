// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/data/idx.hpp>

#if !defined(XGRAD_HAS_ZLIB)
#error "xgrad::zlib does not let the readers open gzipped files"
#endif

int main() { return zlibVersion()[0] == ZLIB_VERSION[0] ? 0 : 1; }
