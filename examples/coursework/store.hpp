// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "coursework/cell.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace examples::coursework
{

/// Keeps the results of finished cells in a folder, a file for each that is there whole or not at
/// all, and gives them back to a later run that would do the same: same configuration, images and
/// program.
class cell_store
{
public:
    /// @p circumstances is what the results depend on beside the cell itself.
    cell_store(std::filesystem::path folder, json circumstances);

    struct found
    {
        std::optional<cell_result> result;
        std::string note; ///< why what there is cannot be used; empty where there is nothing
    };

    [[nodiscard]] found find(const cell& c) const;

    /// Throws run_error.
    void keep(const cell& c, const cell_result& r) const;

private:
    [[nodiscard]] std::filesystem::path path_of(const cell& c) const;
    [[nodiscard]] json identity_of(const cell& c) const;

    std::filesystem::path m_folder;
    json m_circumstances;
};

} // namespace examples::coursework
