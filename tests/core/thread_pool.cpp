// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/core/thread_pool.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using xgrad::thread_pool;

TEST_CASE("thread_pool: every job runs once, whatever their number")
{
    for (const std::size_t threads : {1U, 2U, 3U, 7U})
    {
        const thread_pool pool(threads);
        CHECK(pool.size() == threads);
        for (const std::size_t count : {0U, 1U, 2U, 3U, 100U, 1000U})
        {
            std::vector<std::atomic<int>> runs(count);
            pool.run(count, [&](std::size_t i) { ++runs[i]; });
            CHECK(std::all_of(runs.begin(), runs.end(), [](const auto& r) { return r == 1; }));
        }
    }
}

TEST_CASE("thread_pool: more jobs than tickets can number")
{
    constexpr std::size_t count = 3'000'001;
    std::vector<unsigned char> runs(count);
    thread_pool(2).run(count, [&](std::size_t i) { ++runs[i]; });
    CHECK(std::all_of(runs.begin(), runs.end(), [](unsigned char r) { return r == 1; }));
}

TEST_CASE("thread_pool: no two jobs have the same worker at once")
{
    const thread_pool pool(6);
    CHECK(pool.workers(20) == 6);
    CHECK(pool.workers(4) == 5);
    std::vector<std::atomic<int>> busy(pool.workers(4));
    std::atomic<bool> shared{false};
    // Calls follow each other at once, so that some thread comes late from one into the next.
    for (int repeat = 0; repeat < 5000; ++repeat)
        pool.run(4,
                 [&](std::size_t, std::size_t worker)
                 {
                     shared = shared || worker >= busy.size() || ++busy[worker] != 1;
                     std::this_thread::yield();
                     --busy[worker];
                 });
    CHECK(!shared);
}

TEST_CASE("thread_pool: threads that have gone to sleep wake up")
{
    const thread_pool pool(2);
    for (int repeat = 0; repeat < 3; ++repeat)
    {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        std::atomic<int> meeting{0};
        // Neither job can end without the other: both threads must have come.
        pool.run(2,
                 [&](std::size_t)
                 {
                     ++meeting;
                     while (meeting < 2)
                         std::this_thread::yield();
                 });
        CHECK(meeting == 2);
    }
}

TEST_CASE("thread_pool: a job may use the pool, and several threads may")
{
    const thread_pool pool(2);
    std::atomic<int> count{0};
    pool.run(4, [&](std::size_t) { pool.run(5, [&](std::size_t) { ++count; }); });
    CHECK(count == 20);

    count = 0;
    const auto use = [&]
    {
        for (int repeat = 0; repeat < 200; ++repeat)
            pool.run(3, [&](std::size_t) { ++count; });
    };
    std::thread other(use);
    std::thread third(use);
    use();
    other.join();
    third.join();
    CHECK(count == 3 * 3 * 200);
}

TEST_CASE("thread_pool: an exception reaches the caller, and the pool lives on")
{
    for (const std::size_t threads : {1U, 3U})
    {
        const thread_pool pool(threads);
        CHECK_THROWS_WITH_AS(pool.run(8,
                                      [](std::size_t i)
                                      {
                                          if (i == 5)
                                              throw std::runtime_error("job 5");
                                      }),
                             "job 5", std::runtime_error);
        std::atomic<int> count{0};
        pool.run(8, [&](std::size_t) { ++count; });
        CHECK(count == 8);
    }
}

TEST_CASE("thread_pool: copies are the same threads, and outlive the original")
{
    thread_pool copy(1);
    {
        const thread_pool pool(2);
        copy = pool;
    }
    std::atomic<int> count{0};
    copy.run(10, [&](std::size_t) { ++count; });
    CHECK(count == 10);
    CHECK(copy.size() == 2);
}

TEST_CASE("thread_pool: a number of threads that cannot be is refused")
{
    CHECK_THROWS_WITH_AS(thread_pool(0), "xgrad::thread_pool: expected 1 to 1024 threads, found 0",
                         std::invalid_argument);
    CHECK_THROWS_AS(thread_pool(static_cast<std::size_t>(-1)), std::invalid_argument);
    CHECK(thread_pool::available() >= 1);
}
