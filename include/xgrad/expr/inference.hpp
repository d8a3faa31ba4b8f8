// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/core/error.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/core/thread_pool.hpp>
#include <xgrad/core/xtensor.hpp>
#include <xgrad/core/xtensor_shape.hpp>
#include <xgrad/expr/batch_plan_state.hpp>
#include <xgrad/expr/expression.hpp>
#include <xgrad/expr/leaf.hpp>
#include <xgrad/expr/structure.hpp>
#include <xgrad/expr/sweeps.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace xgrad::inline XGRAD_ABI
{

/// An expression as a function of some of its inputs: computes values only, keeps nothing for a
/// backward sweep, and may be called from several threads at once, which share the parameters.
///
///     const xgrad::inference predict(net(images), images);
///     xt::xtensor<float, 2> scores = predict(pixels);   // a new container, or
///     predict.into(scores, pixels);                     // no allocation, after the first call
///
/// What else the expression mentions is read where it lies, so a trained parameter is seen at once;
/// nobody may write it, nor bind an input of those not named here, while a call is under way. Each
/// call works in buffers of its own, of which as many are kept as calls were ever under way.
template <class E, class... Inputs>
class inference
{
    using T = typename E::value_type;
    using structure = detail::structure<E, false>;
    using state = detail::plan_state_of<structure>;

    static constexpr std::size_t rank = E::rank;

public:
    /// Throws xgrad::error if the expression does not mention one of @p inputs.
    explicit inference(const E& root, const Inputs&... inputs)
        : inference(thread_pool(1), root, inputs...)
    {
    }

    /// The same, large batches on the threads of @p pool.
    inference(thread_pool pool, const E& root, const Inputs&... inputs)
        : m_root(root), m_pool(std::move(pool)), m_shared(std::make_unique<shared>())
    {
        auto first = make();
        const std::array<const detail::record*, sizeof...(Inputs)> records{
            inputs.handle().get()...};
        for (std::size_t i = 0; i < records.size(); ++i)
            m_leaf[i] = leaf_of(first->first().nodes(), records[i], i);
        m_shared->idle.push_back(std::move(first));
    }

    /// The value at @p values, row-major containers in the order of the inputs: a new container, or
    /// a number. Throws shape_error.
    template <detail::any_xtensor... Values>
        requires(sizeof...(Values) == sizeof...(Inputs))
    [[nodiscard]] auto operator()(const Values&... values) const
    {
        if constexpr (rank == 0)
        {
            T result{};
            call([&](const state& s) { result = *s.value; }, values...);
            return result;
        }
        else
        {
            xt::xtensor<T, rank> result;
            into(result, values...);
            return result;
        }
    }

    /// The same into a container, which gets the extents of the value.
    template <class Container, detail::any_xtensor... Values>
        requires(rank > 0 && sizeof...(Values) == sizeof...(Inputs))
    void into(Container& result, const Values&... values) const
    {
        call(
            [&](const state& s)
            {
                std::array<std::size_t, rank> extents_of_result{};
                std::copy_n(s.shape.extent.begin(), rank, extents_of_result.begin());
                result.resize(extents_of_result);
                std::copy_n(s.value, s.shape.size(), result.data());
            },
            values...);
    }

private:
    /// The states that no call is using. Behind a pointer, so that an inference can be moved.
    struct shared
    {
        std::mutex mutex;
        std::vector<std::unique_ptr<state>> idle;
    };

    static std::size_t leaf_of(const detail::graph& g, const detail::record* wanted, std::size_t i)
    {
        const auto leaves = g.leaves();
        for (std::size_t k = 0; k < leaves.size(); ++k)
            if (g.nodes()[leaves[k]].source == wanted)
                return k;
        throw error("xgrad::inference: expected inputs that the expression mentions, found "
                    "that it does not depend on the one number " +
                    std::to_string(i + 1));
    }

    /// What messages say of a call.
    struct called
    {
        static constexpr const char* name = "inference";
    };

    template <class Input, class Values>
    static detail::leaf_memory memory_of(const Values& values)
    {
        using element = typename Input::value_type;
        if constexpr (!std::convertible_to<decltype(values.data()), const element*>)
            detail::refuse<called, expects::elements_of_the_type_of_the_input,
                           typename Values::value_type, element>();
        static_assert(Values::static_layout == xt::layout_type::row_major,
                      "xgrad::inference: expected values in a row-major container, found another "
                      "layout");
        const extents e = detail::extents_fitting<called, typename Input::shape_type>(values);
        static const element no_element{}; // an empty container may have no memory at all
        const element* const data =
            e.size() == 0 ? &no_element : values.data() + values.data_offset();
        return {reinterpret_cast<std::byte*>(const_cast<element*>(data)), nullptr, e};
    }

    template <class Use, class... Values>
    void call(Use use, const Values&... values) const
    {
        std::unique_ptr<state> s = take();
        const auto leaves = s->first().nodes().leaves().size();
        s->given.resize(leaves);
        std::size_t i = 0;
        ((s->given[m_leaf[i++]] = memory_of<Inputs>(values)), ...);
        s->forward(&detail::sweeps<E, false>::forward);
        use(std::as_const(*s));
        give_back(std::move(s));
    }

    std::unique_ptr<state> take() const
    {
        {
            const std::lock_guard lock(m_shared->mutex);
            if (!m_shared->idle.empty())
            {
                auto s = std::move(m_shared->idle.back());
                m_shared->idle.pop_back();
                return s;
            }
        }
        return make();
    }

    std::unique_ptr<state> make() const
    {
        auto s = std::make_unique<state>(m_root.handle().get(), structure::all_facts, false);
        s->pool = m_pool;
        return s;
    }

    void give_back(std::unique_ptr<state> s) const
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->idle.push_back(std::move(s));
    }

    E m_root;
    thread_pool m_pool;
    std::array<std::size_t, sizeof...(Inputs)>
        m_leaf{}; ///< the place of each input among the leaves
    std::unique_ptr<shared> m_shared;
};

template <expression_like E, expression_like... Inputs>
inference(const E&, const Inputs&...) -> inference<detail::expression_type<E>, Inputs...>;

template <expression_like E, expression_like... Inputs>
inference(thread_pool, const E&, const Inputs&...)
    -> inference<detail::expression_type<E>, Inputs...>;

} // namespace xgrad::inline XGRAD_ABI
