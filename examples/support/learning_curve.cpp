// SPDX-License-Identifier: BSD-3-Clause
#include "support/learning_curve.hpp"

#include "support/files.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

namespace examples
{

namespace
{

struct file_close
{
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// Axis limits in per cent that leave some air around the points.
std::array<double, 2> accuracy_range(std::span<const epoch_record> history)
{
    double least = 1;
    double most = 0;
    for (const epoch_record& r : history)
        for (const double a :
             {r.train_accuracy, r.test_accuracy, r.validation_accuracy.value_or(r.test_accuracy)})
        {
            least = std::min(least, a);
            most = std::max(most, a);
        }
    return {std::max(0.0, std::floor(100 * least) - 1), std::min(100.5, std::ceil(100 * most) + 1)};
}

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

/// What a program writes, or why there is nothing.
struct program_output
{
    std::string text;
    std::string problem;
};

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

} // namespace

std::string learning_curve_script(std::span<const epoch_record> history, const std::string& title,
                                  const std::string& terminal)
{
    const auto [low, high] = accuracy_range(history);
    const bool validated = !history.empty() && history[0].validation_accuracy.has_value();
    std::string script = "set terminal " + terminal + "\nset title \"" + title +
                         "\" noenhanced\nset xlabel 'epoch'\nset ylabel 'accuracy (%)'\n"
                         "set grid\nset key bottom right\nset xrange [0.5:" +
                         decimal(static_cast<double>(history.size()) + 0.5) + "]\nset yrange [" +
                         decimal(low) + ":" + decimal(high) + "]\n$history << end\n";
    for (const epoch_record& r : history)
        script += std::to_string(r.epoch) + ' ' + decimal(100 * r.train_accuracy) + ' ' +
                  decimal(100 * r.test_accuracy) + ' ' +
                  decimal(100 * r.validation_accuracy.value_or(r.test_accuracy)) + '\n';
    script += "end\nplot $history using 1:2 with linespoints title 'training images', "
              "$history using 1:3 with linespoints title 'test images'";
    if (validated)
        script += ", $history using 1:4 with linespoints title 'held-out images'";
    return script + '\n';
}

std::string draw_learning_curve(std::span<const epoch_record> history, const std::string& title,
                                const std::filesystem::path& folder)
{
    struct picture
    {
        const char* name;
        const char* terminal;
    };
    constexpr std::array<picture, 2> pictures{
        {{"learning_curve.svg", "svg size 800,500 background rgb 'white'"},
         {"learning_curve.png", "pngcairo size 800,500"}}};

    if (history.empty())
        return "no learning curve was drawn: no epoch was finished";
    for (const picture& p : pictures)
    {
        const program_output drawn = run_gnuplot(learning_curve_script(history, title, p.terminal));
        if (!drawn.problem.empty())
            return std::string(p.name) + " was not drawn: " + drawn.problem;
        write_file(folder / p.name, drawn.text);
    }
    return "";
}

} // namespace examples
