// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/child_process.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace xgrad::test
{

/// What a program left when it ended.
struct outcome
{
    int status;
    std::string output;
    std::string errors;
};

inline outcome run(const std::filesystem::path& program, const std::vector<std::string>& a,
                   const child_process::options& o = {})
{
    child_process child(program, a, o);
    const int status = child.wait();
    return {status, child.output(), child.errors()};
}

/// One line that the program begins with its name, which holds @p part.
inline bool is_one_message(const std::string& errors, const std::filesystem::path& program,
                           const std::string& part)
{
    return errors.starts_with(program.filename().string() + ": ") &&
           std::count(errors.begin(), errors.end(), '\n') == 1 && errors.back() == '\n' &&
           errors.find(part) != std::string::npos;
}

/// Whether the file comes to be within a minute.
inline bool wait_for(const std::filesystem::path& path)
{
    for (int i = 0; i < 6000; ++i)
    {
        if (std::filesystem::exists(path))
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

} // namespace xgrad::test
