// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/command_line.hpp"
#include "support/dataset.hpp"
#include "support/history.hpp"
#include "support/hyperparameters.hpp"
#include "support/interrupt.hpp"
#include "support/progress.hpp"

#include <xgrad/data/batches.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace examples
{

/// What a training step or the judging of images gets: pixels (count, height, width) in [0, 1],
/// labels (count). The last batch of an epoch may be smaller than the others.
using batch = xgrad::batch<float>;

/// How many of @p b's images have their largest score at their label; of equal scores the first
/// counts. @p scores is (count, classes), row-major; NaN never wins.
std::size_t count_correct(std::span<const float> scores, const batch& b, std::size_t classes);

/// One training run: hands out what was read (hyperparameters and images) and keeps, shows and
/// writes what comes of it. The loop of a program is
///
///     session.set_parameters(7850);
///     for (const std::size_t epoch : session.epochs())
///     {
///         for (const examples::batch& batch : session.batches(epoch))
///         {
///             // evaluate, differentiate, update
///             session.count(batch, loss);
///         }
///         session.finish_epoch([&](const examples::batch& batch) { return scores of batch; });
///     }
///
/// Both loops end early after Ctrl-C.
class session
{
public:
    session(std::string model, const command_line& arguments, const hyperparameters& options,
            dataset data);
    session(const session&) = delete; // its views look into itself
    session& operator=(const session&) = delete;

    [[nodiscard]] const examples::hyperparameters& hyperparameters() const { return m_options; }
    [[nodiscard]] std::size_t height() const { return m_data.images.train.height; }
    [[nodiscard]] std::size_t width() const { return m_data.images.train.width; }
    [[nodiscard]] std::size_t classes() const { return m_data.images.train.classes; }

    /// For those who want the images in another way than by batches.
    [[nodiscard]] const xgrad::dataset_split& training_images() const { return m_split; }
    [[nodiscard]] const xgrad::dataset_view& test_images() const { return m_test; }

    /// The number of trained numbers, for the results.
    void set_parameters(std::size_t count) { m_parameters = count; }

    class epoch_range;
    class batch_range;

    /// The numbers of the epochs, from 0.
    [[nodiscard]] epoch_range epochs();

    /// The batches of an epoch, in an order that (seed, epoch) decide. The clock runs from here to
    /// `finish_epoch`. Nothing is allocated on the way.
    [[nodiscard]] batch_range batches(std::size_t epoch);

    /// Notes the loss of a step: the mean over its images or their sum, as the hyperparameters say.
    void count(const batch& b, double loss);

    /// Judges the images by @p scores, a callable that returns a contiguous container or view of
    /// (count, classes) numbers for a batch; then shows and writes what is known. After Ctrl-C it
    /// does nothing, for the epoch is not complete.
    template <class Scores>
    void finish_epoch(Scores&& scores);

    /// Share of @p images that @p scores puts into the right class.
    template <class Scores>
    [[nodiscard]] double accuracy(const xgrad::dataset_view& images, Scores&& scores) const;

    /// Writes the results and shows the last lines. `run` calls it.
    void finish();

private:
    friend class batch_range;
    using clock = std::chrono::steady_clock;

    [[nodiscard]] bool next_batch(const batch*& b);
    void stop_clock();
    [[nodiscard]] xgrad::dataset_view judged_training_images() const;
    void record(double train, std::optional<double> validation, double test);
    [[nodiscard]] double seconds_left() const;
    [[nodiscard]] std::string result() const;
    void write_results();

    std::string m_model;
    std::optional<std::filesystem::path> m_output;
    std::size_t m_threads;
    examples::hyperparameters m_options;
    dataset m_data;
    xgrad::dataset_split m_split;
    xgrad::dataset_view m_test;
    xgrad::batch_loader<float> m_loader;
    progress m_progress;
    std::size_t m_parameters = 0;

    position m_position;
    std::size_t m_samples = 0; // of this epoch
    double m_loss_sum = 0;     // over the images of this epoch
    clock::time_point m_run_start = clock::now();
    clock::time_point m_epoch_start{};
    double m_epoch_seconds = 0;
    double m_training_seconds = 0; // of complete epochs
    std::vector<epoch_record> m_history;
};

/// The numbers 0 to n - 1, or fewer after Ctrl-C.
class session::epoch_range
{
public:
    explicit epoch_range(std::size_t count) : m_count{count} {}

    class iterator
    {
    public:
        explicit iterator(std::size_t count) : m_count{count} {}

        std::size_t operator*() const { return m_epoch; }
        iterator& operator++()
        {
            ++m_epoch;
            return *this;
        }
        friend bool operator==(const iterator& i, std::default_sentinel_t)
        {
            return i.m_epoch == i.m_count || interrupt_signal() != 0;
        }

    private:
        std::size_t m_epoch = 0;
        std::size_t m_count;
    };

    [[nodiscard]] iterator begin() const { return iterator(m_count); }
    [[nodiscard]] std::default_sentinel_t end() const { return {}; }

private:
    std::size_t m_count;
};

/// The batches that are left of an epoch, to pass through once; fewer after Ctrl-C.
class session::batch_range
{
public:
    explicit batch_range(session& s) : m_session{&s} {}

    class iterator
    {
    public:
        explicit iterator(session& s) : m_session{&s} { ++*this; }

        const batch& operator*() const { return *m_batch; }
        iterator& operator++()
        {
            m_has_batch = m_session->next_batch(m_batch);
            return *this;
        }
        friend bool operator==(const iterator& i, std::default_sentinel_t)
        {
            return !i.m_has_batch;
        }

    private:
        session* m_session;
        const batch* m_batch = nullptr;
        bool m_has_batch = false;
    };

    [[nodiscard]] iterator begin() const { return iterator(*m_session); }
    [[nodiscard]] std::default_sentinel_t end() const { return {}; }

private:
    session* m_session;
};

template <class Scores>
double session::accuracy(const xgrad::dataset_view& images, Scores&& scores) const
{
    // Batches of the size that the steps have, so that the same plan serves both.
    xgrad::batch_loader<float> loader(images, m_options.batch_size);
    std::size_t correct = 0;
    for (const batch& b : loader.epoch(0))
    {
        const auto& values = scores(b);
        if (std::size(values) != b.count * classes())
            throw std::logic_error("session: expected " + std::to_string(b.count * classes()) +
                                   " scores, found " + std::to_string(std::size(values)));
        correct += count_correct(std::span<const float>(std::data(values), std::size(values)), b,
                                 classes());
    }
    return static_cast<double>(correct) / static_cast<double>(images.count());
}

template <class Scores>
void session::finish_epoch(Scores&& scores)
{
    stop_clock();
    if (interrupt_signal() != 0)
        return;
    std::optional<double> validation;
    if (m_split.validation.count() > 0)
        validation = accuracy(m_split.validation, scores);
    record(accuracy(judged_training_images(), scores), validation, accuracy(m_test, scores));
}

} // namespace examples
