// SPDX-License-Identifier: BSD-3-Clause
#include "support/files.hpp"

#include "support/error.hpp"
#include "support/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

namespace examples
{

namespace
{

/// Hidden, and of this process alone, should two of them write to the same folder.
std::filesystem::path temporary_name(const std::filesystem::path& path)
{
    std::filesystem::path result = path;
    result.replace_filename("." + path.filename().string() + "." + std::to_string(::getpid()) +
                            ".partial");
    return result;
}

int open_new(const std::filesystem::path& path)
{
    constexpr ::mode_t readable_by_all = 0666; // less what the user's mask forbids
    return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, readable_by_all);
}

} // namespace

void prepare_folder(const std::filesystem::path& path)
{
    const auto fail = [&path](const std::string& found) {
        throw input_error(one_line(path.string()) + ": expected a folder to write to, found " +
                          found);
    };
    std::error_code error;
    std::filesystem::create_directories(path, error);
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored))
        fail(error ? error.message() : "something else");
    const std::filesystem::path probe = temporary_name(path / "probe");
    const int descriptor = open_new(probe);
    if (descriptor < 0)
        fail(std::strerror(errno));
    ::close(descriptor);
    std::filesystem::remove(probe, ignored);
}

whole_file::whole_file(std::filesystem::path path)
    : m_path{std::move(path)}, m_temporary{temporary_name(m_path)}
{
    m_descriptor = open_new(m_temporary);
    if (m_descriptor < 0)
        fail(errno);
}

whole_file::~whole_file()
{
    if (m_descriptor < 0)
        return;
    ::close(m_descriptor);
    std::error_code ignored;
    std::filesystem::remove(m_temporary, ignored);
}

void whole_file::fail(int error) const
{
    throw run_error(one_line(m_path.string()) + ": expected to write it, found " +
                    std::strerror(error));
}

void whole_file::write(std::string_view text)
{
    while (!text.empty())
    {
        const ::ssize_t count = ::write(m_descriptor, text.data(), text.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            fail(errno);
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void whole_file::commit()
{
    // Some file systems find out only here that the disk is full. Others cannot do it at all.
    if (::fsync(m_descriptor) != 0 && errno != EINVAL && errno != ENOSYS)
        fail(errno);
    const bool closed = ::close(std::exchange(m_descriptor, -1)) == 0;
    if (closed && ::rename(m_temporary.c_str(), m_path.c_str()) == 0)
        return;
    const int error = errno;
    ::unlink(m_temporary.c_str());
    fail(error);
}

void write_file(const std::filesystem::path& path, std::string_view text)
{
    whole_file file(path);
    file.write(text);
    file.commit();
}

} // namespace examples
