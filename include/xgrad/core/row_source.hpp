// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/abi.hpp>

#include <concepts>
#include <cstddef>
#include <memory>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

/// Writes rows of a batch to memory that suffices for them; without a function there are none.
struct row_writer
{
    using function = void (*)(const void* context, std::size_t first, std::size_t count, void* to);

    function write = nullptr;
    const void* context = nullptr;
};

} // namespace detail

/// A batch whose rows are written when and where they are needed, such as images that are gathered
/// from a data set: each thread that works on a part of the batch writes the rows of that part to
/// memory of its own, which stays in the caches of its core.
///
///     const auto rows = [&](std::size_t first, std::size_t count, float* to) { ... };
///     images.bind(xgrad::row_source<float>(rows), batch_size);
///
/// Refers to the function, which must be there, and write the same, until the last evaluation with
/// it. Several threads may call it at once, also for the same rows.
template <class T>
class row_source
{
public:
    /// Calls @p rows(first, count, to), which writes the rows number first to first + count - 1 one
    /// after the other.
    template <class F>
        requires std::invocable<const F&, std::size_t, std::size_t, T*>
    explicit row_source(const F& rows)
        : m_writer{[](const void* context, std::size_t first, std::size_t count, void* to)
                   { (*static_cast<const F*>(context))(first, count, static_cast<T*>(to)); },
                   std::addressof(rows)}
    {
    }

    template <class F>
        requires std::invocable<const F&, std::size_t, std::size_t, T*>
    explicit row_source(const F&&) = delete; // it would be gone before the evaluation

    [[nodiscard]] const detail::row_writer& writer() const { return m_writer; }

private:
    detail::row_writer m_writer;
};

} // namespace xgrad::inline XGRAD_ABI
