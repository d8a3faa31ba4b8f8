// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "coursework/cell.hpp"
#include "coursework/store.hpp"
#include "support/dataset.hpp"
#include "support/progress.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace examples::coursework
{

/// Trains the cells, several at a time on @p threads threads, the largest first; with fewer cells
/// than threads each takes several. What @p store holds already is not trained, and what is
/// finished is kept there; it may be null. The results are in the order of the cells; after Ctrl-C
/// some are missing. Throws what a training throws, after those at the same time have ended.
std::vector<std::optional<cell_result>> train_cells(std::span<const cell> cells,
                                                    const dataset& data, std::size_t threads,
                                                    const cell_store* store, progress::style style);

} // namespace examples::coursework
