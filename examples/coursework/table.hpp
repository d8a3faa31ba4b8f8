// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "coursework/cell.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace examples::coursework
{

/// Mean and standard deviation (of a sample; 0 for one value).
struct statistics
{
    double mean = 0;
    double deviation = 0;
};

statistics statistics_of(std::span<const double> values);

/// All seeds of one model and setting.
struct table_row
{
    const model* what = nullptr;
    std::size_t setting = 0;
    hyperparameters options;        ///< of the first seed
    std::optional<double> reported; ///< none where the images are not those of the report
    std::vector<const cell_result*> runs;

    [[nodiscard]] statistics test_accuracy() const;
    [[nodiscard]] statistics train_accuracy() const;
    [[nodiscard]] statistics gap() const; ///< train less test accuracy
    [[nodiscard]] statistics training_seconds() const;
};

/// One row for each model and setting that has a result, in the order of the cells. The results
/// must outlive the rows.
std::vector<table_row> make_table(std::span<const cell> cells,
                                  std::span<const std::optional<cell_result>> results,
                                  bool reported_applies);

/// For a terminal, for a page, and for programs.
std::string text_table(std::span<const table_row> rows);
std::string markdown_table(std::span<const table_row> rows);
std::string csv_table(std::span<const table_row> rows);
json json_table(std::span<const table_row> rows);

} // namespace examples::coursework
