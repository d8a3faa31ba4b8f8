// SPDX-License-Identifier: BSD-3-Clause
#include "models/softmax_regression.hpp"

#include "models/models.hpp"
#include "models/train.hpp"

void examples::train_softmax_regression(session& s) { train<softmax_regression>(s); }
