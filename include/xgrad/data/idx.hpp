// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// IDX, the format of the MNIST files: two bytes 0, a byte for the type of the elements, a byte for
// the number of dimensions, one big-endian 32-bit extent for each, then the elements, big-endian
// with the last index fastest, and nothing after them.

#include <xgrad/core/error.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/data/detail/byte_source.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

namespace xgrad::inline XGRAD_ABI
{

/// The element types that IDX knows.
template <class T>
concept idx_element = std::same_as<T, std::uint8_t> || std::same_as<T, std::int8_t> ||
    std::same_as<T, std::int16_t> || std::same_as<T, std::int32_t> || std::same_as<T, float> ||
    std::same_as<T, double>;

/// The content of an IDX file: values in row-major order.
template <idx_element T>
struct idx_array
{
    extents shape;
    std::vector<T> values;
};

/// Files that declare more data than this many bytes are refused unless told otherwise: 1 GiB.
inline constexpr std::uint64_t default_idx_limit = std::uint64_t{1} << 30;

namespace detail
{

struct idx_type
{
    std::uint8_t code;
    std::uint8_t size; // of an element, in bytes
    const char* name;
};

inline constexpr std::array<idx_type, 6> idx_types{{{0x08, 1, "unsigned bytes"},
                                                    {0x09, 1, "signed bytes"},
                                                    {0x0b, 2, "16-bit integers"},
                                                    {0x0c, 4, "32-bit integers"},
                                                    {0x0d, 4, "floats"},
                                                    {0x0e, 8, "doubles"}}};

template <idx_element T>
constexpr const idx_type& idx_type_of()
{
    if constexpr (std::same_as<T, std::uint8_t>)
        return idx_types[0];
    else if constexpr (std::same_as<T, std::int8_t>)
        return idx_types[1];
    else if constexpr (std::same_as<T, std::int16_t>)
        return idx_types[2];
    else if constexpr (std::same_as<T, std::int32_t>)
        return idx_types[3];
    else if constexpr (std::same_as<T, float>)
        return idx_types[4];
    else
        return idx_types[5];
}

/// The type of that code, or null.
inline const idx_type* find_idx_type(std::uint8_t code)
{
    const auto* end = idx_types.data() + idx_types.size();
    const auto* type =
        std::find_if(idx_types.data(), end, [code](const idx_type& t) { return t.code == code; });
    return type == end ? nullptr : type;
}

inline std::string hexadecimal(std::span<const std::uint8_t> bytes)
{
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes)
    {
        text += text.empty() ? "" : " ";
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

/// What the first four bytes of something that is no IDX file betray it as.
inline std::string describe_magic(std::span<const std::uint8_t, 4> magic)
{
    if (magic[0] == '<')
        return "a web page (it starts with \"<\"), as servers send for a missing file";
    const bool reversed = magic[3] == 0 && magic[2] == 0 && magic[0] >= 1 && magic[0] <= max_rank &&
                          find_idx_type(magic[1]) != nullptr;
    if (reversed)
        return "a little-endian header, " + hexadecimal(magic);
    return "the bytes " + hexadecimal(magic);
}

/// The elements of @p values between the byte order of the file and that of the machine.
template <idx_element T>
void swap_big_endian(std::span<T> values)
{
    if constexpr (sizeof(T) > 1 && std::endian::native == std::endian::little)
        for (T& value : values)
        {
            std::array<std::byte, sizeof(T)> bytes;
            std::memcpy(bytes.data(), &value, sizeof(T));
            std::reverse(bytes.begin(), bytes.end());
            std::memcpy(&value, bytes.data(), sizeof(T));
        }
}

} // namespace detail

/// An IDX file whose header is read and found sound; nothing larger than the header is allocated
/// before that. Every problem throws data_error: one sentence with file, expected and found.
class idx_file
{
public:
    /// Opens @p path (plain or gzipped) and reads its header; @p limit bounds the bytes of data.
    explicit idx_file(const std::filesystem::path& path, std::uint64_t limit = default_idx_limit)
        : m_source{path}
    {
        const std::size_t rank = read_magic();
        read_shape(rank);
        check_size(limit);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return m_source.path(); }
    [[nodiscard]] const extents& shape() const { return m_shape; }

