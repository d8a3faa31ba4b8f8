// SPDX-License-Identifier: BSD-3-Clause
#include "support/history.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

using namespace examples;

TEST_CASE("history_csv: one line per epoch, shortest numbers")
{
    const std::vector<epoch_record> history{{1, 55000, 0.5, 0.1, 0.25, 1.0, 2.5},
                                            {2, 55000, 1.0 / 3, 1.0, std::nullopt, 0.0, 1e-9}};
    CHECK(history_csv(history) ==
          "epoch,samples,loss,train_accuracy,validation_accuracy,test_accuracy,seconds\n"
          "1,55000,0.5,0.1,0.25,1,2.5\n"
          "2,55000,0.3333333333333333,1,,0,1e-09\n");
    CHECK(history_csv({}).ends_with("seconds\n"));
}

TEST_CASE("decimal: reads back to the same number")
{
    for (const double value : {0.0, -0.1, 1e300, 1e-300, 0.1 + 0.2})
        CHECK(std::stod(decimal(value)) == value);
    CHECK(decimal(std::numeric_limits<double>::quiet_NaN()) == "nan");
}
