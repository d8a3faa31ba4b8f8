// SPDX-License-Identifier: BSD-3-Clause
#include "show.hpp"

#include <xgrad/io/json.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <tuple>

using namespace xgrad;

namespace
{

struct small_network
{
    nn::linear<float, 2, 2> hidden;
    nn::linear<float, 2, 1> output;

    static constexpr std::array layer_names{"hidden", "output"};
    auto layers() { return std::tie(hidden, output); }
};

void save_and_load(const std::filesystem::path& path)
{
    small_network net;
    nn::initialize(net, nn::constant{0.5}, nn::zeros{}, 1);
    std::ofstream(path) << parameters_to_json(net);

    small_network restored;
    std::ifstream file(path);
    parameters_from_json(nlohmann::json::parse(file), restored);
    std::cout << parameters_to_json(restored).dump() << '\n';

    nn::linear<float, 3, 1> other;
    try
    {
        parameters_from_json(parameters_to_json(net.output), other);
    }
    catch (const data_error& e)
    {
        std::cout << e.what() << '\n';
    }
}

} // namespace

int main()
{
    const auto path = std::filesystem::temp_directory_path() / "xgrad_saving_example.json";
    section("saving"), save_and_load(path);
    std::filesystem::remove(path);
}
