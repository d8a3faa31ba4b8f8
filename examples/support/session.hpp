// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/dataset.hpp"
#include "support/history.hpp"
#include "support/hyperparameters.hpp"
#include "support/interrupt.hpp"

#include <xgrad/core/shape.hpp>
#include <xgrad/core/thread_pool.hpp>
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
#include <vector>

namespace examples
{

/// What a training step or the judging of images gets: images (count, height, width) in [0, 1],
/// labels (count). The last batch of an epoch may be smaller than the others.
using batch = xgrad::deferred_batch<float>;

/// How many of @p b's images have their largest score at their label; of equal scores the first
/// counts. @p scores is (count, classes), row-major; NaN never wins.
std::size_t count_correct(std::span<const float> scores, const batch& b, std::size_t classes);

/// What a trained network says of one image.
struct prediction
{
    std::uint8_t label = 0;     ///< what it is
    std::uint8_t predicted = 0; ///< the class of the largest score
    double probability = 0;     ///< which softmax gives that class; NaN where a score is
};

/// The predictions for the images of @p b, appended to @p predictions.
void append_predictions(std::span<const float> scores, const batch& b, std::size_t classes,
                        std::vector<prediction>& predictions);

/// A parameter as it is after training.
struct trained_parameter
{
    xgrad::extents shape;
    std::vector<float> values; ///< row-major
};

class session;

/// Is told how a session goes: the programs show and write it, `coursework` gathers it.
class session_observer
{
public:
    virtual ~session_observer() = default;

    /// After every step; must not allocate.
    virtual void on_step(const position& p) = 0;

    /// When `s.history()` has grown by a record.
    virtual void on_record(const session& s) = 0;
};

/// One training run: hands out the hyperparameters and the images and keeps what comes of it. The
/// loop of a program is
///
///     session.set_parameter_count(7850);
///     for (const std::size_t epoch : session.epochs())
///         for (const examples::batch& batch : session.batches(epoch))
///         {
///             // evaluate, differentiate, update
///             session.finish_step(batch, loss, judge);
///         }
///     session.finish_training(plan.parameters(), judge);
///
/// where judge(batch) returns the scores of a batch, a contiguous container or view of
/// (count, classes) floats. Both loops end early after Ctrl-C.
class session
{
public:
    /// The images and the observer must outlive the session. The images are judged after every
    /// @p judge_every training images and at the end, without the held-out ones; 0: all of them
    /// after every epoch.
    session(const examples::hyperparameters& options, const dataset& data, std::size_t threads,
            session_observer& observer, std::size_t judge_every = 0);
    session(const session&) = delete; // its views look into itself
    session& operator=(const session&) = delete;

    [[nodiscard]] const examples::hyperparameters& hyperparameters() const { return m_options; }
    [[nodiscard]] const dataset& data() const { return m_data; }
    [[nodiscard]] std::size_t height() const { return m_data.images.train.height; }
    [[nodiscard]] std::size_t width() const { return m_data.images.train.width; }
    [[nodiscard]] std::size_t classes() const { return m_data.images.train.classes; }

    /// The threads that a step may use.
    [[nodiscard]] const xgrad::thread_pool& pool() const { return m_pool; }

    /// For those who want the images in another way than by batches.
    [[nodiscard]] const xgrad::dataset_split& training_images() const { return m_split; }
    [[nodiscard]] const xgrad::dataset_view& test_images() const { return m_test; }

    /// The number of trained numbers, for the results.
    void set_parameter_count(std::size_t count) { m_parameter_count = count; }

    class epoch_range;
    class batch_range;

    /// The numbers of the epochs, from 0.
    [[nodiscard]] epoch_range epochs();

    /// The batches of an epoch, in an order that (seed, epoch) decide. Nothing is allocated on the
    /// way.
    [[nodiscard]] batch_range batches(std::size_t epoch);

    /// Notes the loss of a step, the mean over its images or their sum, as the hyperparameters say;
    /// judges the images when it is time. The clock stands still meanwhile. After Ctrl-C nothing is
    /// judged.
    template <class Judge>
    void finish_step(const batch& b, double loss, Judge&& judge);

    /// Keeps the parameters and what the network says of the test images, unless interrupted.
    template <class Parameters, class Judge>
    void finish_training(const Parameters& parameters, Judge&& judge);

