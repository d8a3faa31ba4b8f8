// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/calculus.hpp>

#include <cmath>
#include <iostream>

template <class T>
T distance(const T& x, const T& y) // a template that knows nothing of xgrad
{
    using std::sqrt;
    T sum = 0;
    sum += x * x;
    sum += y * y;
    return sqrt(sum);
}

int main()
{
    using number = xgrad::dual<double, 2>; // two directions at once
    const number d = distance(number::variable(3, 0), number::variable(4, 1));
    std::cout << d.value << ' ' << d.tangent[0] << ' ' << d.tangent[1] << '\n'; // 5 0.6 0.8
}
