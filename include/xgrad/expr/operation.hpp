// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What an operation is. An operation is a stateless type; two kinds exist.
//
// An elementwise operation derives from elementwise<Arity> and works on values V, which are SIMD
// vectors, scalars or number-like types of a user:
//
//     struct multiply_op : elementwise<2>
//     {
//         static constexpr const char* name = "multiply";
//         static constexpr saved reads = saved::arguments;      // what backward looks at
//
//         template <class V> static V forward(const V& a, const V& b);
//         template <class V> static void backward(const V& grad_out, const V& out,
//                                                 const V& a, const V& b, V& grad_a, V& grad_b);
//     };
//
// Where a loop knows that a dual number does not move it has its value alone, and calls both with
// operands of two types if they can be called so, as those of arithmetic can; else with whole ones.
//
// backward *assigns* the contributions; the region loop adds them where they belong. Neighbouring
// elementwise operations run as one loop.
//
// An operation of one operand may have a companion, which costs little beside it and is all that
// its backward reads, as the cosine beside the sine:
//
//         using companion = cos_op; // or void, where no operation computes it
//         template <class V> static std::pair<V, V> forward_with_companion(const V& x);
//         template <class V> static void backward_with_companion(const V& grad_out,
//                                                                const V& companion, V& grad_x);
//
// A loop that needs both, be it for values or for a gradient, computes them together.
//
// Any other operation works on whole tensors, given as views with static and dynamic extents:
//
//     struct matmul_op
//     {
//         static constexpr const char* name = "matmul";
//         static constexpr saved reads = saved::arguments;
//         static constexpr inferred infer(const extents& a, const extents& b);
//                                               // the result's extents, and what it expects
//
//         static void forward(auto context, auto out, auto a, auto b);
//         static void backward(auto context, auto grad_out, auto out, auto a, auto b,
//                              auto grad_a, auto grad_b);
//     };
//
// The operands may be one tensor twice, as in matmul(a, a): finish the first gradient before the
// second, which is then told to add. A gradient argument is a gradient_view, whose member
// `accumulate` says whether to add or to assign, or `no_gradient` where nobody asks for it.
// Optional members:
//     template <class T> static std::size_t scratch_bytes(const extents& out, const extents&...);
//     template <class T> static std::size_t saved_bytes(const extents& out, const extents&...);
//     static constexpr bool saves_for_backward = true;
//     static void evaluate(auto context, auto out, auto a, auto b);
//                                             // both: what is saved serves the backward alone, and
//                                             // evaluate, which has no saved memory, runs instead
//                                             // of forward where there will be none
//     static constexpr bool differentiable = false;
//     static constexpr bool chooses = true;   // elementwise: out is one of the operands after the
//                                             // first; see analysis::guarded
//     static constexpr bool alias = true;     // out is the first operand's memory (reshape)
//     static constexpr bool is_window(const extents& a);
//     static constexpr std::size_t window_offset(const extents& a, const settings*);
//                                             // out is a run of a's memory (slice) that begins at
//                                             // this element, `dynamic` where that is not known;
//                                             // forward and backward serve where it is none
//     static constexpr spread spread_of(const spread_operand* operands, const settings&);
//                                             // lets a plan cut the batch in parts, see spread.hpp
//     static constexpr bool multiplies_columns = true;
//                                             // out is a product of matrices, see
//                                             // streamed_product.hpp
//     template <class T, class... Shapes> // the name of the kernel's form, for descriptions
//     static const char* form(const extents& out, const extents* operands);
//     static constexpr double flops(const extents& out, const extents*);  // of forward
//     static constexpr detail::sentence given(const settings*);
//                                             // what it was given besides operands, as "axis<3>",
//                                             // for the sentence that says why they do not fit

#include <xgrad/core/sentence.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/program.hpp>
#include <xgrad/expr/spread.hpp>

#include <array>
#include <cstddef>
#include <type_traits>

namespace xgrad::inline XGRAD_ABI
{

/// What the backward of an operation reads besides the gradient of its result.
enum class saved : unsigned char
{
    nothing = 0,
    arguments = 1,
    output = 2,
    both = 3
};

constexpr bool reads_arguments(saved s) { return (static_cast<unsigned>(s) & 1u) != 0; }

constexpr bool reads_output(saved s) { return (static_cast<unsigned>(s) & 2u) != 0; }

/// The extents of an operation's result, and what the operands do not meet if they do not fit.
struct inferred
{
    extents shape{};
    bool fits = true; ///< told apart from the pointer, which g++'s sanitizers do not let a constant
                      ///< expression compare with null
    const expectation* unmet = nullptr;

