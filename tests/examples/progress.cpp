// SPDX-License-Identifier: BSD-3-Clause
#include "support/progress.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

using namespace examples;

namespace
{

/// What a progress of that style prints when @p use makes use of it.
std::string printed(progress::style style, const std::function<void(progress&)>& use)
{
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* out = ::open_memstream(&text, &size);
    progress p(style, out);
    use(p);
    std::fclose(out);
    const std::string result(text, size);
    std::free(text);
    return result;
}

const position halfway{.epoch = 3,
                       .epochs = 5,
                       .batch = 275,
                       .batches = 550,
                       .loss = 0.25,
                       .seconds = 100,
                       .test_accuracy = 0.9};
const epoch_record third{3, 55000, 0.21321, 0.936, 0.9385, 0.9401, 2.314};

} // namespace

TEST_CASE("progress: plain lines tell each epoch and no step")
{
    CHECK(printed(progress::style::plain,
                  [](progress& p)
                  {
                      p.line("data");
                      p.step(halfway);
                      p.epoch(third, 5, 4.4);
                      p.clear();
                  }) == "data\nepoch 3/5  loss 0.2132  train 93.60 %  held-out 93.85 %  "
                        "test 94.01 %  2.31 s  4 s left\n");
}

TEST_CASE("progress: leaves out what there is not")
{
    epoch_record last = third;
    last.epoch = 5;
    last.validation_accuracy.reset();
    CHECK(printed(progress::style::plain, [&last](progress& p) { p.epoch(last, 5, 0); }) ==
          "epoch 5/5  loss 0.2132  train 93.60 %  test 94.01 %  2.31 s\n");
}

TEST_CASE("progress: a live line is taken away before another text")
{
    const std::string text = printed(progress::style::live,
                                     [](progress& p)
                                     {
                                         p.step(halfway);
                                         p.line("done");
                                     });
    CHECK(text == "\r\x1b[Kepoch 3/5  batch 275/550  loss 0.2500  test 90.00 %  1 min 40 s left"
                  "\r\x1b[Kdone\n");
}

TEST_CASE("progress: a live line changes a few times a second only")
{
    const std::string text = printed(progress::style::live,
                                     [](progress& p)
                                     {
                                         for (int i = 0; i < 1000; ++i)
                                             p.step(halfway);
                                     });
    CHECK(text.size() < 500);
}

TEST_CASE("progress: quiet prints nothing")
{
    CHECK(printed(progress::style::quiet,
                  [](progress& p)
                  {
                      p.line("data");
                      p.step(halfway);
                      p.epoch(third, 5, 4);
                      p.clear();
                  })
              .empty());
    CHECK(progress::style_for(true) == progress::style::quiet);
}

TEST_CASE("progress: long and odd numbers keep the line whole")
{
    epoch_record wild = third;
    wild.loss = 1e300;
    const std::string text =
        printed(progress::style::plain, [&wild](progress& p) { p.epoch(wild, 5, 1e300); });
    CHECK(text.ends_with(" left\n"));
    CHECK(text.size() < 400);
}
