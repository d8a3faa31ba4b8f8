// SPDX-License-Identifier: BSD-3-Clause
#include <xgrad/data/batches.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <set>
#include <type_traits>
#include <vector>

using xgrad::batch_loader;
using xgrad::dataset_view;
using xgrad::hold_out;
using xgrad::image_dataset;

namespace
{

/// Images whose bytes tell which image and pixel they belong to; labels are number modulo 10.
image_dataset numbered_images(std::size_t count, std::size_t height, std::size_t width)
{
    image_dataset dataset;
    dataset.count = count;
    dataset.height = height;
    dataset.width = width;
    dataset.classes = 10;
    for (std::size_t image = 0; image < count; ++image)
    {
        dataset.labels.push_back(static_cast<std::uint8_t>(image % 10));
        for (std::size_t pixel = 0; pixel < height * width; ++pixel)
            dataset.pixels.push_back(static_cast<std::uint8_t>(image * 37 + pixel * 11));
    }
    return dataset;
}

template <class T>
std::vector<std::uint32_t> order_of(batch_loader<T>& loader, std::uint64_t epoch)
{
    std::vector<std::uint32_t> order;
    loader.start_epoch(epoch);
    for (auto part = loader.next_indices(); !part.empty(); part = loader.next_indices())
        order.insert(order.end(), part.begin(), part.end());
    return order;
}

} // namespace

static_assert(!std::is_constructible_v<dataset_view, image_dataset>,
              "a view of a temporary would dangle");
static_assert(std::is_nothrow_move_constructible_v<batch_loader<float>>);

TEST_CASE("dataset_view: a subset begins where asked")
{
    const image_dataset dataset = numbered_images(20, 2, 3);
    const dataset_view part = dataset_view(dataset).subset(5, 10).subset(2, 4);
    CHECK(part.count() == 4);
    CHECK(part.height() == 2);
    CHECK(part.width() == 3);
    CHECK(part.classes() == 10);
    CHECK(part.image(1) == dataset.pixels.data() + 8 * 6);
    CHECK(part.label(1) == 8);
    CHECK(dataset_view(dataset).subset(20, 0).count() == 0);
}

TEST_CASE("dataset_view: a subset beyond the end")
{
    const image_dataset dataset = numbered_images(20, 1, 1);
    const dataset_view view(dataset);
    CHECK_THROWS_WITH_AS(static_cast<void>(view.subset(15, 6)),
                         "dataset_view::subset: expected images among the 20 there are, found 6 "
                         "from number 15",
                         xgrad::domain_error);
    CHECK_THROWS_AS(static_cast<void>(view.subset(21, 0)), xgrad::domain_error);
    CHECK_THROWS_AS(static_cast<void>(view.subset(1, ~std::size_t{0})), xgrad::domain_error);
}

TEST_CASE("hold_out: the first images are for validation")
{
    const image_dataset dataset = numbered_images(20, 1, 1);
    const auto split = hold_out(dataset, 5);
    CHECK(split.validation.count() == 5);
    CHECK(split.validation.image(0) == dataset.pixels.data());
    CHECK(split.train.count() == 15);
    CHECK(split.train.image(0) == dataset.pixels.data() + 5);
    CHECK(hold_out(dataset, 0).train.count() == 20);
    CHECK(hold_out(dataset, 19).train.count() == 1);
}

TEST_CASE("hold_out: something must be left to learn from")
{
    const image_dataset dataset = numbered_images(20, 1, 1);
    CHECK_THROWS_WITH_AS(static_cast<void>(hold_out(dataset, 20)),
                         "hold_out: expected fewer images for validation than the 20 of the data "
                         "set, found 20",
                         xgrad::domain_error);
}

TEST_CASE_TEMPLATE("gather_images: every byte is divided by 255", T, float, double)
{
    // Sizes with and without tails behind the vectors, and an output that is not aligned.
    for (const std::size_t pixels : {1U, 3U, 8U, 15U, 16U, 17U, 31U, 33U, 64U, 784U})
    {
        const image_dataset dataset = numbered_images(300, 1, pixels);
        const std::vector<std::uint32_t> indices{299, 0, 7, 7, 123, 45};
        std::vector<T> out(1 + indices.size() * pixels + 1, T(-1));
        xgrad::gather_images(dataset_view(dataset), indices, out.data() + 1);
        CHECK(out.front() == T(-1));
        CHECK(out.back() == T(-1));
        for (std::size_t i = 0; i < indices.size() * pixels; ++i)
        {
            const auto byte = dataset.pixels[indices[i / pixels] * pixels + i % pixels];
            CHECK_UNARY(out[1 + i] == static_cast<T>(byte) * (T(1) / T(255)));
        }
    }
}

TEST_CASE_TEMPLATE("gather_images: black is 0 and white exactly 1", T, float, double)
{
    image_dataset dataset = numbered_images(1, 1, 2);
    dataset.pixels = {0, 255};
    std::vector<T> out(2);
    xgrad::gather_images(dataset_view(dataset), std::vector<std::uint32_t>{0}, out.data());
    CHECK(out == std::vector<T>{0, 1});
}

TEST_CASE("gather_images: no image is no work")
{
    const image_dataset dataset = numbered_images(1, 1, 2);
    float untouched = 5;
    xgrad::gather_images(dataset_view(dataset), {}, &untouched);
    CHECK(untouched == 5);
}

