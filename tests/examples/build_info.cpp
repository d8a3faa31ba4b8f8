// SPDX-License-Identifier: BSD-3-Clause
#include "support/build_info.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace examples;

TEST_CASE("describe: tells a build in one line")
{
    const build_info b = this_build();
    CHECK_FALSE(b.type.empty());
    CHECK(describe(b).starts_with(to_string(b.library) + ", " + b.type));
    CHECK(describe(b).find('\n') == std::string::npos);
}

TEST_CASE("to_json: names what the results depend on, not the machine")
{
    const nlohmann::ordered_json json = to_json(this_build());
    CHECK(json["simd"] == xgrad::build_info().vectors);
    CHECK(json["vector_bits"] == xgrad::build_info().vector_bits);
    CHECK(json["xtensor"] == xgrad::build_info().xtensor);
    CHECK_FALSE(json.contains("threads"));
}
