// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Files as a stream of bytes, plain or gzipped. With XGRAD_HAS_ZLIB (defined by the target
// xgrad::zlib for the whole program) gzipped files are read through zlib, otherwise refused.

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#if defined(XGRAD_HAS_ZLIB)
#include <zlib.h>
#endif

#include <xgrad/core/error.hpp>

namespace xgrad::inline XGRAD_ABI::detail
{

/// Throws data_error with the sentence that every problem with a file is told in.
[[noreturn]] inline void throw_data_error(const std::filesystem::path& path,
                                          const std::string& expected, const std::string& found)
{
    throw data_error(path.string() + ": expected " + expected + ", found " + found);
}

struct file_close
{
    void operator()(std::FILE* file) const { std::fclose(file); }
};

using file_handle = std::unique_ptr<std::FILE, file_close>;

/// Opens the regular file @p path for reading. Throws data_error.
inline file_handle open_regular_file(const std::filesystem::path& path)
{
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    if (!std::filesystem::exists(status))
        throw_data_error(path, "a file", "no such file");
    if (std::filesystem::is_directory(status))
        throw_data_error(path, "a file", "a directory");
    if (!std::filesystem::is_regular_file(status))
        throw_data_error(path, "a regular file", "a pipe, socket or device");
    file_handle file{std::fopen(path.string().c_str(), "rb")};
    if (!file)
        throw_data_error(path, "a readable file", std::strerror(errno));
    return file;
}

#if defined(XGRAD_HAS_ZLIB)

/// Reads gzipped files.
class gzip_source
{
public:
    explicit gzip_source(const std::filesystem::path& path)
        : m_path{path}, m_file{gzopen(path.string().c_str(), "rb")}
    {
        if (!m_file)
            throw_data_error(path, "a readable gzip file", std::strerror(errno));
        gzbuffer(m_file.get(), 1U << 17);
    }

    std::size_t read(std::uint8_t* out, std::size_t size)
    {
        constexpr std::size_t largest_piece = std::size_t{1} << 30;
        std::size_t done = 0;
        while (done < size)
        {
            const auto piece = static_cast<unsigned>(std::min(size - done, largest_piece));
            const int read = gzread(m_file.get(), out + done, piece);
            if (read > 0)
                done += static_cast<std::size_t>(read);
            m_total += read > 0 ? static_cast<std::uint64_t>(read) : 0;
            check();
            if (read <= 0)
                break;
        }
        return done;
    }

private:
    struct close
    {
        void operator()(gzFile file) const { gzclose_r(file); }
    };

    void check() const
    {
        int code = Z_OK;
        const char* message = gzerror(m_file.get(), &code);
        if (code == Z_BUF_ERROR)
            throw_data_error(m_path, "a complete gzip file",
                             "one that is cut short, after " + std::to_string(m_total) +
                                 " bytes of content");
        if (code != Z_OK && code != Z_STREAM_END)
            throw_data_error(m_path, "sound gzip data", "damage: " + without_path(message));
    }

    /// zlib's words; it puts the name of the file before them, which the sentence has already.
    [[nodiscard]] std::string without_path(const std::string& message) const
    {
        const std::string prefix = m_path.string() + ": ";
        return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
    }

    std::filesystem::path m_path;
    std::unique_ptr<gzFile_s, close> m_file;
    std::uint64_t m_total = 0;
};

#endif

/// The content of a file from its start, decompressed when it is gzipped. Every problem throws
/// data_error with one sentence: file, what was expected, what was found.
class byte_source
{
public:
    explicit byte_source(const std::filesystem::path& path)
        : m_path{path}, m_file{open_regular_file(path)}
    {
        std::error_code error;
        m_file_size = std::filesystem::file_size(path, error);
        if (error)
            throw_data_error(path, "a readable file", error.message());
        std::uint8_t magic[2] = {};
        const std::size_t count = std::fread(magic, 1, 2, m_file.get());
        std::rewind(m_file.get());
        m_gzipped = count == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
        if (m_gzipped)
            open_gzip();
    }

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] bool gzipped() const { return m_gzipped; }

    /// The size of the content in bytes when plain; a bound of it when gzipped.
    [[nodiscard]] std::uint64_t largest_size() const
    {
        constexpr std::uint64_t deflate_limit = 1032; // bytes of content for one byte of deflate
        return m_gzipped ? m_file_size * deflate_limit : m_file_size;
    }

    /// Reads @p size bytes, or fewer where the content ends. Returns how many.
    std::size_t read(std::uint8_t* out, std::size_t size)
    {
#if defined(XGRAD_HAS_ZLIB)
        if (m_gzip)
            return m_gzip->read(out, size);
#endif
        const std::size_t count = std::fread(out, 1, size, m_file.get());
        if (count < size && std::ferror(m_file.get()))
            throw_data_error(m_path, "a readable file", std::strerror(errno));
        return count;
    }

private:
    void open_gzip()
    {
        m_file.reset();
#if defined(XGRAD_HAS_ZLIB)
        m_gzip = std::make_unique<gzip_source>(m_path);
#else
        throw_data_error(m_path, "plain data, as this program was built without zlib",
                         "gzipped data (run gunzip on the file)");
#endif
    }

    std::filesystem::path m_path;
    file_handle m_file;
    std::uint64_t m_file_size = 0;
    bool m_gzipped = false;
#if defined(XGRAD_HAS_ZLIB)
    std::unique_ptr<gzip_source> m_gzip;
#endif
};

} // namespace xgrad::inline XGRAD_ABI::detail