    constexpr inferred() = default;
    constexpr inferred(const extents& result) : shape(result) {}
    constexpr inferred(const extents& result, const expectation& e)
        : shape(result), fits(false), unmet(&e)
    {
    }

    /// Takes note of @p e if it is not @p met, and nothing before it was unmet.
    constexpr inferred& expect(bool met, const expectation& e)
    {
        if (fits && !met)
            unmet = &e;
        fits = fits && met;
        return *this;
    }
};

namespace expects
{

inline constexpr expectation shapes_that_broadcast_together{"shapes that broadcast together"};
inline constexpr expectation operands_of_one_element_type{"operands of one element type"};
inline constexpr expectation an_axis_of_the_operand{"an axis of the operand"};
inline constexpr expectation axes_of_the_operand_each_named_once{
    "axes of the operand, each named once"};

} // namespace expects

/// Numbers given to an operation when the expression is written, such as where a slice begins.
using settings = std::array<std::ptrdiff_t, 4>;

/// NumPy's broadcasting of two tensors: axes are aligned at the last one, an axis of extent 1 is
/// repeated. An extent that is not known yet fits everything.
[[gnu::cold]] constexpr inferred broadcast(const extents& a, const extents& b)
{
    const extents& longer = a.rank < b.rank ? b : a;
    const extents& shorter = a.rank < b.rank ? a : b;
    inferred result(longer);
    for (std::size_t i = 1; i <= shorter.rank; ++i)
    {
        const std::size_t x = longer[longer.rank - i];
        const std::size_t y = shorter[shorter.rank - i];
        std::size_t& out = result.shape[longer.rank - i];
        if (x == y || y == 1)
            out = x;
        else if (x == 1)
            out = y;
        else if (x == dynamic)
            out = y;
        else
            result.expect(y == dynamic, expects::shapes_that_broadcast_together);
    }
    return result;
}

/// Base of the elementwise operations with Arity operands, which broadcast against each other.
template <std::size_t Arity>
struct elementwise
{
    static constexpr std::size_t elementwise_arity = Arity;

    static constexpr inferred infer(const extents& a) { return a; }

    static constexpr inferred infer(const extents& a, const extents& b) { return broadcast(a, b); }

