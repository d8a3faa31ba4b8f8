// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The run-time half of an expression: which values an operation was written for. A type cannot
// tell `t * t` from `f(2.0) * f(3.0)`; the address of a record can. Records are read while a plan
// is made and own what an expression refers to, so an expression never dangles.

#include <xgrad/core/parameter_memory.hpp>
#include <xgrad/core/row_source.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/program.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

struct record;

/// A counted pointer to a record; the whole state of an expression.
class handle
{
public:
    handle() = default;
    explicit handle(record* r) noexcept;
    handle(const handle& other) noexcept : handle(other.m_record) {}
    handle(handle&& other) noexcept : m_record(std::exchange(other.m_record, nullptr)) {}
    handle& operator=(handle other) noexcept
    {
        std::swap(m_record, other.m_record);
        return *this;
    }
    ~handle()
    {
        if (m_record)
            release(m_record);
    }

    [[nodiscard]] record* get() const noexcept { return m_record; }

private:
    // Not inline: an expression is written out of a great many handles.
    static void release(record* r) noexcept;

    record* m_record = nullptr;
};

/// One application of an operation to given operands, or a leaf.
struct record
{
    std::atomic<int> references{0};
    handle argument[max_arity];
    settings options{};

    record() = default;
    record(const record&) = delete;
    record& operator=(const record&) = delete;
    virtual ~record() = default;
};

inline handle::handle(record* r) noexcept : m_record(r)
{
    if (m_record)
        m_record->references.fetch_add(1, std::memory_order_relaxed);
}

[[gnu::noinline]] inline void handle::release(record* r) noexcept
{
    if (r->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
        delete r;
}

/// The application of an operation to operands. Cold, and so are functions that build expressions:
/// they run once for each plan.
[[gnu::cold, gnu::noinline]] inline handle make_record(const settings& options, record* a,
                                                       record* b = nullptr, record* c = nullptr)
{
    auto* const result = new record;
    result->argument[0] = handle(a);
    result->argument[1] = handle(b);
    result->argument[2] = handle(c);
    result->options = options;
    return handle(result);
}

/// A leaf: where its values lie and who owns them.
struct leaf_record final : record
{
    void* value = nullptr;            ///< the elements, row-major; null: nothing bound yet
    void* gradient = nullptr;         ///< as many elements; null: no plan has asked for them yet
    void* value_tangent = nullptr;    ///< of numbers whose parts lie apart: the derivatives
    void* gradient_tangent = nullptr; ///< the same of the gradient
    extents shape{};
    std::size_t capacity = 0; ///< bytes that the leaf itself owns
    std::shared_ptr<void> value_owner;
    std::shared_ptr<void> gradient_owner;
    std::shared_ptr<parameter_block> block; ///< of a parameter that the user does not own
    const char* name = nullptr;             ///< the tag's text, for messages and files
    row_writer rows;      ///< of an input: what is to write its values, which are not there yet
    bool literal = false; ///< a constant scalar: equal ones are the same value
    bool fixed = false;   ///< values and gradients stay where a plan finds them first

    /// Makes room for @p bytes of the extents @p e, in the memory there is if it suffices.
    [[gnu::cold]] void allocate(const extents& e, std::size_t bytes)
    {
        shape = e;
        rows = {};
        if (value_owner && bytes <= capacity)
            return;
        auto memory = make_aligned_buffer(bytes);
        value = memory.get();
        value_owner = std::move(memory);
        capacity = bytes;
    }

    /// The same among the other parameters.
    [[gnu::cold]] void allocate_parameter(const extents& e, std::size_t bytes)
    {
        parameter_memory memory = detail::allocate_parameter(bytes);
        shape = e;
        value = memory.value;
        block = std::move(memory.block);
    }

    /// Gives a parameter its gradient unless it has one.
    [[gnu::cold]] void require_gradient(std::size_t bytes)
    {
        if (gradient)
            return;
        if (block)
        {
            gradient = block->gradient_of(static_cast<std::byte*>(value));
            return;
        }
        auto memory = make_aligned_buffer(bytes);
        gradient = memory.get();
        gradient_owner = std::move(memory);
    }

    /// Uses memory of the user's.
    void lend(void* memory, const extents& e)
    {
        value_owner.reset();
        capacity = 0;
        shape = e;
        rows = {};
        value = memory;
    }

    /// Takes the rows of what @p from will write.
    void draw(const row_writer& from, const extents& e, std::size_t bytes)
    {
        allocate(e, bytes);
        rows = from;
    }

    /// Lets all rows be written, if they are not there yet.
    void write_rows()
    {
        if (!rows.write)
            return;
        rows.write(rows.context, 0, shape[0], value);
        rows = {};
    }
};

} // namespace xgrad::inline XGRAD_ABI::detail
