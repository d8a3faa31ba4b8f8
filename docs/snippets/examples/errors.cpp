// SPDX-License-Identifier: BSD-3-Clause
#include "show.hpp"

using namespace xgrad;

namespace
{

void report(const auto& mistake)
{
    try
    {
        mistake();
    }
    catch (const error& e)
    {
        std::cout << e.what() << '\n';
    }
}

} // namespace

int main()
{
    input<float, shape<dynamic, 3>, named<"images">> images;
    parameter<float, shape<dynamic, 2>> weight(4);
    plan scores(sum(matmul(images, weight)));
    report([&] { scores.forward(); }); // nothing bound
    images.assign(xt::xtensor<float, 2>{{1, 2, 3}});
    report([&] { scores.forward(); });                          // 4 rows of weights for 3 pixels
    report([&] { images.assign(xt::xarray<float>{1, 2, 3}); }); // the rank is not in the type
}