    static constexpr inferred infer(const extents& a, const extents& b, const extents& c)
    {
        const inferred ab = broadcast(a, b);
        return broadcast(ab.shape, c).expect(ab.fits, expects::shapes_that_broadcast_together);
    }
};

template <class Op>
concept elementwise_operation = requires
{
    Op::elementwise_arity;
};

namespace detail
{

template <class Op>
constexpr bool is_leaf = requires
{
    typename Op::leaf_shape;
};

template <class Op>
constexpr bool is_alias = requires
{
    requires Op::alias;
};

template <class Op>
constexpr bool may_be_window = requires(const extents& a)
{
    Op::is_window(a);
};

/// Whether derivatives can pass through Op (a leaf: whether its own derivative is wanted).
template <class Op>
constexpr bool is_differentiable = []
{
    if constexpr (requires { Op::differentiable; })
        return bool{Op::differentiable};
    else
        return true;
}();

/// Whether several leaves of the type Op are to be expected in one expression.
template <class Op>
constexpr bool is_shared_leaf = requires
{
    requires Op::shared;
};

/// Whether the numbers of a leaf carry derivatives that are 0.
template <class Op>
constexpr bool is_still_leaf = requires
{
    requires Op::still;
};

/// Whether the parts of a leaf's numbers may lie apart, see number_parts.hpp.
template <class Op>
constexpr bool is_apart_leaf = requires
{
    requires Op::apart;
};

/// The part of a full reduction that a region can do by itself: sum, or sum divided by the count.
enum class reduction_kind : unsigned char
{
    none,
    sum,
    mean
};

template <class Op>
constexpr reduction_kind full_reduction = []
{
    if constexpr (requires { Op::full_reduction; })
        return Op::full_reduction;
    else
        return reduction_kind::none;
}();

template <class Op>
constexpr linearity linear_of = []
{
    if constexpr (requires { Op::linear; })
        return Op::linear;
    else
        return linearity::none;
}();

/// Functions and no null pointers: under g++'s undefined-behaviour sanitizer the comparison of a
/// function's address with null is no constant expression.
constexpr bool never_a_window(const extents&) { return false; }
constexpr std::size_t at_the_start(const extents&, const settings*) { return 0; }
constexpr sentence given_nothing(const settings*) { return {}; }
constexpr spread mixed_unless_fixed(const spread_operand* operands, const settings&)
{
    for (std::size_t k = 0; k < max_arity; ++k)
        if (operands[k].kind != spread::fixed)
            return spread::mixed;
    return spread::fixed;
}

/// Everything about an operation that can be told without its code.
struct operation_traits
{
    const char* name = "";
    bool leaf = false;
    bool shared = false;
    bool still = false; ///< numbers that carry derivatives, all of which are 0
    bool apart = false; ///< a leaf's numbers may lie with their parts apart
    bool elementwise = false;
    bool alias = false;
    bool differentiable = true;
    bool chooses = false; ///< the operands after the first are branches, of which one is taken
    bool multiplies_columns = false; ///< a product of matrices
    reduction_kind reduction = reduction_kind::none;
    saved reads = saved::nothing;
    extents leaf_shape{};
    inferred (*infer)(const extents* arguments, const settings* options) = nullptr;
    spread (*spread_of)(const spread_operand* operands, const settings&) = &mixed_unless_fixed;
    double (*flops)(const extents& out, const extents* operands) = nullptr;
    bool (*is_window)(const extents& operand) = &never_a_window;
    std::size_t (*window_offset)(const extents& operand, const settings* options) = &at_the_start;
    linearity linear = linearity::none;
    sentence (*given)(const settings* options) = &given_nothing;
};

template <class Op, std::size_t Arity>
[[gnu::cold]] constexpr inferred infer_with(const extents* a, const settings* options)
{
    if constexpr (Arity == 0)
        return {};
    else if constexpr (Arity == 1)
    {
        if constexpr (requires { Op::infer(a[0], options); })
            return Op::infer(a[0], options);
        else
            return Op::infer(a[0]);
    }
    else if constexpr (Arity == 2)
        return Op::infer(a[0], a[1]);
    else
        return Op::infer(a[0], a[1], a[2]);
}

/// Number of operands of Op, read off its `infer`.
template <class Op>
constexpr std::size_t arity = []() -> std::size_t {
    if constexpr (is_leaf<Op>)
        return 0;
    else if constexpr (elementwise_operation<Op>)
        return Op::elementwise_arity;
    else if constexpr (requires(extents e) { Op::infer(e, e, e); })
        return 3;
    else if constexpr (requires(extents e) { Op::infer(e, e); })
        return 2;
    else
        return 1;
}();

template <class Op>
constexpr operation_traits traits_of()
{
    operation_traits traits;
    traits.name = Op::name;
    traits.leaf = is_leaf<Op>;
    traits.shared = is_shared_leaf<Op>;
    traits.elementwise = elementwise_operation<Op>;
    traits.alias = is_alias<Op>;
    traits.differentiable = is_differentiable<Op>;
    traits.chooses = requires { requires Op::chooses; };
    traits.multiplies_columns = requires { requires Op::multiplies_columns; };
    traits.reduction = full_reduction<Op>;
    if constexpr (is_leaf<Op>)
    {
        traits.leaf_shape = Op::leaf_shape::value;
        traits.still = is_still_leaf<Op>;
        traits.apart = is_apart_leaf<Op>;
    }
    else
    {
        traits.infer = &infer_with<Op, arity<Op>>;
        traits.reads = Op::reads;
        traits.linear = linear_of<Op>;
        if constexpr (requires { &Op::spread_of; })
            traits.spread_of = &Op::spread_of;
        if constexpr (requires { &Op::flops; })
            traits.flops = &Op::flops;
        if constexpr (requires { &Op::given; })
            traits.given = &Op::given;
        if constexpr (may_be_window<Op>)
        {
            traits.is_window = &Op::is_window;
            traits.window_offset = &Op::window_offset;
        }
    }
    return traits;
}

} // namespace detail
} // namespace xgrad::inline XGRAD_ABI
