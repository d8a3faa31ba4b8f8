// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "coursework/table.hpp"
#include "support/dataset.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace examples::coursework
{

/// Draws all that the rows allow, as SVG and PNG, into @p folder. Returns sentences about what
/// could not be drawn. Throws run_error when a picture cannot be written.
std::vector<std::string> draw_pictures(std::span<const table_row> rows, const dataset& data,
                                       const std::filesystem::path& folder);

} // namespace examples::coursework
