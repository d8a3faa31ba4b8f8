// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The run-time half of an expression: which values an operation was written for. A type cannot
// tell `t * t` from `f(2.0) * f(3.0)`; the address of a record can. Records are read while a plan
// is made and own what an expression refers to, so an expression never dangles.

#include <xgrad/core/shape.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/program.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace xgrad::detail
{

struct record;

/// A counted pointer to a record; the whole state of an expression.
class handle
{
public:
    handle() = default;
    explicit handle(record* r) noexcept;
    handle(const handle& other) noexcept : handle(other.m_record) {}
    handle& operator=(const handle& other) noexcept
    {
        handle copy(other);
        std::swap(m_record, copy.m_record);
        return *this;
    }
    ~handle();

    [[nodiscard]] record* get() const noexcept { return m_record; }

private:
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

inline handle::~handle()
{
    if (m_record && m_record->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
        delete m_record;
}

/// What every leaf has, whatever its element type.
struct leaf_record : record
{
    void* value = nullptr;    ///< the elements, row-major; null: nothing bound yet
    void* gradient = nullptr; ///< as many elements; null: no plan has asked for them yet
    extents shape{};
    std::shared_ptr<void> value_owner;
    std::shared_ptr<void> gradient_owner;
    bool literal = false;       ///< a constant scalar: equal ones are the same value
    bool movable = false;       ///< whether a plan may move the value into a flat buffer
    const char* name = nullptr; ///< the tag's text, for messages and files
};

/// A leaf of element type T. The typed pointers are what views refer to, so that a view of a
/// parameter stays one after a plan has moved the parameter into its flat buffer.
template <class T>
struct typed_leaf final : leaf_record
{
    T* elements = nullptr;
    const T* const_elements = nullptr;
    const T* gradient_elements = nullptr;

    void set_value(const T* memory)
    {
        const_elements = memory;
        elements = const_cast<T*>(memory);
        value = elements;
    }

    /// Zeros of the extents @p e.
    [[gnu::cold]] void allocate(const extents& e)
    {
        auto memory = make_aligned_buffer(e.size() * sizeof(T));
        shape = e;
        set_value(reinterpret_cast<T*>(memory.get()));
        value_owner = std::move(memory);
    }

    void set_gradient(T* memory)
    {
        gradient_elements = memory;
        gradient = memory;
    }
};

} // namespace xgrad::detail
