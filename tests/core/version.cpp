// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/core/version.hpp>

#include <doctest/doctest.h>

#include <string>

TEST_CASE("version: as text and as numbers, and the version of the package")
{
    const std::string joined = std::to_string(XGRAD_VERSION_MAJOR) + "." +
                               std::to_string(XGRAD_VERSION_MINOR) + "." +
                               std::to_string(XGRAD_VERSION_PATCH);
    CHECK(xgrad::version == joined);
    CHECK(joined == XGRAD_TEST_PACKAGE_VERSION);
}
