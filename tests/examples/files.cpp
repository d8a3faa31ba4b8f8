// SPDX-License-Identifier: BSD-3-Clause
#include "support/files.hpp"

#include "support/error.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

using namespace examples;
using names = std::vector<std::string>;

namespace
{

/// Files of this process may not grow beyond @p bytes while the object lives: as a full disk.
class file_size_limit
{
public:
    explicit file_size_limit(::rlim_t bytes)
    {
        m_old_handler = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_old);
        ::rlimit limit = m_old;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }

    ~file_size_limit()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_old);
        std::signal(SIGXFSZ, m_old_handler);
    }

    file_size_limit(const file_size_limit&) = delete;
    file_size_limit& operator=(const file_size_limit&) = delete;

private:
    ::rlimit m_old{};
    void (*m_old_handler)(int) = nullptr;
};

} // namespace

TEST_CASE("write_file: writes and replaces, and leaves nothing else")
{
    const xgrad::test::temporary_folder folder;
    write_file(folder.path() / "a", "first");
    write_file(folder.path() / "a", std::string(100'000, 'x'));
    CHECK(xgrad::test::read_text(folder.path() / "a") == std::string(100'000, 'x'));
    write_file(folder.path() / "a", "");
    CHECK(xgrad::test::read_text(folder.path() / "a").empty());
    CHECK(folder.names() == names{"a"});
}

TEST_CASE("whole_file: is not there before it is committed, nor after it was given up")
{
    const xgrad::test::temporary_folder folder;
    {
        whole_file file(folder.path() / "a");
        file.write("half");
        CHECK_FALSE(std::filesystem::exists(folder.path() / "a"));
    }
    CHECK(folder.names().empty());
    {
        whole_file file(folder.path() / "a");
        file.write("one");
        file.write("two");
        file.commit();
    }
    CHECK(xgrad::test::read_text(folder.path() / "a") == "onetwo");
}

TEST_CASE("write_file: a full disk leaves the old file and no half of a new one")
{
    const xgrad::test::temporary_folder folder;
    const auto path = folder.path() / "a";
    write_file(path, "old");
    const file_size_limit limit(1000);
    CHECK_THROWS_WITH_AS(write_file(path, std::string(5000, 'x')),
                         (path.string() + ": expected to write it, found File too large").c_str(),
                         run_error);
    CHECK(xgrad::test::read_text(path) == "old");
    CHECK(folder.names() == names{"a"});
}

TEST_CASE("write_file: a folder in its place is an error that leaves nothing")
{
    const xgrad::test::temporary_folder folder;
    std::filesystem::create_directory(folder.path() / "a");
    CHECK_THROWS_AS(write_file(folder.path() / "a", "text"), run_error);
    CHECK(folder.names() == names{"a"});
    CHECK_THROWS_AS(write_file(folder.path() / "no" / "a", "text"), run_error);
}

TEST_CASE("prepare_folder: makes folders and leaves them empty")
{
    const xgrad::test::temporary_folder folder;
    prepare_folder(folder.path() / "a" / "b c" / "d");
    CHECK(std::filesystem::is_empty(folder.path() / "a" / "b c" / "d"));
    CHECK_NOTHROW(prepare_folder(folder.path() / "a"));
    CHECK_NOTHROW(prepare_folder(folder.path() / "e" / ""));
}

TEST_CASE("prepare_folder: tells what is in the way")
{
    const xgrad::test::temporary_folder folder;
    const auto file = folder.write("file", "");
    CHECK_THROWS_WITH_AS(
        prepare_folder(file),
        (file.string() + ": expected a folder to write to, found Not a directory").c_str(),
        input_error);
    CHECK_THROWS_AS(prepare_folder(file / "below"), input_error);
    CHECK_THROWS_AS(prepare_folder("/proc/nothing"), input_error);
    if (::geteuid() != 0) // root may write anywhere
    {
        std::filesystem::create_directory(folder.path() / "locked");
        ::chmod((folder.path() / "locked").c_str(), 0500);
        CHECK_THROWS_AS(prepare_folder(folder.path() / "locked"), input_error);
    }
}
