// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdexcept>

// Outside the inline namespace: who catches an exception may be compiled for another processor than
// who throws it.
namespace xgrad
{

/// Base of every exception that xgrad throws on purpose.
struct error : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

/// Shapes that do not fit together; the sentence names the operation and the shapes.
struct shape_error : error
{
    using error::error;
};

/// A value outside the domain of an operation, such as a label without a class.
struct domain_error : error
{
    using error::error;
};

/// A leaf was used before anything was bound to it.
struct unbound_error : error
{
    using error::error;
};

/// A file or a stream does not hold what it should; the sentence names the file.
struct data_error : error
{
    using error::error;
};

} // namespace xgrad
