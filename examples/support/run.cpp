// SPDX-License-Identifier: BSD-3-Clause
#include "support/run.hpp"

#include "support/build_info.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "support/program_report.hpp"
#include "support/text.hpp"

#include <xgrad/core/error.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

namespace examples
{

namespace
{

constexpr int success = 0;
constexpr int failure = 1;
constexpr int wrong_input = 2;

int print(const std::string& text)
{
    std::fputs(text.c_str(), stdout);
    return success;
}

std::span<const char* const> arguments_of(int argc, const char* const* argv)
{
    return {argv + 1, argc > 1 ? static_cast<std::size_t>(argc - 1) : 0};
}

int train_and_report(const std::string& model, const command_line& arguments,
                     const std::function<void(session&)>& train)
{
    catch_interrupts();
    const hyperparameters options =
        read_hyperparameters(arguments.hyperparameters, arguments.settings);
    const dataset images = load_dataset(options, arguments);
    if (arguments.output)
        prepare_folder(*arguments.output);
    program_report report(model, arguments, options, images);
    session s(options, images, arguments.threads, report);
    train(s);
    report.finish(s);
    return interrupt_signal() == 0 ? success : 128 + interrupt_signal();
}

int report(const std::string& model, const std::string& sentence, int status)
{
    std::fflush(stdout);
    std::fprintf(stderr, "%s: %s\n", model.c_str(), one_line(sentence).c_str());
    return status;
}

void check_output()
{
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw run_error(std::string("standard output: expected to write it, found ") +
                        std::strerror(errno));
}

} // namespace

int run_guarded(const std::string& program, const std::function<int()>& body)
{
    try
    {
        const int status = body();
        check_output();
        return status;
    }
    catch (const input_error& e)
    {
        return report(program, e.what(), wrong_input);
    }
    catch (const xgrad::data_error& e)
    {
        return report(program, e.what(), wrong_input);
    }
    catch (const std::bad_alloc&)
    {
        return report(program, "expected more memory, found none left", failure);
    }
    catch (const std::exception& e)
    {
        return report(program, e.what(), failure);
    }
}

int run(const std::string& model, int argc, const char* const* argv,
        const std::function<void(session&)>& train)
{
    return run_guarded(model,
                       [&]
                       {
                           const command_line arguments =
                               parse_command_line(model, arguments_of(argc, argv));
                           return arguments.help      ? print(usage(model))
                                  : arguments.version ? print(describe(this_build()) + '\n')
                                                      : train_and_report(model, arguments, train);
                       });
}

} // namespace examples
