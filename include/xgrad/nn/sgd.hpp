// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <xgrad/expr/parameters.hpp>
#include <xgrad/kernels/sgd.hpp>

#include <cstdint>
#include <utility>

namespace xgrad::inline XGRAD_ABI::nn
{

/// Gradient descent: value -= rate * gradient, one loop over the flat buffer of all parameters.
///     nn::sgd optimizer(training.parameters(), 0.1);
template <class T>
class sgd
{
public:
    sgd(parameter_set<T> parameters, double learning_rate)
        : m_parameters(std::move(parameters)), m_rate(static_cast<T>(learning_rate))
    {
    }

    /// Takes one step with the gradients that the last sweep left.
    void update() const
    {
        for (const auto& run : m_parameters.runs())
            if (m_parameters.shared() && is_aligned(run.value))
                kernels::sgd_update<true>(run.size, run.value, run.gradient, m_rate);
            else
                kernels::sgd_update(run.size, run.value, run.gradient, m_rate);
    }

    void set_learning_rate(double rate) { m_rate = static_cast<T>(rate); }

    [[nodiscard]] const parameter_set<T>& parameters() const { return m_parameters; }

private:
    /// Memory of the user's begins where it likes.
    static bool is_aligned(const T* p)
    {
        return reinterpret_cast<std::uintptr_t>(p) % simd::alignment == 0;
    }

    parameter_set<T> m_parameters;
    T m_rate;
};

} // namespace xgrad::inline XGRAD_ABI::nn
