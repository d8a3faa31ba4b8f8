// SPDX-License-Identifier: BSD-3-Clause
#include "models/deep_mlp.hpp"

#include "models/models.hpp"
#include "models/train.hpp"

void examples::train_deep_mlp(session& s) { train<deep_mlp>(s); }
