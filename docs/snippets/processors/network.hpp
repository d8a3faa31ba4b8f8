// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/nn/model.hpp>

#include <cstdint>
#include <memory>

std::unique_ptr<xgrad::model<float>> make_network_for_any_processor(std::uint64_t seed);
std::unique_ptr<xgrad::model<float>> make_network_for_avx2(std::uint64_t seed);
