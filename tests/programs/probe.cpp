// SPDX-License-Identifier: BSD-3-Clause
//
// A program with all that the examples share and without a network: it learns nothing, quickly.
// The seed 666 makes it fail.

#include "support/run.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace
{

void train_nothing(examples::session& session)
{
    constexpr std::uint64_t seed_of_failure = 666;
    if (session.hyperparameters().seed == seed_of_failure)
        throw std::runtime_error("a failure\nin two lines");
    const auto judge = [&session](const examples::batch& batch)
    { return std::vector<float>(batch.count * session.classes()); };
    session.set_parameter_count(1);
    for (const std::size_t epoch : session.epochs())
        for (const examples::batch& batch : session.batches(epoch))
        {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            session.finish_step(batch, 1, judge);
        }
}

} // namespace

int main(int argc, char** argv) { return examples::run("probe", argc, argv, train_nothing); }
