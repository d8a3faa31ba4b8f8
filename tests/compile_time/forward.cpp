// SPDX-License-Identifier: BSD-3-Clause

// What a header that only mentions layers, leaves and models costs.

#include <xgrad/forward.hpp>
#include <xgrad/nn/model.hpp>

void train(xgrad::nn::linear<float, 3, 2>& layer,
           xgrad::parameter<float, xgrad::shape<2>, xgrad::named<"offset">>& offset,
           xgrad::thread_pool& pool, xgrad::model<float>& model);
