// SPDX-License-Identifier: BSD-3-Clause
#include "models/mlp.hpp"

#include "models/models.hpp"
#include "models/train.hpp"

void examples::train_mlp(session& s) { train<mlp>(s); }
