// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Files that tests write and read back, and the sentence an operation fails with.

#include <xgrad/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace test
{

using byte_vector = std::vector<std::uint8_t>;

/// A new directory that vanishes with its content.
class temporary_directory
{
public:
    temporary_directory()
    {
        std::random_device entropy;
        do
            m_path = std::filesystem::temp_directory_path() /
                     ("xgrad-test-" + std::to_string(entropy()));
        while (!std::filesystem::create_directory(m_path));
    }

    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    ~temporary_directory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }

    const std::filesystem::path& path() const { return m_path; }

    std::filesystem::path write(const std::string& name, const byte_vector& content) const
    {
        std::ofstream file(m_path / name, std::ios::binary);
        for (const std::uint8_t byte : content)
            file.put(static_cast<char>(byte));
        return m_path / name;
    }

private:
    std::filesystem::path m_path;
};

inline byte_vector text_bytes(const std::string& text) { return {text.begin(), text.end()}; }

inline byte_vector joined(byte_vector first, const byte_vector& second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

inline byte_vector shortened(byte_vector bytes, std::size_t count)
{
    bytes.erase(bytes.end() - static_cast<std::ptrdiff_t>(count), bytes.end());
    return bytes;
}

/// An IDX file of unsigned bytes: extents below 256, then the data.
inline byte_vector idx_bytes(const byte_vector& shape, const byte_vector& data)
{
    byte_vector bytes{0, 0, 8, static_cast<std::uint8_t>(shape.size())};
    for (const std::uint8_t extent : shape)
        bytes = joined(bytes, {0, 0, 0, extent});
    return joined(bytes, data);
}

/// What data_error says after the name of @p path, or what went wrong instead.
template <class Operation>
std::string data_error_about(const std::filesystem::path& path, Operation operation)
{
    try
    {
        operation();
    }
    catch (const xgrad::data_error& error)
    {
        const std::string sentence = error.what();
        const std::string start = path.string() + ": ";
        return sentence.starts_with(start) ? sentence.substr(start.size())
                                           : "another file is named: " + sentence;
    }
    return "no error";
}

} // namespace test
