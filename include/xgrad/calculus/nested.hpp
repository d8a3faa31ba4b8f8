// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Plans within a plan: what the operations need that evaluate a function of expressions themselves,
// once or many times. The function's operands are leaves of its own; an operation lends them the
// memory that they stand for.

#include <xgrad/calculus/arguments.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/xtensor_shape.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/expr/plan.hpp>
#include <xgrad/expr/record.hpp>
#include <xgrad/expr/view.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace xgrad::inline XGRAD_ABI::detail
{

/// An operand of a nested function.
template <class T, class Shape, bool Differentiable>
struct nested_operand
{
    using value_type = T;
    using shape_type = Shape;
    static constexpr bool differentiable = Differentiable;
};

/// Whether a derivative is asked for anywhere in an expression.
template <class List>
inline constexpr bool any_differentiable_leaf = false;
template <class... Op>
inline constexpr bool
    any_differentiable_leaf<type_list<Op...>> = ((is_leaf<Op> && is_differentiable<Op>) || ...);

template <expression_like E>
using nested_operand_of =
    nested_operand<value_type_of<E>, shape_of<E>,
                   any_differentiable_leaf<typename expression_type<E>::operations>>;

template <class Op>
inline constexpr bool is_foreign_parameter = is_leaf<Op>&& is_differentiable<Op>;
template <class T, class S, leaf_kind K, bool D, std::size_t Name>
inline constexpr bool is_foreign_parameter<leaf_op<T, S, K, D, argument_tag<Name>>> = false;

template <class List>
inline constexpr bool any_foreign_parameter = false;
template <class... Op>
inline constexpr bool any_foreign_parameter<type_list<Op...>> = (is_foreign_parameter<Op> || ...);

/// A leaf whose memory is lent to it before each evaluation.
template <class Operand, std::size_t Name>
class lent_leaf
{
public:
    using T = typename Operand::value_type;
    using expression_type = argument_expression<T, typename Operand::shape_type,
                                                Operand::differentiable, argument_tag<Name>>;

    lent_leaf() : m_record(new leaf_record), m_handle(m_record)
    {
        if constexpr (Operand::shape_type::is_static)
            m_record->shape = Operand::shape_type::value;
        m_record->value = &m_nothing;
        m_record->gradient = &m_nothing;
    }
    lent_leaf(const lent_leaf&) = delete;
    lent_leaf& operator=(const lent_leaf&) = delete;
    ~lent_leaf() = default;

    [[nodiscard]] expression_type operand() const { return expression_type(m_handle); }
    [[nodiscard]] leaf_record& record() const { return *m_record; }

private:
    T m_nothing{};
    leaf_record* m_record;
    handle m_handle;
};

template <class Operands, class = std::make_index_sequence<Operands::size>>
struct lent_leaves;

template <class... Operand, std::size_t... K>
struct lent_leaves<type_list<Operand...>, std::index_sequence<K...>>
{
    using type = std::tuple<lent_leaf<Operand, K>...>;
};

template <class F, class Leaves>
auto call_with_leaves(const F& f, const Leaves& leaves)
{
    return std::apply([&](const auto&... leaf) { return f(leaf.operand()...); }, leaves);
}

/// What F makes of expressions for the operands.
template <class F, class Operands>
using made_from = decltype(detail::call_with_leaves(
    std::declval<const F&>(), std::declval<const typename lent_leaves<Operands>::type&>()));

/// The plan of a function on lent operands. F takes their expressions and makes one.
template <class F, class Operands, bool Differentiate = true>
class nested_plan
{
public:
    using leaves = typename lent_leaves<Operands>::type;
    using made = made_from<F, Operands>;
    static_assert(
        expression_like<made>,
        "xgrad: the function must return an expression; expected the result of operations "
        "on its arguments, found another type");
    using root = expression_type<made>;
    static_assert(!any_foreign_parameter<typename root::operations>,
                  "xgrad: the function refers to a parameter outside of it, which would get no "
                  "gradient; pass it as an argument");
    using T = value_type_of<root>;

    static constexpr std::size_t operand_count = Operands::size;

    explicit nested_plan(const F& f) : m_root(detail::call_with_leaves(f, m_leaves)), m_plan(m_root)
    {
    }

    /// The record of the operand number K.
    template <std::size_t K>
    leaf_record& leaf()
    {
        return std::get<K>(m_leaves).record();
    }

    /// Evaluates; the elements of the value stay until the next evaluation.
    const T* forward()
    {
        if constexpr (root::rank == 0)
        {
            m_value = m_plan.forward();
            return &m_value;
        }
        else
            return m_plan.forward().data();
    }

    /// Number of elements of the last value.
    [[nodiscard]] std::size_t size() const
    {
        if constexpr (root::rank == 0)
            return 1;
        else
            return m_plan.value().size();
    }

    /// Writes the gradients of the operands, from a gradient of the value of extents @p e.
    void backward(const T* gradient, const extents& e) requires(Differentiate)
    {
        if constexpr (root::rank == 0)
        {
            m_plan.backward();
            std::apply([&](auto&... leaf) { (scale(leaf, *gradient), ...); }, m_leaves);
        }
        else
            m_plan.backward(detail::view_of<root::rank>(gradient, e));
    }

private:
    template <class Leaf>
    static void scale(Leaf& leaf, T factor)
    {
        auto* const g = static_cast<T*>(leaf.record().gradient);
        std::transform(g, g + leaf.record().shape.size(), g, [factor](T x) { return x * factor; });
    }

    leaves m_leaves;
    root m_root;
    std::conditional_t<Differentiate, plan<root>, evaluation<root>> m_plan;
    T m_value{};
};

/// Lends a nested plan the memory of the operand number K.
template <std::size_t K, class Plan, class View>
void lend_operand(Plan& plan, const View& a)
{
    using T = std::remove_const_t<typename View::value_type>;
    static T nothing{};
    T* const data = const_cast<T*>(a.data());
    leaf_record& leaf = plan.template leaf<K>();
    leaf.value = data ? data : &nothing; // an empty tensor may have no memory
    leaf.shape = a.shape();
}

/// The same for the operands from the one number First on.
template <std::size_t First, class Plan, class... View>
void lend_operands(Plan& plan, const View&... a)
{
    [&]<std::size_t... K>(std::index_sequence<K...>)
    {
        (detail::lend_operand<First + K>(plan, a), ...);
    }
    (std::index_sequence_for<View...>{});
}

template <class Op>
inline constexpr int operand_number = -1;
template <class T, class S, leaf_kind K, bool D, std::size_t Name>
inline constexpr int
    operand_number<leaf_op<T, S, K, D, argument_tag<Name>>> = static_cast<int>(Name);

template <class Root, class Operations = typename Root::operations>
struct nested_shape;

/// The extents of a nested function's value for operands of the extents @p given.
template <class Root, class... Op>
struct nested_shape<Root, type_list<Op...>>
{
    static constexpr inferred infer(const extents* given)
    {
        constexpr operation_traits traits[] = {traits_of<Op>()...};
        constexpr int number[] = {operand_number<Op>...};
        std::array<extents, Root::program.size> shape{};
        for (std::size_t i = 0; i < Root::program.size; ++i)
        {
            const entry& e = Root::program.entries[i];
            const auto operation = static_cast<std::size_t>(e.operation);
            if (traits[operation].leaf)
            {
                const int n = number[operation];
                shape[i] = n < 0 ? traits[operation].leaf_shape : given[n];
                continue;
            }
            extents operands[max_arity];
            for (std::size_t k = 0; k < max_arity; ++k)
                if (e.argument[k] >= 0)
                    operands[k] = shape[static_cast<std::size_t>(e.argument[k])];
            const inferred result = traits[operation].infer(operands, nullptr);
            if (!result.fits)
                return result;
            shape[i] = result.shape;
        }
        return shape.back();
    }
};

/// The shape of an operation on Count operands whose value is that of a nested function.
template <class Root, std::size_t Count>
struct nested_operation
{
    static constexpr inferred infer(const extents& a) requires(Count == 1)
    {
        return nested_shape<Root>::infer(&a);
    }
    static constexpr inferred infer(const extents& a, const extents& b) requires(Count == 2)
    {
        const extents given[] = {a, b};
        return nested_shape<Root>::infer(given);
    }
    static constexpr inferred infer(const extents& a, const extents& b,
                                    const extents& c) requires(Count == 3)
    {
        const extents given[] = {a, b, c};
        return nested_shape<Root>::infer(given);
    }
};

/// Plans that are not in use. Each evaluation takes one and brings it back, so that any number of
/// threads can evaluate at the same time; plans are made only when all are in use.
template <class Plan, class F>
class plan_pool
{
public:
    explicit plan_pool(F f) : m_function(std::move(f)) {}

    /// A plan for the time of a call.
    class use
    {
    public:
        explicit use(plan_pool& pool) : m_pool(pool), m_plan(pool.take()) {}
        use(const use&) = delete;
        use& operator=(const use&) = delete;
        ~use() { m_pool.bring_back(std::move(m_plan)); }

        Plan* operator->() const { return m_plan.get(); }
        Plan& operator*() const { return *m_plan; }

    private:
        plan_pool& m_pool;
        std::unique_ptr<Plan> m_plan;
    };

private:
    std::unique_ptr<Plan> take()
    {
        {
            const std::lock_guard lock(m_mutex);
            if (!m_free.empty())
            {
                auto plan = std::move(m_free.back());
                m_free.pop_back();
                return plan;
            }
        }
        auto plan = std::make_unique<Plan>(m_function);
        const std::lock_guard lock(m_mutex);
        m_free.reserve(++m_made);
        return plan;
    }

    void bring_back(std::unique_ptr<Plan> plan)
    {
        const std::lock_guard lock(m_mutex);
        m_free.push_back(std::move(plan));
    }

    F m_function;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Plan>> m_free;
    std::size_t m_made = 0;
};

/// A pool for a function. Functions without state that are of one type share one, and with it the
/// memory of their plans: of many checkpoints one at a time needs it.
template <class Plan, class F>
std::shared_ptr<plan_pool<Plan, F>> pool_for(const F& f)
{
    using pool = plan_pool<Plan, F>;
    if constexpr (std::is_empty_v<F>)
    {
        static std::mutex mutex;
        static std::weak_ptr<pool> shared;
        const std::lock_guard lock(mutex);
        auto result = shared.lock();
        if (!result)
            shared = result = std::make_shared<pool>(f);
        return result;
    }
    else
        return std::make_shared<pool>(f);
}

/// A record that owns what its operation works with; options[0] is its address.
template <class State>
struct state_record final : record
{
    explicit state_record(State s) : state(std::move(s)) {}

    State state;
};

template <class State>
State& state_of(const settings& options)
{
    return *reinterpret_cast<State*>(options[0]);
}

/// The expression that applies Op to the operands, with a state that the expression owns.
template <class Op, class State, expression_like... E>
[[nodiscard]] auto apply_with_state(State state, const E&... operands)
{
    auto* node = new state_record<State>(std::move(state));
    handle owner(node);
    std::size_t k = 0;
    ((node->argument[k++] = operands.handle()), ...);
    node->options[0] = reinterpret_cast<std::ptrdiff_t>(&node->state);
    using result = typename application<Op, expression_type<E>...>::type;
    return result(std::move(owner));
}

} // namespace xgrad::inline XGRAD_ABI::detail
