// SPDX-License-Identifier: BSD-3-Clause
#include "support/session.hpp"

#include <cmath>
#include <limits>

namespace examples
{

namespace
{

double seconds_since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The place of the largest score, the first of equals; NaN only where all are.
std::size_t best_class(std::span<const float> scores)
{
    std::size_t best = 0;
    for (std::size_t c = 1; c < scores.size(); ++c)
        if (scores[c] > scores[best] || (std::isnan(scores[best]) && !std::isnan(scores[c])))
            best = c;
    return best;
}

/// The probability that softmax gives to the largest of @p scores, which is @p largest.
double probability_of(float largest, std::span<const float> scores)
{
    double sum = 0;
    for (const float score : scores)
        sum += std::exp(static_cast<double>(score) - static_cast<double>(largest));
    return 1 / sum;
}

} // namespace

std::size_t count_correct(std::span<const float> scores, const batch& b, std::size_t classes)
{
    std::size_t correct = 0;
    for (std::size_t i = 0; i < b.count; ++i)
    {
        const auto row = scores.subspan(i * classes, classes);
        const std::size_t best = best_class(row);
        correct += best == b.labels[i] && !std::isnan(row[best]);
    }
    return correct;
}

void append_predictions(std::span<const float> scores, const batch& b, std::size_t classes,
                        std::vector<prediction>& predictions)
{
    for (std::size_t i = 0; i < b.count; ++i)
    {
        const auto row = scores.subspan(i * classes, classes);
        const std::size_t best = best_class(row);
        predictions.push_back({.label = b.labels[i],
                               .predicted = static_cast<std::uint8_t>(best),
                               .probability = probability_of(row[best], row)});
    }
}

session::session(const examples::hyperparameters& options, const dataset& data, std::size_t threads,
                 session_observer& observer, std::size_t judge_every)
    : m_options{options}, m_data{data}, m_pool{threads}, m_observer{observer},
      m_judge_every{judge_every}, m_split{xgrad::hold_out(data.images.train, data.held_out)},
      m_test{data.images.test}, m_loader{m_split.train, options.batch_size, options.seed}
{
    const std::size_t images = options.epochs * m_split.train.count();
    m_history.reserve(judge_every == 0 ? options.epochs : images / judge_every + 1);
    m_position.epochs = options.epochs;
    m_position.batches = m_loader.batches();
}

session::epoch_range session::epochs() { return epoch_range(m_options.epochs); }

session::batch_range session::batches(std::size_t epoch)
{
    if (epoch == 0)
        m_run_start = m_clock_start = clock::now();
    m_position.epoch = epoch + 1;
    m_position.batch = 0;
    m_loader.start_epoch(epoch);
    return batch_range(*this);
}

bool session::next_batch(const batch*& b)
{
    b = interrupt_signal() == 0 ? m_loader.next_deferred() : nullptr;
    return b != nullptr;
}

void session::count(const batch& b, double loss)
{
    const bool mean = m_options.loss_reduction == loss_reduction::mean;
    m_loss_sum += mean ? loss * static_cast<double>(b.count) : loss;
    m_samples += b.count;
    ++m_position.batch;
    m_position.loss = m_loss_sum / static_cast<double>(m_samples);
    m_position.seconds = running_seconds();
    m_observer.on_step(m_position);
}

bool session::must_judge() const
{
    if (interrupt_signal() != 0)
        return false;
    const bool ends_epoch = m_position.batch == m_position.batches;
    if (m_judge_every == 0)
        return ends_epoch;
    const std::size_t images = m_samples_before + m_samples;
    return images / m_judge_every > m_samples_before / m_judge_every ||
           (ends_epoch && m_position.epoch == m_position.epochs);
}

xgrad::dataset_view session::judged_training_images() const
{
    return m_split.train.subset(0, std::max<std::size_t>(m_split.train.count() / 5, 1));
}

epoch_record session::trained_since_last_record() const
{
    epoch_record r;
    r.epoch = m_position.epoch;
    r.samples = m_samples;
    r.loss = m_position.loss;
    r.seconds = seconds_since(m_clock_start);
    return r;
}

void session::record(const epoch_record& r)
{
    m_history.push_back(r);
    m_position.test_accuracy = r.test_accuracy;
    m_samples_before += m_samples;
    m_samples = 0;
    m_loss_sum = 0;
    m_observer.on_record(*this);
    m_clock_start = clock::now();
}

double session::training_seconds() const
{
    double sum = 0;
    for (const epoch_record& r : m_history)
        sum += r.seconds;
    return sum;
}

double session::running_seconds() const { return seconds_since(m_run_start); }

} // namespace examples