TEST_CASE("batch_loader: without a seed the images come in order, the last batch smaller")
{
    const image_dataset dataset = numbered_images(23, 2, 2);
    batch_loader<float> loader(dataset, 10);
    CHECK(loader.batches() == 3);
    CHECK(loader.batch_size() == 10);
    for (const std::uint64_t epoch : {0U, 1U})
    {
        std::size_t image = 0;
        std::vector<std::size_t> counts;
        for (const auto& batch : loader.epoch(epoch))
        {
            counts.push_back(batch.count);
            CHECK(reinterpret_cast<std::uintptr_t>(batch.pixels) % 64 == 0);
            for (std::size_t i = 0; i < batch.count; ++i, ++image)
            {
                CHECK(batch.labels[i] == dataset.labels[image]);
                for (std::size_t pixel = 0; pixel < 4; ++pixel)
                    CHECK(batch.pixels[4 * i + pixel] * 255 ==
                          doctest::Approx(dataset.pixels[4 * image + pixel]));
            }
        }
        CHECK(counts == std::vector<std::size_t>{10, 10, 3});
    }
}

TEST_CASE("batch_loader: the number of batches")
{
    for (const std::size_t count : {0U, 1U, 9U, 10U, 11U, 20U})
        for (const std::size_t size : {1U, 2U, 10U, 100U})
        {
            CAPTURE(count);
            CAPTURE(size);
            const image_dataset dataset = numbered_images(count, 1, 1);
            batch_loader<float> loader(dataset, size, 1);
            std::size_t batches = 0;
            std::size_t images = 0;
            while (const auto* batch = loader.next())
            {
                ++batches;
                images += batch->count;
            }
            CHECK(images == count);
            CHECK(batches == loader.batches());
            CHECK(loader.next() == nullptr);
        }
}

TEST_CASE("batch_loader: an epoch holds every image once, with its label")
{
    const image_dataset dataset = numbered_images(200, 1, 1);
    batch_loader<double> loader(dataset, 7, 42);
    std::vector<std::uint32_t> order = order_of(loader, 3);
    loader.start_epoch(3);
    std::size_t position = 0;
    while (const auto* batch = loader.next())
        for (std::size_t i = 0; i < batch->count; ++i, ++position)
        {
            CHECK(batch->labels[i] == dataset.labels[order[position]]);
            CHECK(batch->pixels[i] == dataset.pixels[order[position]] * (1.0 / 255));
        }
    std::sort(order.begin(), order.end());
    std::vector<std::uint32_t> all(200);
    std::iota(all.begin(), all.end(), 0U);
    CHECK(order == all);
}

TEST_CASE("batch_loader: the order depends on seed and epoch, not on what went before")
{
    const image_dataset dataset = numbered_images(100, 1, 1);
    batch_loader<float> loader(dataset, 10, 5);
    const auto begun = order_of(loader, 0);
    const auto later = order_of(loader, 9);
    CHECK(begun != later);
    CHECK(order_of(loader, 0) == begun);

    batch_loader<float> other_size(dataset, 33, 5);
    CHECK(order_of(other_size, 9) == later);
    batch_loader<float> other_seed(dataset, 10, 6);
    CHECK(order_of(other_seed, 0) != begun);

    batch_loader<float> fresh(dataset, 10, 5);
    CHECK(fresh.next_indices().front() == begun.front());

    // What users have published depends on these numbers.
    CHECK(std::vector<std::uint32_t>(begun.begin(), begun.begin() + 5) ==
          std::vector<std::uint32_t>{22, 77, 28, 39, 10});
}

TEST_CASE("batch_loader: images that are left to be gathered are those of the batch, part by part")
{
    const image_dataset dataset = numbered_images(50, 3, 4);
    constexpr std::size_t pixels = 12;
    batch_loader<float> gathered(dataset, 16, 5);
    batch_loader<float> deferred(dataset, 16, 5);
    for (std::uint64_t epoch = 0; epoch < 2; ++epoch)
    {
        std::size_t seen = 0;
        gathered.start_epoch(epoch);
        for (const auto& b : deferred.deferred_epoch(epoch))
        {
            const auto& expected = *gathered.next();
            REQUIRE(b.count == expected.count);
            CHECK(std::equal(b.labels, b.labels + b.count, expected.labels));
            std::vector<float> images(b.count * pixels);
            const auto write = [&](std::size_t first, std::size_t count)
            {
                const auto& rows = b.images.writer();
                rows.write(rows.context, first, count, &images[first * pixels]);
            };
            write(1, b.count - 1);
            write(0, 1);
            CHECK(std::equal(images.begin(), images.end(), expected.pixels));
            seen += b.count;
        }
        CHECK(seen == 50);
        CHECK(gathered.next() == nullptr);
    }
}

TEST_CASE("batch_loader: a batch may be larger than the data set and the loader may move")
{
    const image_dataset dataset = numbered_images(3, 1, 2);
    batch_loader<float> first(dataset, 100, 5);
    batch_loader<float> loader = std::move(first);
    const auto* batch = loader.next();
    REQUIRE(batch != nullptr);
    CHECK(batch->count == 3);
    CHECK(std::set<int>(batch->labels, batch->labels + 3) == std::set<int>{0, 1, 2});
    CHECK(loader.next() == nullptr);
}

TEST_CASE("batch_loader: the buffers stay where they are")
{
    const image_dataset dataset = numbered_images(50, 4, 4);
    batch_loader<float> loader(dataset, 8, 5);
    const float* pixels = loader.next()->pixels;
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch)
        for (const auto& batch : loader.epoch(epoch))
            CHECK(batch.pixels == pixels);
}

TEST_CASE("batch_loader: a batch of no images is refused")
{
    const image_dataset dataset = numbered_images(3, 1, 1);
    CHECK_THROWS_WITH_AS(batch_loader<float>(dataset, 0),
                         "batch_loader: expected a batch size of at least 1, found 0",
                         xgrad::domain_error);
    CHECK_THROWS_AS(batch_loader<float>(dataset, 0, 1), xgrad::domain_error);
}
