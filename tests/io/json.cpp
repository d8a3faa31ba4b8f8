// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/io/json.hpp>
#include <xgrad/nn.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

using namespace xgrad;
using nlohmann::json;

namespace
{

struct encoder
{
    nn::linear<float, 2, 3> first;
    nn::linear<float, 3, 2> second;

    auto layers() { return std::tie(first, second); }
};

struct network
{
    encoder inner;
    nn::linear<double, 2, 1> output;

    static constexpr std::array layer_names{"encoder", "output"};
    auto layers() { return std::tie(inner, output); }
};

/// A layer of someone's own, with parameters of two ranks, one without a name and one as long as
/// the program says.
struct scale
{
    parameter<float> factor;
    parameter<float, shape<dynamic>, named<"offset">> offset;

    scale() : offset(2) {}

    void visit_parameters(auto&& visit)
    {
        visit(factor, nn::parameter_role::weight, nn::fans{});
        visit(offset, nn::parameter_role::bias, nn::fans{});
    }
};

struct twins
{
    parameter<float, shape<1>, named<"twin">> one, other;

    void visit_parameters(auto&& visit)
    {
        visit(one, nn::parameter_role::weight, nn::fans{});
        visit(other, nn::parameter_role::weight, nn::fans{});
    }
};

std::vector<double> values_of(auto& module)
{
    std::vector<double> values;
    nn::visit_parameters(module, [&](auto& p, nn::parameter_role, const nn::fans&)
                         { values.insert(values.end(), p.data(), p.data() + p.size()); });
    return values;
}

network random_network()
{
    network net;
    nn::initialize(net, nn::normal{1}, nn::normal{1}, 3);
    return net;
}

/// The document of a network with one change, and the sentence with which reading it fails.
std::string sentence(auto change)
{
    network source = random_network();
    json document = parameters_to_json(source);
    change(document);
    network net;
    std::string what = "nothing";
    try
    {
        parameters_from_json(document, net);
    }
    catch (const data_error& e)
    {
        what = e.what();
        CHECK(values_of(net) == std::vector<double>(20)); // not even a part was read
    }
    return what;
}

} // namespace

TEST_CASE("json: the document is a tensor for each parameter by name")
{
    scale layer;
    layer.factor.value() = 0.5f;
    layer.offset.value()(1) = -2;
    CHECK(parameters_to_json(layer) == json::parse(R"({
        "0": {"extents": [], "values": [0.5]},
        "offset": {"extents": [2], "values": [0, -2]}})"));
}

TEST_CASE("json: names are those of the layers, or their places")
{
    network net;
    const auto document = parameters_to_json<nlohmann::ordered_json>(net);
    std::vector<std::string> names;
    for (const auto& [name, entry] : document.items())
        names.push_back(name);
    CHECK(names == std::vector<std::string>{"encoder.0.weight", "encoder.0.bias",
                                            "encoder.1.weight", "encoder.1.bias", "output.weight",
                                            "output.bias"});
    CHECK(document["encoder.0.weight"]["extents"] == nlohmann::ordered_json{2, 3});
}

TEST_CASE("json: a network comes back from text as it was, to the last bit")
{
    network net = random_network();
    net.inner.first.bias.value()(0) = 0.1f;
    net.output.bias.value()(0) = std::numeric_limits<double>::denorm_min();
    network copy;
    parameters_from_json(json::parse(parameters_to_json(net).dump()), copy);
    CHECK(values_of(copy) == values_of(net));
}

TEST_CASE("json: a parameter alone converts as other values do")
{
    nn::linear<float, 2, 2> layer;
    nn::initialize(layer, nn::normal{1}, nn::zeros{}, 3);
    const json document = layer.weight;
    nn::linear<float, 2, 2> other;
    document.get_to(other.weight);
    CHECK(values_of(other) == values_of(layer));
    CHECK_THROWS_WITH_AS(document.get_to(other.bias),
                         "xgrad: a parameter: expected the extents [2], found [2,2]", data_error);
}

TEST_CASE("json: what does not fit is refused with a sentence, and nothing is read")
{
    CHECK(sentence([](json&) {}) == "nothing");
    CHECK(sentence([](json& d) { d = 1; }) ==
          "xgrad: expected an object of parameters, found number");
    CHECK(sentence([](json& d) { d.erase("output.bias"); }) ==
          "xgrad: expected a parameter called output.bias, found none");
    CHECK(sentence([](json& d) { d["3.weight"] = 0; }) ==
          "xgrad: expected only parameters of the network, found 3.weight");
    CHECK(sentence([](json& d) { d["output.bias"] = 1; }) ==
          "xgrad: output.bias: expected an object with an array \"extents\", found number");
    CHECK(sentence([](json& d) { d["output.bias"]["values"] = 1; }) ==
          "xgrad: output.bias: expected an object with an array \"values\", found none in it");
    CHECK(sentence(
              [](json& d) {
                  d["output.weight"]["extents"] = {1, 2};
              }) == "xgrad: output.weight: expected the extents [2,1], found [1,2]");
    CHECK(sentence([](json& d) { d["output.weight"]["values"].push_back(1); }) ==
          "xgrad: output.weight: expected 2 values, found 3");
    CHECK(sentence([](json& d) { d["output.weight"]["type"] = "double"; }) ==
          "xgrad: output.weight: expected \"extents\" and \"values\" alone, found 3 members");
    CHECK(sentence([](json& d) { d["output.weight"]["values"][1] = "1"; }) ==
          "xgrad: output.weight: expected value 1 to be a number up to 1.7976931348623157e+308, "
          "found \"1\"");
    CHECK(sentence([](json& d) { d["encoder.0.bias"]["values"][2] = -1e39; }) ==
          "xgrad: encoder.0.bias: expected value 2 to be a number up to 3.4028234663852886e+38, "
          "found -1e+39");
}

TEST_CASE("json: what the document could not tell is not written")
{
    network net;
    net.output.weight.value()(1, 0) = std::numeric_limits<double>::infinity();
    CHECK_THROWS_WITH_AS(static_cast<void>(parameters_to_json(net)),
                         "xgrad: output.weight: expected finite numbers, which JSON can hold, "
                         "found inf as value 1",
                         data_error);
    twins layer;
    CHECK_THROWS_WITH_AS(static_cast<void>(parameters_to_json(layer)),
                         "xgrad: expected parameters with different names, found two called twin",
                         data_error);
}
