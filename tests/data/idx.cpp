// SPDX-License-Identifier: BSD-3-Clause
#include "files.hpp"

#include <xgrad/data/idx.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>
#if defined(XGRAD_HAS_ZLIB)
#include <zlib.h>
#endif

using namespace test;
using xgrad::extents;
using xgrad::read_idx;
using xgrad::write_idx;

namespace
{

std::string error_of(const byte_vector& content, std::uint64_t limit = xgrad::default_idx_limit)
{
    const temporary_directory directory;
    const auto path = directory.write("file", content);
    return data_error_about(path, [&] { static_cast<void>(read_idx<std::uint8_t>(path, limit)); });
}

#if defined(XGRAD_HAS_ZLIB)
byte_vector gzipped(const byte_vector& content)
{
    const temporary_directory directory;
    const auto path = directory.path() / "file.gz";
    gzFile file = gzopen(path.string().c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}
#endif

const byte_vector two_by_three = idx_bytes({2, 3}, {1, 2, 3, 4, 5, 6});

} // namespace

TEST_CASE("read_idx: extents and values of a plain file")
{
    const temporary_directory directory;
    const auto array = read_idx<std::uint8_t>(directory.write("file", two_by_three));
    CHECK(array.shape == extents(2, 3));
    CHECK(array.values == byte_vector{1, 2, 3, 4, 5, 6});
}

TEST_CASE("read_idx: elements are big-endian")
{
    const temporary_directory directory;
    const auto path = directory.write("file", {0, 0, 0x0b, 1, 0, 0, 0, 2, 1, 2, 0xff, 0xfe});
    CHECK(read_idx<std::int16_t>(path).values == std::vector<std::int16_t>{258, -2});
}

TEST_CASE("read_idx: an extent may be zero")
{
    const temporary_directory directory;
    const auto array = read_idx<std::uint8_t>(directory.write("file", idx_bytes({0, 3}, {})));
    CHECK(array.shape == extents(0, 3));
    CHECK(array.values.empty());
}

TEST_CASE_TEMPLATE("write_idx: read_idx gives back the values", T, std::uint8_t, std::int8_t,
                   std::int16_t, std::int32_t, float, double)
{
    const temporary_directory directory;
    const auto path = directory.path() / "file";
    const std::vector<T> values{std::numeric_limits<T>::lowest(), T(0), T(1), T(2), T(100),
                                std::numeric_limits<T>::max()};
    write_idx<T>(path, extents(3, 1, 2), values);
    const auto array = read_idx<T>(path);
    CHECK(array.shape == extents(3, 1, 2));
    CHECK(array.values == values);
    CHECK(std::filesystem::file_size(path) == 16 + 6 * sizeof(T));
    CHECK_FALSE(std::filesystem::exists(directory.path() / "file.partial"));
}

TEST_CASE("write_idx: replaces a file that is there")
{
    const temporary_directory directory;
    const auto path = directory.write("file", two_by_three);
    write_idx<std::uint8_t>(path, extents(1), byte_vector{9});
    CHECK(read_idx<std::uint8_t>(path).values == byte_vector{9});
}

TEST_CASE("write_idx: refuses shapes that do not fit the values")
{
    const temporary_directory directory;
    const auto path = directory.path() / "file";
    CHECK_THROWS_WITH_AS(write_idx<std::uint8_t>(path, extents(2, 2), byte_vector{1, 2, 3}),
                         "write_idx: expected at least one axis and as many values as the shape "
                         "(2, 2) has, found 3 values",
                         xgrad::shape_error);
    CHECK_THROWS_AS(write_idx<std::uint8_t>(path, extents(), byte_vector{1}), xgrad::shape_error);
    const std::size_t too_large = std::size_t{1} << 32;
    CHECK_THROWS_WITH_AS(write_idx<std::uint8_t>(path, extents(too_large, 0), byte_vector{}),
                         "write_idx: expected extents below 2^32, found (4294967296, 0)",
                         xgrad::shape_error);
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("write_idx: a file that cannot be written is an error and leaves nothing behind")
{
    const temporary_directory directory;
    const auto write = [](const std::filesystem::path& path)
    {
        return data_error_about(path,
                                [&] { write_idx<std::uint8_t>(path, extents(1), byte_vector{1}); });
    };
    CHECK(write(directory.path() / "absent" / "file") ==
          "expected a file that can be written, found No such file or directory");
    std::filesystem::create_directory(directory.path() / "folder");
    CHECK(write(directory.path() / "folder") ==
          "expected a file that can be written, found Is a directory");
    CHECK_FALSE(std::filesystem::exists(directory.path() / "folder.partial"));
}

TEST_CASE("read_idx: a file that is missing or none")
{
    const temporary_directory directory;
    const auto error = [](const std::filesystem::path& path)
    { return data_error_about(path, [&] { static_cast<void>(read_idx<std::uint8_t>(path)); }); };
    CHECK(error(directory.path() / "absent") == "expected a file, found no such file");
    CHECK(error(directory.path()) == "expected a file, found a directory");
    if (std::filesystem::exists("/dev/null"))
        CHECK(error("/dev/null") == "expected a regular file, found a pipe, socket or device");
}

TEST_CASE("read_idx: a truncated file")
{
    CHECK(error_of({}) == "expected an IDX file, of at least 4 bytes, found an empty file");
    CHECK(error_of({0, 0, 8}) == "expected an IDX file, of at least 4 bytes, found 3 bytes");
    CHECK(error_of({0, 0, 8, 2, 0, 0, 0, 1, 0}) ==
          "expected a header of 12 bytes, found 9 bytes: the file is truncated");
    CHECK(error_of(shortened(two_by_three, 1)) ==
          "expected 18 bytes, as the header says: unsigned bytes (2, 3), found 17 bytes: the file "
          "is truncated");
    CHECK(error_of(shortened(two_by_three, 6)) ==
          "expected 18 bytes, as the header says: unsigned bytes (2, 3), found 12 bytes: the file "
          "is truncated");
}

TEST_CASE("read_idx: a file that is too long")
{
    CHECK(error_of(joined(two_by_three, {0})) ==
          "expected 18 bytes, as the header says: unsigned bytes (2, 3), found 19 bytes: the file "
          "is too long");
}

TEST_CASE("read_idx: elements of another or of an unknown type")
{
    CHECK(error_of({0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0}) ==
          "expected elements that are unsigned bytes, found floats");
    CHECK(error_of({0, 0, 0x0a, 1, 0, 0, 0, 1, 0}) ==
          "expected a type of elements that IDX knows (08, 09, 0b, 0c, 0d or 0e), found 0a");
}

TEST_CASE("read_idx: a number of dimensions beyond the rules")
{
    CHECK(error_of({0, 0, 8, 0, 1}) == "expected 1 to 8 dimensions, found 0");
    CHECK(error_of({0, 0, 8, 9, 0, 0, 0, 1}) == "expected 1 to 8 dimensions, found 9");
    const byte_vector eight = idx_bytes({1, 1, 1, 1, 1, 1, 1, 2}, {5, 6});
    CHECK(error_of(eight) == "no error");
}

TEST_CASE("read_idx: something else than IDX")
{
    const std::string start = "expected an IDX file, which starts with two bytes 0, found ";
    CHECK(error_of(text_bytes("<!DOCTYPE html><html>")) ==
          start + "a web page (it starts with \"<\"), as servers send for a missing file");
    CHECK(error_of({3, 8, 0, 0, 1, 0, 0, 0}) == start + "a little-endian header, 03 08 00 00");
    CHECK(error_of(text_bytes("\x89PNG")) == start + "the bytes 89 50 4e 47");
}

TEST_CASE("read_idx: a header that declares more than the limit allocates nothing")
{
    const byte_vector huge{0, 0, 8, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    CHECK(error_of(huge) == "expected at most 1073741824 bytes of data (the limit), found a header "
                            "that declares more: unsigned bytes (4294967295, 4294967295)");
    byte_vector overflow{0, 0, 8, 8};
    for (int byte = 0; byte < 32; ++byte)
        overflow.push_back(byte % 4 == 0 ? 1 : 0); // (2^24)^8 wraps to 0 in 64 bits
    CHECK(error_of(overflow).starts_with("expected at most 1073741824 bytes of data (the limit)"));
    const byte_vector hidden{0,    0,    8,    3,    0xff, 0xff, 0xff, 0xff,
                             0xff, 0xff, 0xff, 0xff, 0,    0,    0,    0};
    CHECK(error_of(hidden).starts_with("expected at most 1073741824 bytes of data (the limit)"));
    CHECK(error_of(two_by_three, 5) == "expected at most 5 bytes of data (the limit), found a "
                                       "header that declares more: unsigned bytes (2, 3)");
    CHECK(error_of(two_by_three, 6) == "no error");
    // Below the limit, but not what the file holds: no memory for it either.
    const byte_vector large{0, 0, 8, 1, 0x3f, 0xff, 0xff, 0xff};
    CHECK(error_of(large) == "expected 1073741831 bytes, as the header says: unsigned bytes "
                             "(1073741823), found 8 bytes: the file is truncated");
}

#if defined(XGRAD_HAS_ZLIB)

TEST_CASE("read_idx: a gzipped file, whatever its name")
{
    const temporary_directory directory;
    byte_vector data(100'000);
    for (std::size_t i = 0; i < data.size(); ++i)
        data[i] = static_cast<std::uint8_t>(i * i >> 3);
    const byte_vector content = joined({0, 0, 8, 2, 0, 0, 1, 0xf4, 0, 0, 0, 200}, data);
    const auto array = read_idx<std::uint8_t>(directory.write("file", gzipped(content)));
    CHECK(array.shape == extents(500, 200));
    CHECK(array.values == data);
}

TEST_CASE("read_idx: a gzip file cut short")
{
    byte_vector data(1000);
    for (std::size_t i = 0; i < data.size(); ++i)
        data[i] = static_cast<std::uint8_t>(i * i * i >> 4);
    const byte_vector whole = gzipped(joined({0, 0, 8, 1, 0, 0, 3, 0xe8}, data));
    for (std::size_t missing = 1; missing < whole.size() - 1; missing += missing < 20 ? 1 : 50)
    {
        CAPTURE(missing);
        const std::string error = error_of(shortened(whole, missing));
        CHECK(error.starts_with(
            "expected a complete gzip file, found one that is cut short, after "));
    }
}

TEST_CASE("read_idx: a gzip file whose content is damaged, too short or too long")
{
    byte_vector damaged = gzipped(two_by_three);
    damaged[damaged.size() - 8] ^= 1; // in the check sum
    CHECK(error_of(damaged) == "expected sound gzip data, found damage: incorrect data check");
    CHECK(error_of(gzipped(shortened(two_by_three, 1))) ==
          "expected 18 bytes, as the header says: unsigned bytes (2, 3), found 17 bytes: the file "
          "is truncated");
    CHECK(error_of(gzipped(joined(two_by_three, {0}))) ==
          "expected 18 bytes, as the header says: unsigned bytes (2, 3), found 18 bytes and more: "
          "the file is too long");
}

TEST_CASE("read_idx: a small gzip file that declares much allocates nothing")
{
    const std::string error = error_of(gzipped({0, 0, 8, 1, 0x3f, 0xff, 0xff, 0xff}));
    CHECK(error.starts_with(
        "expected 1073741831 bytes, as the header says: unsigned bytes (1073741823), found "));
    CHECK(error.ends_with(" bytes at most, compressed as it is: truncated"));
}

#else

TEST_CASE("read_idx: a gzip file without zlib")
{
    CHECK(error_of({0x1f, 0x8b, 8, 0, 0, 0, 0, 0}) ==
          "expected plain data, as this program was built without zlib, found gzipped data (run "
          "gunzip on the file)");
}

#endif
