// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The parameters of a network as one JSON document and back, for programs that use nlohmann_json
// (the CMake target xgrad::json brings it):
//
//     {"hidden.weight": {"extents": [2, 16], "values": [0.1, ...]}, "hidden.bias": ...}
//
// A parameter is called by the layers that it lies in and its own name: `weight` of the second
// layer of a network is "1.weight", and "output.weight" if the network names its layers:
//
//     static constexpr std::array layer_names{"hidden", "output"};

#include <xgrad/core/error.hpp>
#include <xgrad/core/shape.hpp>
#include <xgrad/expr/leaf.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace xgrad::inline XGRAD_ABI
{

namespace detail
{

template <class T, class Shape, class Tag>
std::string name_of(const parameter<T, Shape, Tag>&, std::size_t position)
{
    if constexpr (requires { Tag::text; })
        return Tag::text;
    else
        return std::to_string(position);
}

template <class Module, std::size_t Layers>
std::string layer_name(std::size_t position)
{
    if constexpr (requires { Module::layer_names; })
    {
        static_assert(std::size(Module::layer_names) == Layers,
                      "xgrad: layer_names of a network names each of its layers()");
        return std::string(Module::layer_names[position]);
    }
    else
        return std::to_string(position);
}

/// Calls visit(name, parameter) for every parameter of a layer or a network, in order.
template <class Module, class F>
void visit_named(Module& module, const std::string& path, F&& visit)
{
    std::size_t position = 0;
    if constexpr (requires { module.layers(); })
    {
        constexpr std::size_t count = std::tuple_size_v<decltype(module.layers())>;
        const auto visit_layer = [&](auto& layer) {
            detail::visit_named(layer, path + detail::layer_name<Module, count>(position++) + ".",
                                visit);
        };
        std::apply([&](auto&... layer) { (visit_layer(layer), ...); }, module.layers());
    }
    else
        module.visit_parameters([&](auto& p, const auto&...)
                                { visit(path + detail::name_of(p, position++), p); });
}

template <class Json>
const Json& member(const Json& object, const char* key, const std::string& name)
{
    if (!object.is_object() || !object.contains(key) || !object[key].is_array())
        throw data_error("xgrad: " + name + ": expected an object with an array \"" + key +
                         "\", found " + (object.is_object() ? "none in it" : object.type_name()));
    return object[key];
}

template <class Json>
Json extents_to_json(const extents& e)
{
    const auto first = e.extent.begin();
    return std::vector<std::size_t>(first, first + static_cast<std::ptrdiff_t>(e.rank));
}

/// Throws unless @p entry is a tensor of the extents @p e with numbers up to @p largest.
template <class Json>
void require_tensor(const Json& entry, const std::string& name, const extents& e, double largest)
{
    const Json& found = detail::member(entry, "extents", name);
    const Json expected = detail::extents_to_json<Json>(e);
    if (found != expected)
        throw data_error("xgrad: " + name + ": expected the extents " + expected.dump() +
                         ", found " + found.dump());
    const Json& values = detail::member(entry, "values", name);
    if (values.size() != e.size())
        throw data_error("xgrad: " + name + ": expected " + std::to_string(e.size()) +
                         " values, found " + std::to_string(values.size()));
    if (entry.size() != 2)
        throw data_error("xgrad: " + name + ": expected \"extents\" and \"values\" alone, found " +
                         std::to_string(entry.size()) + " members");
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!values[i].is_number() || !(std::abs(values[i].template get<double>()) <= largest))
            throw data_error("xgrad: " + name + ": expected value " + std::to_string(i) +
                             " to be a number up to " + Json(largest).dump() + ", found " +
                             values[i].dump());
}

template <class Json, class T, class Shape, class Tag>
Json tensor_to_json(const parameter<T, Shape, Tag>& p, const std::string& name)
{
    Json values = Json::array();
    for (std::size_t i = 0; i < p.size(); ++i)
    {
        if (!std::isfinite(p.data()[i]))
            throw data_error("xgrad: " + name + ": expected finite numbers, which JSON can hold, " +
                             "found " + std::to_string(p.data()[i]) + " as value " +
                             std::to_string(i));
        values.push_back(p.data()[i]);
    }
    return {{"extents", detail::extents_to_json<Json>(p.shape())}, {"values", std::move(values)}};
}

/// The values of @p entry, which was found to be right.
template <class Json, class T, class Shape, class Tag>
void read_tensor(const Json& entry, parameter<T, Shape, Tag>& p)
{
    T* out = p.data();
    for (const Json& value : entry["values"])
        *out++ = value.template get<T>();
}

} // namespace detail

/// `nlohmann::json document = net.output.bias;`
template <class Json, class T, class Shape, class Tag>
void to_json(Json& document, const parameter<T, Shape, Tag>& p)
{
    document = detail::tensor_to_json<Json>(p, "a parameter");
}

/// `document.get_to(net.output.bias);` Throws data_error when the document is not of its shape.
template <class Json, class T, class Shape, class Tag>
void from_json(const Json& document, parameter<T, Shape, Tag>& p)
{
    detail::require_tensor(document, "a parameter", p.shape(), std::numeric_limits<T>::max());
    detail::read_tensor(document, p);
}

/// All parameters of a layer or a network.
template <class Json = nlohmann::json, class Module>
[[nodiscard]] Json parameters_to_json(Module& module)
{
    Json document = Json::object();
    detail::visit_named(module, "",
                        [&](const std::string& name, const auto& p)
                        {
                            if (document.contains(name))
                                throw data_error("xgrad: expected parameters with different names, "
                                                 "found two called " +
                                                 name);
                            document[name] = detail::tensor_to_json<Json>(p, name);
                        });
    return document;
}

/// Sets all parameters of a layer or a network to those of @p document, which has to hold just
/// them. Otherwise throws data_error, with the name of a parameter, what was expected and what was
/// found, and sets none.
template <class Json, class Module>
void parameters_from_json(const Json& document, Module& module)
{
    if (!document.is_object())
        throw data_error("xgrad: expected an object of parameters, found " +
                         std::string(document.type_name()));
    std::set<std::string> unknown;
    for (const auto& [name, entry] : document.items())
        unknown.insert(name);
    detail::visit_named(
        module, "",
        [&]<class T, class Shape, class Tag>(const std::string& name, parameter<T, Shape, Tag>& p)
        {
            if (unknown.erase(name) == 0)
                throw data_error("xgrad: expected a parameter called " + name + ", found none");
            detail::require_tensor(document[name], name, p.shape(), std::numeric_limits<T>::max());
        });
    if (!unknown.empty())
        throw data_error("xgrad: expected only parameters of the network, found " +
                         *unknown.begin());
    detail::visit_named(module, "",
                        [&](const std::string& name, auto& p)
                        { detail::read_tensor(document[name], p); });
}

} // namespace xgrad::inline XGRAD_ABI
