// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/temporary_folder.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace xgrad::test
{

/// A program that runs beside the test, its output going to files.
class child_process
{
public:
    struct options
    {
        std::string standard_output;  ///< a file to write to; empty: kept for `output`
        std::size_t largest_file = 0; ///< bytes, as if the disk were full there; 0: no limit
    };

    child_process(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                  const options& o)
    {
        m_child = ::fork();
        if (m_child < 0)
            throw std::runtime_error("no process can be made");
        if (m_child == 0)
            become(program, arguments, o);
    }

    child_process(const std::filesystem::path& program, const std::vector<std::string>& arguments)
        : child_process(program, arguments, options{})
    {
    }

    ~child_process()
    {
        if (m_child <= 0)
            return;
        ::kill(m_child, SIGKILL);
        ::waitpid(m_child, nullptr, 0);
    }

    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;

    void send(int signal) const { ::kill(m_child, signal); }

    /// Waits for the end. The status, or 128 and the signal that killed it, as shells tell it.
    int wait()
    {
        int status = 0;
        ::waitpid(m_child, &status, 0);
        m_child = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    [[nodiscard]] std::string output() const { return read_text(m_folder.path() / "out"); }
    [[nodiscard]] std::string errors() const { return read_text(m_folder.path() / "err"); }

private:
    [[noreturn]] void become(const std::filesystem::path& program,
                             const std::vector<std::string>& arguments, const options& o) const
    {
        const std::string out =
            o.standard_output.empty() ? (m_folder.path() / "out").string() : o.standard_output;
        redirect(out, STDOUT_FILENO);
        redirect((m_folder.path() / "err").string(), STDERR_FILENO);
        if (o.largest_file > 0)
        {
            const ::rlimit limit{o.largest_file, o.largest_file};
            ::setrlimit(RLIMIT_FSIZE, &limit);
        }
        std::vector<char*> argv{const_cast<char*>(program.c_str())};
        for (const std::string& argument : arguments)
            argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        ::execv(program.c_str(), argv.data());
        ::_exit(127);
    }

    static void redirect(const std::string& path, int descriptor)
    {
        const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(file, descriptor);
        ::close(file);
    }

    temporary_folder m_folder;
    ::pid_t m_child = 0;
};

} // namespace xgrad::test
