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

int run_unguarded(const std::string& model, int argc, const char* const* argv,
                  const std::function<void(session&)>& train)
{
    const std::size_t count = argc > 1 ? static_cast<std::size_t>(argc - 1) : 0;
    const command_line arguments = parse_command_line(model, std::span(argv + 1, count));
    const int status = arguments.help      ? print(usage(model))
                       : arguments.version ? print(describe(this_build()) + '\n')
                                           : train_and_report(model, arguments, train);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw run_error(std::string("standard output: expected to write it, found ") +
                        std::strerror(errno));
    return status;
}

int report(const std::string& model, const std::string& sentence, int status)
{
    std::fflush(stdout);
    std::fprintf(stderr, "%s: %s\n", model.c_str(), one_line(sentence).c_str());
    return status;
}

} // namespace

int run(const std::string& model, int argc, const char* const* argv,
        const std::function<void(session&)>& train)
{
    try
    {
        return run_unguarded(model, argc, argv, train);
    }
    catch (const input_error& e)
    {
        return report(model, e.what(), wrong_input);
    }
    catch (const xgrad::data_error& e)
    {
        return report(model, e.what(), wrong_input);
    }
    catch (const std::bad_alloc&)
    {
        return report(model, "expected more memory, found none left", failure);
    }
    catch (const std::exception& e)
    {
        return report(model, e.what(), failure);
    }
}

} // namespace examples
