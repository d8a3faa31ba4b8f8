// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/command_line.hpp"
#include "support/dataset.hpp"
#include "support/hyperparameters.hpp"
#include "support/progress.hpp"
#include "support/session.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace examples
{

/// Shows how the training of one program goes and writes what comes of it: history.csv after every
/// epoch; result.json and the learning curve at the end.
class program_report : public session_observer
{
public:
    /// Shows what is about to be trained.
    program_report(std::string model, const command_line& arguments, const hyperparameters& options,
                   const dataset& data);

    void on_step(const position& p) override { m_progress.step(p); }
    void on_record(const session& s) override;

    /// Writes the results and shows the last lines.
    void finish(const session& s);

private:
    [[nodiscard]] std::string result(const session& s) const;
    void write_results(const session& s);

    std::string m_model;
    std::optional<std::filesystem::path> m_output;
    std::size_t m_threads;
    progress m_progress;
};

} // namespace examples
