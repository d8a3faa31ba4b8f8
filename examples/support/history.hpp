// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace examples
{

/// What is known after an epoch, or of the steps since the record before where the images are
/// judged more often. Accuracies are shares from 0 to 1.
struct epoch_record
{
    std::size_t epoch = 0;                     ///< from 1
    std::size_t samples = 0;                   ///< images trained on
    double loss = 0;                           ///< mean per image, while the weights were changing
    double train_accuracy = 0;                 ///< on the first fifth of the training images
    std::optional<double> validation_accuracy; ///< none where nothing is held out
    double test_accuracy = 0;
    double seconds = 0; ///< of training, without the judging
};

/// How far a run is.
struct position
{
    std::size_t epoch = 0; ///< from 1
    std::size_t epochs = 0;
    std::size_t batch = 0; ///< batches done in this epoch
    std::size_t batches = 0;
    double loss = 0;           ///< mean per image since the last record
    double seconds = 0;        ///< since the first epoch began
    double test_accuracy = -1; ///< of the last record; negative: not known yet
};

/// The share of a run that is done.
double share_done(const position& p);

/// The table as comma-separated values with a line of names. What is not known is left empty.
std::string history_csv(std::span<const epoch_record> history);

/// The shortest decimal number that reads back as @p value, whatever the locale.
std::string decimal(double value);

} // namespace examples
