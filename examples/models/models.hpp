// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace examples
{

class session;

// The training of each network, compiled once for its own program and for `coursework`.

void train_softmax_regression(session& s);
void train_mlp(session& s);
void train_deep_mlp(session& s);
void train_convnet(session& s);

} // namespace examples
