// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Threads that wait for work. A step of a small network takes some 50 microseconds, so a worker
// that has just finished keeps looking for more for a while before it sleeps: work that follows
// soon begins within a microsecond, without a system call.

#include <xgrad/core/abi.hpp>

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

/// Tells the processor that this thread is only waiting.
inline void pause_briefly()
{
#if defined(__x86_64__) || defined(__i386__)
    _mm_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Waits until @p ready() holds: awake at first, then asleep on @p word, whose changes are
/// notified.
template <class Word, class Ready>
void wait_until(const std::atomic<Word>& word, Ready ready)
{
    constexpr std::chrono::microseconds patience{200};
    const auto start = std::chrono::steady_clock::now();
    for (bool patient = true; patient;
         patient = std::chrono::steady_clock::now() - start < patience)
    {
        for (int i = 0; i < 64; ++i)
        {
            if (ready(word.load(std::memory_order_acquire)))
                return;
            pause_briefly();
        }
        std::this_thread::yield(); // another thread may need this core to get ready
    }
    for (Word seen = word.load(std::memory_order_acquire); !ready(seen);
         seen = word.load(std::memory_order_acquire))
        word.wait(seen, std::memory_order_acquire);
}

/// One word that says which jobs are left to take: those from `next` on, of `count`. The
/// generation keeps a late worker from taking a job of the next call for one of this.
struct job_ticket
{
    static constexpr unsigned bits = 20;
    static constexpr std::uint64_t most = (std::uint64_t{1} << bits) - 1;

    std::uint64_t word = 0;

    [[nodiscard]] std::uint64_t next() const { return word & most; }
    [[nodiscard]] std::uint64_t count() const { return word >> bits & most; }
    [[nodiscard]] std::uint64_t generation() const { return word >> 2 * bits; }
    [[nodiscard]] bool has_work() const { return next() < count(); }
    [[nodiscard]] job_ticket taken() const { return {word + 1}; }
    [[nodiscard]] job_ticket following(std::uint64_t jobs) const
    {
        return {(generation() + 1) << 2 * bits | jobs << bits};
    }
};

/// The threads of a pool and the call that they work on.
class worker_team
{
public:
    using job_function = void (*)(void* context, std::size_t job, std::size_t worker);

    explicit worker_team(std::size_t threads)
    {
        try
        {
            for (std::size_t started = 1; started < threads; ++started)
                m_threads.emplace_back([this] { serve(); });
        }
        catch (...)
        {
            dismiss();
            throw;
        }
    }

    worker_team(const worker_team&) = delete;
    worker_team& operator=(const worker_team&) = delete;
    ~worker_team() { dismiss(); }

    [[nodiscard]] std::size_t size() const { return m_threads.size() + 1; }

    /// Lets all threads work on the jobs, the calling one as worker 0, beginning with job 0: of two
    /// threads each finds what its core has kept of its job of the last call. False, with nothing
    /// done, if another call is under way or comes from within a job.
    bool run(std::size_t jobs, job_function function, void* context)
    {
        std::unique_lock lock(m_calls, std::defer_lock);
        if (m_threads.empty() || inside() || !lock.try_lock())
            return false;
        m_function = function;
        m_context = context;
        m_left.store(jobs, std::memory_order_relaxed);
        m_workers.store(1, std::memory_order_relaxed);
        const job_ticket before{m_ticket.load(std::memory_order_relaxed)};
        m_ticket.store(before.following(jobs).taken().word, std::memory_order_release);
        m_ticket.notify_all();
        inside() = true;
        perform(0, 0);
        work(0);
        wait_until(m_left, [](std::size_t left) { return left == 0; });
        if (m_problem)
            std::rethrow_exception(std::exchange(m_problem, nullptr));
        return true;
    }

private:
    static constexpr auto unnumbered = static_cast<std::size_t>(-1);

    /// Whether this thread is working on a job of some pool.
    static bool& inside()
    {
        thread_local bool value = false;
        return value;
    }

    void serve()
    {
        for (;;)
        {
            wait_until(m_ticket,
                       [this](std::uint64_t word) {
                           return job_ticket{word}.has_work() ||
                                  m_dismissed.load(std::memory_order_relaxed);
                       });
            if (m_dismissed.load(std::memory_order_relaxed))
                return;
            work();
        }
    }

    /// Takes jobs as long as there are any. Function and context may be read only once a job is
    /// taken: till it is done, they stay.
    void work(std::size_t worker = unnumbered)
    {
        inside() = true;
        job_ticket ticket{m_ticket.load(std::memory_order_acquire)};
        std::uint64_t numbered_in = ticket.generation();
        while (ticket.has_work())
        {
            if (!m_ticket.compare_exchange_weak(ticket.word, ticket.taken().word,
                                                std::memory_order_acq_rel))
                continue;
            // Who comes late from one call into the next needs a number of that.
            if (worker == unnumbered || ticket.generation() != numbered_in)
                worker = m_workers.fetch_add(1, std::memory_order_relaxed);
            numbered_in = ticket.generation();
            perform(ticket.next(), worker);
            ticket.word = m_ticket.load(std::memory_order_acquire);
        }
        inside() = false;
    }

    /// Does a job that was taken.
    void perform(std::size_t job, std::size_t worker)
    {
        try
        {
            m_function(m_context, job, worker);
        }
        catch (...)
        {
            const std::lock_guard lock(m_problems);
            if (!m_problem)
                m_problem = std::current_exception();
        }
        if (m_left.fetch_sub(1, std::memory_order_acq_rel) == 1)
            m_left.notify_all();
    }

    void dismiss()
    {
        m_dismissed.store(true, std::memory_order_relaxed);
        const job_ticket before{m_ticket.load(std::memory_order_relaxed)};
        m_ticket.store(before.following(0).word, std::memory_order_release);
        m_ticket.notify_all();
        for (std::thread& thread : m_threads)
            thread.join();
    }

    std::mutex m_calls;
    job_function m_function = nullptr;
    void* m_context = nullptr;
    alignas(64) std::atomic<std::uint64_t> m_ticket{0};
    alignas(64) std::atomic<std::size_t> m_left{0};
    std::atomic<std::size_t> m_workers{1}; ///< that have taken a job of this call, and the caller
    std::atomic<bool> m_dismissed{false};
    std::mutex m_problems;
    std::exception_ptr m_problem;
    std::vector<std::thread> m_threads;
};

} // namespace detail

