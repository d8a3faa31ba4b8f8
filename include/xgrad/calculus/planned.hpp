// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the functions of a calculus keep between their calls.

#include <xgrad/core/abi.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace xgrad::inline XGRAD_ABI::detail
{

/// Base of what is planned for a call with arguments of certain types.
struct planned_state
{
    const void* type = nullptr;

    planned_state() = default;
    planned_state(const planned_state&) = delete;
    planned_state& operator=(const planned_state&) = delete;
    virtual ~planned_state() = default;
};

/// Its address stands for the type State.
template <class State>
inline char state_type = 0;

/// The plan of a function object: made by the first call, made anew by a call with arguments of
/// other types. A copy plans for itself, so that copies can be called from different threads.
class planned
{
public:
    planned() = default;
    planned(const planned&) noexcept {}
    planned(planned&&) noexcept = default;
    planned& operator=(const planned& other) noexcept
    {
        if (this != &other)
            m_state.reset();
        return *this;
    }
    planned& operator=(planned&&) noexcept = default;
    ~planned() = default;

    /// The state for a call with the arguments @p a, which is a State made from (f, a...) unless
    /// there is one that fits.
    template <class State, class F, class... A>
    State& for_call(const F& f, const A&... a)
    {
        if (!m_state || m_state->type != &state_type<State> ||
            !static_cast<State&>(*m_state).fits(a...)) [[unlikely]]
            make<State>(f, a...);
        return static_cast<State&>(*m_state);
    }

private:
    template <class State, class F, class... A>
    [[gnu::cold, gnu::noinline]] void make(const F& f, const A&... a)
    {
        m_state.reset();
        auto state = std::make_unique<State>(f, a...);
        state->type = &state_type<State>;
        m_state = std::move(state);
    }

    std::unique_ptr<planned_state> m_state;
};

/// A function object that plans @p F for the types of its arguments when it is called.
/// States::state<F, A...>: what is planned for arguments of the types A
template <class F, class States>
class planned_function
{
public:
    explicit planned_function(F f) : m_function(std::move(f)) {}

    /// The result at the arguments @p a. What is returned lasts, and stays as it is, until the next
    /// call.
    template <class... A>
    const auto& operator()(const A&... a) &
    {
        using state = typename States::template state<F, std::remove_cvref_t<A>...>;
        return m_planned.for_call<state>(m_function, a...).evaluate(a...);
    }

    template <class... A>
    auto operator()(const A&... a) &&
    {
        return (*this)(a...);
    }

private:
    F m_function;
    planned m_planned;
};

} // namespace xgrad::inline XGRAD_ABI::detail