    /// The type of the elements in words: "unsigned bytes".
    [[nodiscard]] const char* type_name() const { return m_type->name; }

    template <idx_element T>
    [[nodiscard]] bool holds() const
    {
        return m_type->code == detail::idx_type_of<T>().code;
    }

    /// Reads the elements and makes sure that nothing follows them; once only.
    template <idx_element T>
    [[nodiscard]] std::vector<T> read()
    {
        if (!holds<T>())
            fail(std::string("elements that are ") + detail::idx_type_of<T>().name, m_type->name);
        std::vector<T> values(m_shape.size());
        auto* bytes = reinterpret_cast<std::uint8_t*>(values.data());
        const std::size_t count = m_source.read(bytes, values.size() * sizeof(T));
        if (count < values.size() * sizeof(T))
            fail_size(m_header_bytes + count, " bytes: the file is truncated");
        std::uint8_t beyond = 0;
        if (m_source.read(&beyond, 1) != 0)
            fail_size(m_header_bytes + count, " bytes and more: the file is too long");
        detail::swap_big_endian(std::span<T>(values));
        return values;
    }

private:
    [[noreturn]] void fail(const std::string& expected, const std::string& found) const
    {
        detail::throw_data_error(path(), expected, found);
    }

    [[noreturn]] void fail_size(std::uint64_t found, const char* judgement) const
    {
        fail(std::to_string(m_header_bytes + m_data_bytes) +
                 " bytes, as the header says: " + m_type->name + " " + to_string(m_shape),
             std::to_string(found) + judgement);
    }

    /// Returns the number of dimensions.
    std::size_t read_magic()
    {
        std::array<std::uint8_t, 4> magic{};
        const std::size_t count = m_source.read(magic.data(), magic.size());
        if (count < magic.size())
            fail("an IDX file, of at least 4 bytes",
                 count == 0 ? "an empty file" : std::to_string(count) + " bytes");
        m_type = detail::find_idx_type(magic[2]);
        if (magic[0] != 0 || magic[1] != 0)
            fail("an IDX file, which starts with two bytes 0", detail::describe_magic(magic));
        if (m_type == nullptr)
            fail("a type of elements that IDX knows (08, 09, 0b, 0c, 0d or 0e)",
                 detail::hexadecimal(std::span(magic).subspan(2, 1)));
        if (magic[3] < 1 || magic[3] > max_rank)
            fail("1 to 8 dimensions", std::to_string(magic[3]));
        return magic[3];
    }

    void read_shape(std::size_t rank)
    {
        std::array<std::uint8_t, 4 * max_rank> bytes{};
        const std::size_t count = m_source.read(bytes.data(), 4 * rank);
        m_header_bytes = 4 + 4 * rank;
        if (count < 4 * rank)
            fail("a header of " + std::to_string(m_header_bytes) + " bytes",
                 std::to_string(4 + count) + " bytes: the file is truncated");
        m_shape.rank = rank;
        for (std::size_t axis = 0; axis < rank; ++axis)
            for (std::size_t byte = 0; byte < 4; ++byte)
                m_shape[axis] = m_shape[axis] << 8 | bytes[4 * axis + byte];
    }