/// A number of threads that share work. Copies are the same threads; they end with the last copy.
///
///     xgrad::thread_pool pool(4);
///     pool.run(10, [&](std::size_t job) { ... });                       // or
///     pool.run(10, [&](std::size_t job, std::size_t worker) { ... });   // worker <
///     pool.workers(10)
///
/// May be used from several threads at once and from within a job: whoever finds the pool busy does
/// its jobs by itself, as worker 0 of its own call.
class thread_pool
{
public:
    /// As many threads as the machine has cores.
    thread_pool() : thread_pool(available()) {}

    /// @p threads threads, the calling one included: a pool of one runs everything where it is
    /// called. Throws std::invalid_argument for none.
    explicit thread_pool(std::size_t threads)
    {
        if (threads == 0 || threads > most_threads)
            throw std::invalid_argument("xgrad::thread_pool: expected 1 to " +
                                        std::to_string(most_threads) + " threads, found " +
                                        std::to_string(threads));
        if (threads > 1)
            m_team = std::make_shared<detail::worker_team>(threads);
    }

    /// The number of cores of the machine, 1 if that is not known.
    [[nodiscard]] static std::size_t available()
    {
        const std::size_t cores = std::thread::hardware_concurrency();
        return cores == 0 ? 1 : cores < most_threads ? cores : most_threads;
    }

    [[nodiscard]] std::size_t size() const { return m_team ? m_team->size() : 1; }

    /// How many threads may have a part in a call of run() with @p count jobs: the calling one,
    /// which is worker 0, and at most one other for each job.
    [[nodiscard]] std::size_t workers(std::size_t count) const
    {
        return count + 1 < size() ? count + 1 : size();
    }

    /// Calls job(i), or job(i, worker), for all i < @p count, in no order, and returns when all are
    /// done. An exception of a job is thrown again here, when the others are done.
    template <class F>
        requires(std::invocable<F&, std::size_t> || std::invocable<F&, std::size_t, std::size_t>)
    void run(std::size_t count, F&& job) const
    {
        // Tickets number about a million jobs; of more, each stands for several.
        const std::size_t step = count / detail::job_ticket::most + 1;
        const auto some = [&](std::size_t number, std::size_t worker)
        {
            const std::size_t end = number * step + step < count ? number * step + step : count;
            for (std::size_t i = number * step; i < end; ++i)
                if constexpr (std::invocable<F&, std::size_t, std::size_t>)
                    job(i, worker);
                else
                    job(i);
        };
        const std::size_t jobs = (count + step - 1) / step;
        using jobs_type = decltype(some);
        const auto call = [](void* context, std::size_t number, std::size_t worker)
        { (*static_cast<const jobs_type*>(context))(number, worker); };
        if (jobs > 1 && m_team &&
            m_team->run(jobs, call, const_cast<void*>(static_cast<const void*>(&some))))
            return;
        for (std::size_t number = 0; number < jobs; ++number)
            some(number, 0);
    }

private:
    static constexpr std::size_t most_threads = 1024;

    std::shared_ptr<detail::worker_team> m_team;
};

} // namespace xgrad::inline XGRAD_ABI
