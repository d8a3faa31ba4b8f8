// SPDX-License-Identifier: BSD-3-Clause
#include "support/history.hpp"

#include <array>
#include <charconv>

namespace examples
{

double share_done(const position& p)
{
    const double epochs = static_cast<double>(p.epoch) - 1 +
                          static_cast<double>(p.batch) / static_cast<double>(p.batches);
    return epochs / static_cast<double>(p.epochs);
}

std::string decimal(double value)
{
    std::array<char, 32> text{};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), result.ptr};
}

std::string history_csv(std::span<const epoch_record> history)
{
    std::string text =
        "epoch,samples,loss,train_accuracy,validation_accuracy,test_accuracy,seconds\n";
    for (const epoch_record& r : history)
        text += std::to_string(r.epoch) + ',' + std::to_string(r.samples) + ',' + decimal(r.loss) +
                ',' + decimal(r.train_accuracy) + ',' +
                (r.validation_accuracy ? decimal(*r.validation_accuracy) : "") + ',' +
                decimal(r.test_accuracy) + ',' + decimal(r.seconds) + '\n';
    return text;
}

} // namespace examples
