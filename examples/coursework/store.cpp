// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/store.hpp"

#include "support/error.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

#include <fstream>
#include <iterator>
#include <utility>

namespace examples::coursework
{

namespace
{

/// The JSON pointer to the first difference of two objects.
std::string first_difference(const json& a, const json& b)
{
    const json steps = json::diff(a, b);
    return steps.empty() ? "" : steps.at(0).at("path").get<std::string>();
}

std::string text_of(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

cell_store::cell_store(std::filesystem::path folder, json circumstances)
    : m_folder{std::move(folder)}, m_circumstances(std::move(circumstances))
{
}

std::filesystem::path cell_store::path_of(const cell& c) const
{
    return m_folder / (name_of(c) + ".json");
}

json cell_store::identity_of(const cell& c) const
{
    json identity{{"model", c.what->name}, {"setting", c.setting}};
    identity["config"] = examples::to_json(c.options);
    identity.update(m_circumstances);
    return identity;
}

cell_store::found cell_store::find(const cell& c) const
{
    const std::filesystem::path path = path_of(c);
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return {};
    const std::string name = one_line(path.string());
    try
    {
        const json document = json::parse(text_of(path));
        const std::string difference = first_difference(document.at("of"), identity_of(c));
        if (difference.empty())
            return {cell_result_from(document.at("result")), ""};
        return {{}, name + " is of another " + one_line(difference.substr(1)) + ", trained again"};
    }
    catch (const json::exception&)
    {
        return {{}, name + " is no result of coursework, trained again"};
    }
}

void cell_store::keep(const cell& c, const cell_result& r) const
{
    const json document{{"of", identity_of(c)}, {"result", to_json(r)}};
    write_file(path_of(c), document.dump() + '\n');
}

} // namespace examples::coursework
