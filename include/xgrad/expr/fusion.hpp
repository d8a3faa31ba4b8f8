// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Operations that run better as one: an operation whose only consumer is another may be replaced,
// together with it, by a third that does the work of both. What goes together is said by
// specialisations of `fusion` beside the operations; here programs are rewritten.

#include <xgrad/core/shape.hpp>
#include <xgrad/expr/operation.hpp>
#include <xgrad/expr/program.hpp>

#include <array>
#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

/// Names the operation that stands for Outer(Inner(operands...)), Outer having one operand. It has
/// the operands of Inner, and
///     static constexpr bool suits(const extents* operands);
/// tells from their declared extents whether it is to be used. Inner says
///     static constexpr bool begins_fusion = true;
template <class Outer, class Inner>
struct fusion
{
    using type = void;
};

namespace detail
{

template <class Op>
constexpr bool begins_fusion = requires
{
    requires Op::begins_fusion;
};

/// The operations that Inner forms with any of Outer.
template <class Inner, class... Outer>
struct fusions_of
{
    template <class Op>
    using list = std::conditional_t<std::is_void_v<typename fusion<Op, Inner>::type>, type_list<>,
                                    type_list<typename fusion<Op, Inner>::type>>;
    using type = typename join<type_list<>, list<Outer>...>::type;
};

/// All operations that those of a list may form, in order of their formation: an operation that
/// was formed may be the inner one of another.
template <class Inner, class All>
struct formed_operations;

template <class... Outer>
struct formed_operations<type_list<>, type_list<Outer...>>
{
    using type = type_list<>;
};

template <class Inner, class... Rest, class... Outer>
struct formed_operations<type_list<Inner, Rest...>, type_list<Outer...>>
{
    template <class List>
    struct of;
    template <class... New>
    struct of<type_list<New...>>
    {
        using type = typename join<type_list<New...>,
                                   typename formed_operations<type_list<Rest..., New...>,
                                                              type_list<Outer...>>::type>::type;
    };

    static auto formed()
    {
        if constexpr (begins_fusion<Inner>)
            return typename of<typename fusions_of<Inner, Outer...>::type>::type{};
        else
            return typename formed_operations<type_list<Rest...>, type_list<Outer...>>::type{};
    }
    using type = decltype(formed());
};

/// What `fusion` says of two operations: the number of the one that they form, or -1.
template <class Outer, class Inner, class List>
constexpr short fused_index()
{
    if constexpr (!begins_fusion<Inner> || is_leaf<Outer>)
        return -1;
    else if constexpr (std::is_void_v<typename fusion<Outer, Inner>::type>)
        return -1;
    else
        return List::template index_of<typename fusion<Outer, Inner>::type>();
}

template <class Op>
constexpr bool suits(const extents* operands)
{
    if constexpr (requires { Op::suits(operands); })
        return Op::suits(operands);
    else
        return false;
}

/// A program with fused entries, and how many records lie between an entry's own and the one that
/// holds its operands.
template <std::size_t N>
struct fused_program
{
    entry entries[N]{};
    short hops[N]{};
    std::size_t size = N;
};

template <class List>
struct fuser;

template <class... Op>
struct fuser<type_list<Op...>>
{
    using list = type_list<Op...>;
    static constexpr std::size_t count = sizeof...(Op);

    /// The row of one inner operation: what it forms with each outer one.
    template <class Inner>
    static constexpr std::array<short, count> row()
    {
        return {fused_index<Op, Inner, list>()...};
    }

    static constexpr std::array<std::array<short, count>, count> table{row<Op>()...};
    static constexpr bool (*suits[count])(const extents*) = {&detail::suits<Op>...};

    template <std::size_t N>
    static constexpr fused_program<N> fuse(const program<N>& p)
    {
        constexpr operation_traits traits[] = {traits_of<Op>()...};
        fused_program<N> f;
        extents shape[N]{};
        std::size_t consumers[N]{};
        bool absorbed[N]{};
        for (std::size_t i = 0; i < N; ++i)
        {
            f.entries[i] = p.entries[i];
            for (const short from : p.entries[i].argument)
                if (from >= 0)
                    ++consumers[from];
        }
        for (std::size_t i = 0; i < N; ++i)
        {
            entry& e = f.entries[i];
            const operation_traits& op = traits[e.operation];
            extents operands[max_arity];
            for (std::size_t k = 0; k < max_arity; ++k)
                if (e.argument[k] >= 0)
                    operands[k] = shape[e.argument[k]];
            shape[i] = op.leaf ? op.leaf_shape : op.infer(operands, nullptr).shape;
            const short inner = e.argument[0];
            if (inner < 0 || e.argument[1] >= 0 || consumers[inner] != 1)
                continue;
            const entry& before = f.entries[inner];
            const short formed = table[static_cast<std::size_t>(before.operation)]
                                      [static_cast<std::size_t>(e.operation)];
            if (formed < 0)
                continue;
            for (std::size_t k = 0; k < max_arity; ++k)
                if (before.argument[k] >= 0)
                    operands[k] = shape[before.argument[k]];
            if (!suits[formed](operands))
                continue;
            e = before;
            e.operation = formed;
            f.hops[i] = static_cast<short>(f.hops[inner] + 1);
            absorbed[inner] = true;
        }
        return compact(f, absorbed);
    }

private:
    template <std::size_t N>
    static constexpr fused_program<N> compact(const fused_program<N>& f, const bool* absorbed)
    {
        fused_program<N> result;
        result.size = 0;
        short place[N]{};
        for (std::size_t i = 0; i < N; ++i)
        {
            if (absorbed[i])
                continue;
            entry e = f.entries[i];
            for (short& argument : e.argument)
                if (argument >= 0)
                    argument = place[argument];
            place[i] = static_cast<short>(result.size);
            result.hops[result.size] = f.hops[i];
            result.entries[result.size++] = e;
        }
        return result;
    }
};

/// The program P of the operations Op, fused where possible: `program`, its `operations`, and
/// `hops` of each entry.
template <auto P, class... Op>
struct fused
{
    using formed = typename formed_operations<type_list<Op...>, type_list<Op...>>::type;
    using operations = typename join<type_list<Op...>, formed>::type;

    static constexpr auto rewritten = []
    {
        if constexpr (formed::size > 0)
            return fuser<operations>::fuse(detail::unpacked(P));
        else
        {
            const auto written = detail::unpacked(P);
            fused_program<P.size> same;
            for (std::size_t i = 0; i < P.size; ++i)
                same.entries[i] = written.entries[i];
            return same;
        }
    }();

    static constexpr auto program = []
    {
        xgrad::program<rewritten.size> result{};
        for (std::size_t i = 0; i < rewritten.size; ++i)
            result.entries[i] = rewritten.entries[i];
        return result;
    }();

    static constexpr const auto& hops = rewritten.hops;
};

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
