// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A network is a plain value: a struct with layers as members, a call operator that returns an
// expression, and one line that names its layers:
//
//     struct mlp
//     {
//         nn::linear<float, 784, 32> hidden;
//         nn::linear<float, 32, 10> output;
//
//         auto operator()(const auto& x) const { return output(relu(hidden(x))); }
//         auto layers() { return std::tie(hidden, output); }
//     };
//
// A layer hands out its parameters by visit_parameters(visit), which calls
// visit(parameter, parameter_role, fans) for each.

#include <xgrad/core/random.hpp>
#include <xgrad/nn/initializers.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>
#include <variant>

namespace xgrad::inline XGRAD_ABI::nn
{

/// What a parameter is for, which decides what it starts from.
enum class parameter_role : unsigned char
{
    weight,
    bias
};

/// Calls visit(parameter, role, fans) for every parameter of a layer or a network, in order.
template <class Module, class F>
void visit_parameters(Module& module, F&& visit)
{
    if constexpr (requires { module.layers(); })
        std::apply([&](auto&... layer) { (nn::visit_parameters(layer, visit), ...); },
                   module.layers());
    else
        module.visit_parameters(visit);
}

/// Number of scalars that a layer or a network learns.
template <class Module>
[[nodiscard]] std::size_t parameter_count(Module& module)
{
    std::size_t count = 0;
    nn::visit_parameters(module, [&](const auto& parameter, parameter_role, const fans&)
                         { count += parameter.size(); });
    return count;
}

namespace detail
{

/// Fills values with whichever initializer was chosen; one instantiation for each element type.
template <class T>
[[gnu::cold]] void fill(std::span<T> values, const initializer& from, const fans& f,
                        random_stream stream)
{
    std::visit([&](const auto& init) { init(values, f, stream); }, from);
}

} // namespace detail

/// Sets every parameter of a layer or a network: weights from @p weights, biases from @p biases,
/// the k-th parameter from the k-th stream of @p seed.
inline void initialize(auto& module, const initializer& weights, const initializer& biases,
                       std::uint64_t seed)
{
    std::uint64_t stream_number = 0;
    nn::visit_parameters(module,
                         [&](auto& parameter, parameter_role role, const fans& f)
                         {
                             using T =
                                 typename std::remove_cvref_t<decltype(parameter)>::value_type;
                             detail::fill<T>({parameter.data(), parameter.size()},
                                             role == parameter_role::bias ? biases : weights, f,
                                             random_stream(seed, stream_number++));
                         });
}

} // namespace xgrad::inline XGRAD_ABI::nn
