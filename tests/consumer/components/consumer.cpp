// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/data/idx.hpp>
#include <xgrad/io/json.hpp>

#if !defined(XGRAD_HAS_ZLIB)
#error "xgrad::zlib does not let the readers open gzipped files"
#endif

int main()
{
    const xgrad::parameter<double> x(3);
    const nlohmann::json document = x;
    return document["values"][0] == 3 && zlibVersion()[0] == ZLIB_VERSION[0] ? 0 : 1;
}
