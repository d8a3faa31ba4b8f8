// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/build_info.hpp>

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace examples
{

/// What a program was built from, as far as its results or its speed depend on it.
struct build_info
{
    xgrad::build_description library;
    std::string type;  ///< of the build, such as "Release"
    bool zlib = false; ///< whether gzipped files can be read
};

build_info this_build();

/// In one line.
std::string describe(const build_info& b);

/// As a JSON object, for the results.
nlohmann::ordered_json to_json(const build_info& b);

} // namespace examples