    /// Share of @p images that @p judge puts into the right class.
    template <class Judge>
    [[nodiscard]] double accuracy(const xgrad::dataset_view& images, Judge&& judge) const;

    [[nodiscard]] std::span<const epoch_record> history() const { return m_history; }
    [[nodiscard]] std::size_t parameter_count() const { return m_parameter_count; }

    /// Seconds of training in the records of the history, without the judging.
    [[nodiscard]] double training_seconds() const;

    /// Seconds since the first epoch began.
    [[nodiscard]] double running_seconds() const;

    /// In the order in which the network mentions them; empty before the end of the training.
    [[nodiscard]] std::span<const trained_parameter> parameters() const { return m_parameters; }

    /// Of the test images, in their order; empty before the end of the training.
    [[nodiscard]] std::span<const prediction> predictions() const { return m_predictions; }

private:
    friend class batch_range;
    using clock = std::chrono::steady_clock;

    [[nodiscard]] bool next_batch(const batch*& b);
    void count(const batch& b, double loss);
    [[nodiscard]] bool must_judge() const;
    [[nodiscard]] epoch_record trained_since_last_record() const;
    [[nodiscard]] xgrad::dataset_view judged_training_images() const;
    void record(const epoch_record& r);

    /// Calls visit(batch, scores) for @p images, batch by batch.
    template <class Judge, class Visit>
    void judge_images(const xgrad::dataset_view& images, Judge&& judge, Visit visit) const;

    examples::hyperparameters m_options;
    const dataset& m_data;
    xgrad::thread_pool m_pool;
    session_observer& m_observer;
    std::size_t m_judge_every;
    xgrad::dataset_split m_split;
    xgrad::dataset_view m_test;
    xgrad::batch_loader<float> m_loader;
    std::size_t m_parameter_count = 0;

    position m_position;
    std::size_t m_samples_before = 0; // until the last record
    std::size_t m_samples = 0;        // since the last record
    double m_loss_sum = 0;            // over the images since the last record
    clock::time_point m_run_start = clock::now();
    clock::time_point m_clock_start{}; // of the last record, without its judging
    std::vector<epoch_record> m_history;
    std::vector<trained_parameter> m_parameters;
    std::vector<prediction> m_predictions;
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

template <class Judge, class Visit>
void session::judge_images(const xgrad::dataset_view& images, Judge&& judge, Visit visit) const
{
    xgrad::batch_loader<float> loader(images, m_options.batch_size);
    for (const batch& b : loader.deferred_epoch(0))
    {
        const auto& scores = judge(b);
        if (std::size(scores) != b.count * classes())
            throw std::logic_error("session: expected " + std::to_string(b.count * classes()) +
                                   " scores, found " + std::to_string(std::size(scores)));
        visit(b, std::span<const float>(std::data(scores), std::size(scores)));
    }
}

template <class Judge>
double session::accuracy(const xgrad::dataset_view& images, Judge&& judge) const
{
    std::size_t correct = 0;
    judge_images(images, judge,
                 [&](const batch& b, std::span<const float> scores)
                 { correct += count_correct(scores, b, classes()); });
    return static_cast<double>(correct) / static_cast<double>(images.count());
}

template <class Judge>
void session::finish_step(const batch& b, double loss, Judge&& judge)
{
    count(b, loss);
    if (!must_judge())
        return;
    epoch_record r = trained_since_last_record();
    r.train_accuracy = accuracy(judged_training_images(), judge);
    if (m_judge_every == 0 && m_split.validation.count() > 0)
        r.validation_accuracy = accuracy(m_split.validation, judge);
    r.test_accuracy = accuracy(m_test, judge);
    record(r);
}

template <class Parameters, class Judge>
void session::finish_training(const Parameters& parameters, Judge&& judge)
{
    if (interrupt_signal() != 0)
        return;
    parameters.for_each(
        [this](const char*, auto values, auto, const auto& shape) {
            m_parameters.push_back({shape, {values.begin(), values.end()}});
        });
    judge_images(m_test, judge,
                 [this](const batch& b, std::span<const float> scores)
                 { append_predictions(scores, b, classes(), m_predictions); });
}

} // namespace examples
