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

    /// Whether there is a State that fits the arguments @p a.
    template <class State, class... A>
    [[nodiscard]] bool fits(const A&... a) const
    {
        return m_state && m_state->type == &state_type<State> && get<State>().fits(a...);
    }

    /// Makes a State from (f, a...); returns the former one, whose results may be among the
    /// arguments.
    template <class State, class F, class... A>
    [[gnu::cold, gnu::noinline]] std::unique_ptr<planned_state> make(const F& f, const A&... a)
    {
        auto state = std::make_unique<State>(f, a...);
        state->type = &state_type<State>;
        return std::exchange(m_state, std::move(state));
    }

    template <class State>
    [[nodiscard]] State& get() const
    {
        return static_cast<State&>(*m_state);
    }

private:
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
        std::unique_ptr<planned_state> former;
        if (!m_planned.template fits<state>(a...)) [[unlikely]]
            former = m_planned.template make<state>(m_function, a...);
        return m_planned.template get<state>().evaluate(a...);
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
