// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/table.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

using namespace examples;
using namespace examples::coursework;

namespace
{

cell cell_of(const char* model, std::size_t setting, std::uint64_t seed)
{
    cell c{&model_named(model), setting, {}};
    c.options.epochs = 5;
    c.options.learning_rate = 0.0001;
    c.options.seed = seed;
    return c;
}

cell_result result_of(double train, double test, double seconds)
{
    cell_result r;
    r.history.push_back({1, 20'000, 0.5, 0.1, std::nullopt, 0.1, seconds / 4});
    r.history.push_back({1, 20'000, 0.5, train, std::nullopt, test, seconds * 3 / 4});
    return r;
}

/// Two seeds of one cell, one of another, and one that is missing.
struct some_cells
{
    std::vector<cell> cells{cell_of("softmax_regression", 1, 1),
                            cell_of("softmax_regression", 1, 2), cell_of("convnet", 3, 1),
                            cell_of("convnet", 3, 2)};
    std::vector<std::optional<cell_result>> results{result_of(0.71, 0.73, 1),
                                                    result_of(0.73, 0.75, 3),
                                                    result_of(0.99, 0.985, 8), std::nullopt};
};

} // namespace

TEST_CASE("statistics_of: mean and the deviation of a sample")
{
    const statistics s = statistics_of(std::array{1.0, 2.0, 6.0});
    CHECK(s.mean == doctest::Approx(3));
    CHECK(s.deviation == doctest::Approx(std::sqrt(7.0)));
    CHECK(statistics_of(std::array{0.25}).mean == 0.25);
    CHECK(statistics_of(std::array{0.25}).deviation == 0);
}

TEST_CASE("make_table: one row for the seeds of a cell, from the last point of each curve")
{
    const some_cells given;
    const std::vector<table_row> rows = make_table(given.cells, given.results, true);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].runs.size() == 2);
    CHECK(rows[1].runs.size() == 1);
    CHECK(rows[0].reported == 0.7288);
    CHECK(rows[1].reported == 0.9856);
    CHECK(rows[0].test_accuracy().mean == doctest::Approx(0.74));
    CHECK(rows[0].test_accuracy().deviation == doctest::Approx(0.01 * std::sqrt(2.0)));
    CHECK(rows[0].gap().mean == doctest::Approx(-0.02));
    CHECK(rows[0].gap().deviation == doctest::Approx(0));
    CHECK(rows[0].training_seconds().mean == doctest::Approx(2));
    CHECK_FALSE(make_table(given.cells, given.results, false)[0].reported);
}

TEST_CASE("tables: the same numbers for a terminal, a page and programs")
{
    const some_cells given;
    const std::vector<table_row> rows = make_table(given.cells, given.results, true);
    const std::string text = text_table(rows);
    CHECK(text.find("softmax_regression 1       5  0.0001     2  0.7400 ± 0.0141    0.7288     "
                    "+0.0112") != std::string::npos);
    CHECK(text.find("convnet 3 ") != std::string::npos);
    CHECK(markdown_table(rows).find(
              "\n| softmax_regression 1 | 5 | 0.0001 | 2 | 0.7400 ± 0.0141 | 0.7288 | +0.0112 | "
              "0.7200 ± 0.0141 | 2.0 |\n| convnet 3 | 5 | 0.0001 | 1 | 0.9850 | 0.9856 | -0.0006 | "
              "0.9900 | 8.0 |\n") != std::string::npos);
    CHECK(csv_table(rows).find("\nconvnet,3,5,1e-04,1,0.985,0,0.9856,") != std::string::npos);
    CHECK(json_table(rows).at(1).at("test_accuracy") == 0.985);
    const std::vector<table_row> elsewhere = make_table(given.cells, given.results, false);
    CHECK(markdown_table(elsewhere).find("| 0.9850 | – | – | 0.9900 |") != std::string::npos);
    CHECK(json_table(elsewhere).at(1).at("reported").is_null());
}

TEST_CASE("cell_result: comes back from JSON as it was")
{
    cell_result r = result_of(0.9, 0.8, 2);
    r.parameters = 7;
    r.seconds = 3;
    r.history[0].loss = std::numeric_limits<double>::quiet_NaN();
    r.confusion[3][8] = 4;
    r.mistakes.push_back({17, 3, 8, 0.75});
    r.filters.push_back({{1, 1, 1, 2}, {0.1F, -0.3F}});
    const json once = to_json(r);
    const cell_result back = cell_result_from(json::parse(once.dump()));
    CHECK(to_json(back) == once);
    CHECK(std::isnan(back.history[0].loss));
    CHECK(back.filters[0].values == r.filters[0].values);
    CHECK_THROWS_AS(cell_result_from(json::object()), json::exception);
}
