// SPDX-License-Identifier: BSD-3-Clause
#include "support/gnuplot.hpp"

#include "support/files.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace examples
{

namespace
{

struct file_close
{
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// A temporary file without a name that holds @p text, at its start; null when there is no room.
std::unique_ptr<std::FILE, file_close> file_of(const std::string& text)
{
    std::unique_ptr<std::FILE, file_close> file{std::tmpfile()};
    if (file && std::fwrite(text.data(), 1, text.size(), file.get()) == text.size() &&
        std::fflush(file.get()) == 0)
    {
        std::rewind(file.get());
        return file;
    }
    return nullptr;
}

std::string read_all(int descriptor)
{
    std::string text;
    std::array<char, 4096> piece{};
    while (true)
    {
        const ::ssize_t count = ::read(descriptor, piece.data(), piece.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return text;
        text.append(piece.data(), static_cast<std::size_t>(count));
    }
}

bool ended_well(::pid_t child)
{
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Starts gnuplot with @p input as its standard input and the pipe @p output as standard output,
/// without a shell and without the user's start-up files. Returns an error number.
int start_gnuplot(::pid_t& child, int input, const std::array<int, 2>& output)
{
    ::posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::array<char, 8> name{"gnuplot"};
    std::array<char, 3> no_start_up_files{"-d"};
    const std::array<char*, 3> arguments{name.data(), no_start_up_files.data(), nullptr};
    const int error =
        ::posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    return error;
}

} // namespace

program_output run_gnuplot(const std::string& script)
{
    const auto input = file_of(script);
    std::array<int, 2> output{};
    if (!input || ::pipe2(output.data(), O_CLOEXEC) != 0)
        return {"", "no temporary file or pipe could be made"};
    ::pid_t child = 0;
    const int error = start_gnuplot(child, ::fileno(input.get()), output);
    ::close(output[1]);
    program_output result;
    if (error == 0)
        result.text = read_all(output[0]);
    ::close(output[0]);
    if (error != 0)
        result.problem = error == ENOENT ? "gnuplot is not installed" : std::strerror(error);
    else if (!ended_well(child) || result.text.empty())
        result.problem = "gnuplot failed";
    return result;
}

std::string draw_picture(const std::string& name, std::size_t width, std::size_t height,
                         const std::filesystem::path& folder,
                         const std::function<std::string(const std::string&)>& script)
{
    const std::string size = std::to_string(width) + "," + std::to_string(height);
    struct format
    {
        std::string suffix;
        std::string terminal;
    };
    const std::array<format, 2> formats{{{".svg", "svg size " + size + " background rgb 'white'"},
                                         {".png", "pngcairo size " + size}}};
    for (const format& f : formats)
    {
        const program_output drawn = run_gnuplot(script(f.terminal));
        if (!drawn.problem.empty())
            return name + f.suffix + " was not drawn: " + drawn.problem;
        write_file(folder / (name + f.suffix), drawn.text);
    }
    return "";
}

} // namespace examples