    void check_size(std::uint64_t limit)
    {
        m_data_bytes = m_type->size;
        for (std::size_t axis = 0; axis < m_shape.rank; ++axis)
        {
            // Zero extents must not hide an overflow of the others from a later product.
            const std::uint64_t extent = std::max<std::uint64_t>(m_shape[axis], 1);
            if (m_data_bytes > limit / extent)
                fail("at most " + std::to_string(limit) + " bytes of data (the limit)",
                     "a header that declares more: " + std::string(m_type->name) + " " +
                         to_string(m_shape));
            m_data_bytes *= extent;
        }
        m_data_bytes = m_shape.size() * m_type->size;

        const std::uint64_t size = m_source.largest_size();
        if (size < m_header_bytes + m_data_bytes)
            fail_size(size, m_source.gzipped() ? " bytes at most, compressed as it is: truncated"
                                               : " bytes: the file is truncated");
        if (!m_source.gzipped() && size > m_header_bytes + m_data_bytes)
            fail_size(size, " bytes: the file is too long");
    }

    detail::byte_source m_source;
    const detail::idx_type* m_type = nullptr;
    extents m_shape;
    std::uint64_t m_header_bytes = 0;
    std::uint64_t m_data_bytes = 0;
};

/// Reads the IDX file @p path, plain or gzipped, whose elements must be of type T. Throws
/// data_error with one sentence for every problem; files that declare more than @p limit bytes of
/// data are one.
template <idx_element T>
[[nodiscard]] idx_array<T> read_idx(const std::filesystem::path& path,
                                    std::uint64_t limit = default_idx_limit)
{
    idx_file file(path, limit);
    std::vector<T> values = file.read<T>();
    return {file.shape(), std::move(values)};
}

namespace detail
{

template <idx_element T>
std::vector<std::uint8_t> idx_header(const extents& shape)
{
    std::vector<std::uint8_t> header{0, 0, idx_type_of<T>().code,
                                     static_cast<std::uint8_t>(shape.rank)};
    for (std::size_t axis = 0; axis < shape.rank; ++axis)
        for (int shift = 24; shift >= 0; shift -= 8)
            header.push_back(static_cast<std::uint8_t>(shape[axis] >> shift));
    return header;
}

template <idx_element T>
void check_idx_shape(const extents& shape, std::span<const T> values)
{
    if (shape.rank == 0 || shape.size() != values.size())
        throw shape_error("write_idx: expected at least one axis and as many values as the shape " +
                          to_string(shape) + " has, found " + std::to_string(values.size()) +
                          " values");
    for (std::size_t axis = 0; axis < shape.rank; ++axis)
        if (shape[axis] > std::numeric_limits<std::uint32_t>::max())
            throw shape_error("write_idx: expected extents below 2^32, found " + to_string(shape));
}

/// Puts @p content into @p path by way of a temporary name, so that @p path never holds half a
/// file. Throws data_error.
inline void replace_file(const std::filesystem::path& path, std::span<const std::uint8_t> content)
{
    std::filesystem::path partial = path;
    partial += ".partial";
    file_handle file{std::fopen(partial.string().c_str(), "wb")};
    bool written = file != nullptr;
    if (file)
    {
        written = std::fwrite(content.data(), 1, content.size(), file.get()) == content.size();
        written = std::fclose(file.release()) == 0 && written;
    }
    std::error_code error(errno, std::generic_category());
    if (written)
        std::filesystem::rename(partial, path, error);
    if (written && !error)
        return;
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    throw_data_error(path, "a file that can be written", error.message());
}

} // namespace detail

/// Writes @p values of @p shape as a plain IDX file, whole or not at all. Throws shape_error when
/// shape and values do not fit, data_error when the file cannot be written.
template <idx_element T>
void write_idx(const std::filesystem::path& path, const extents& shape,
               std::type_identity_t<std::span<const T>> values)
{
    detail::check_idx_shape(shape, values);
    std::vector<T> swapped(values.begin(), values.end());
    detail::swap_big_endian(std::span<T>(swapped));
    std::vector<std::uint8_t> content = detail::idx_header<T>(shape);
    const auto bytes = std::as_bytes(std::span<const T>(swapped));
    const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
    content.insert(content.end(), first, first + bytes.size());
    detail::replace_file(path, content);
}

} // namespace xgrad::inline XGRAD_ABI
