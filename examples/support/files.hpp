// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string_view>

namespace examples
{

/// Makes the folder @p path and its parents where they are missing, and tries whether files can be
/// made in it. Throws input_error.
void prepare_folder(const std::filesystem::path& path);

/// A file that comes to be whole or not at all: it is written beside @p path under another name,
/// which takes the place of @p path when everything has reached the disk.
class whole_file
{
public:
    /// Throws run_error, as every member does.
    explicit whole_file(std::filesystem::path path);
    ~whole_file();
    whole_file(const whole_file&) = delete;
    whole_file& operator=(const whole_file&) = delete;

    void write(std::string_view text);

    /// Gives the file its name.
    void commit();

private:
    [[noreturn]] void fail(int error) const;

    std::filesystem::path m_path;
    std::filesystem::path m_temporary;
    int m_descriptor = -1;
};

/// Writes @p text to @p path, whole or not at all. Throws run_error.
void write_file(const std::filesystem::path& path, std::string_view text);

} // namespace examples
