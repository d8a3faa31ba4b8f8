// SPDX-License-Identifier: BSD-3-Clause
#include "models/convnet.hpp"

#include "models/models.hpp"
#include "models/train.hpp"

void examples::train_convnet(session& s) { train<convnet>(s); }
