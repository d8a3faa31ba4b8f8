// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Mini-batches: the order of an epoch is a function of (seed, epoch), and the bytes of the images
// become numbers in [0, 1] while a batch is gathered.

#include <xgrad/core/error.hpp>
#include <xgrad/core/random.hpp>
#include <xgrad/core/row_source.hpp>
#include <xgrad/core/workspace.hpp>
#include <xgrad/data/image_dataset.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace xgrad::inline XGRAD_ABI
{

/// Consecutive images of a data set, which must outlive the view and stay as it is.
class dataset_view
{
public:
    /// All images of @p dataset.
    dataset_view(const image_dataset& dataset)
        : m_pixels{dataset.pixels.data()}, m_labels{dataset.labels.data()}, m_count{dataset.count},
          m_height{dataset.height}, m_width{dataset.width}, m_classes{dataset.classes}
    {
    }

    dataset_view(const image_dataset&&) = delete; // nothing would be left to look at

    [[nodiscard]] std::size_t count() const { return m_count; }
    [[nodiscard]] std::size_t height() const { return m_height; }
    [[nodiscard]] std::size_t width() const { return m_width; }
    [[nodiscard]] std::size_t classes() const { return m_classes; }
    [[nodiscard]] std::size_t pixels_per_image() const { return m_height * m_width; }

    /// The bytes of image number @p index, row-major.
    [[nodiscard]] const std::uint8_t* image(std::size_t index) const
    {
        return m_pixels + index * pixels_per_image();
    }

    [[nodiscard]] std::uint8_t label(std::size_t index) const { return m_labels[index]; }

    /// Images number @p first to @p first + @p count - 1. Throws domain_error beyond the end.
    [[nodiscard]] dataset_view subset(std::size_t first, std::size_t count) const
    {
        if (first > m_count || count > m_count - first)
            throw domain_error("dataset_view::subset: expected images among the " +
                               std::to_string(m_count) + " there are, found " +
                               std::to_string(count) + " from number " + std::to_string(first));
        dataset_view part = *this;
        part.m_pixels = image(first);
        part.m_labels += first;
        part.m_count = count;
        return part;
    }

private:
    const std::uint8_t* m_pixels;
    const std::uint8_t* m_labels;
    std::size_t m_count;
    std::size_t m_height;
    std::size_t m_width;
    std::size_t m_classes;
};

/// The images to learn from and those held out to judge the learning by.
struct dataset_split
{
    dataset_view train;
    dataset_view validation;
};

/// Holds out the first @p count images for validation. Throws domain_error when none would be left.
[[nodiscard]] inline dataset_split hold_out(const dataset_view& data, std::size_t count)
{
    if (count >= data.count())
        throw domain_error("hold_out: expected fewer images for validation than the " +
                           std::to_string(data.count()) + " of the data set, found " +
                           std::to_string(count));
    return {data.subset(count, data.count() - count), data.subset(0, count)};
}

namespace detail
{

/// Asks for the memory at @p bytes, which will be read soon, to come into the second-level cache:
/// of requests for the first, processors take few at a time and wait for room for the next.
inline void prefetch(const std::uint8_t* bytes, std::size_t count)
{
#if defined(__GNUC__)
    constexpr std::size_t cache_line = 64;
    constexpr int for_reading = 0;
    constexpr int second_level = 2;
    for (std::size_t offset = 0; offset < count; offset += cache_line)
        __builtin_prefetch(bytes + offset, for_reading, second_level);
#else
    static_cast<void>(bytes);
    static_cast<void>(count);
#endif
}

/// Asks for the images of the numbers @p indices.
inline void prefetch_images(const dataset_view& data, std::span<const std::uint32_t> indices)
{
    for (const std::uint32_t index : indices)
        detail::prefetch(data.image(index), data.pixels_per_image());
}

/// out[i] = bytes[i] / 255, as a product so that compilers make vectors of it.
template <std::floating_point T>
void scale_bytes(const std::uint8_t* __restrict bytes, std::size_t count, T* __restrict out)
{
    constexpr T scale = T(1) / T(255);
    for (std::size_t i = 0; i < count; ++i)
        out[i] = static_cast<T>(bytes[i]) * scale;
}

} // namespace detail

/// Writes the images of the numbers @p indices to @p out, (indices.size(), height, width) without
/// gaps, as numbers in [0, 1]. Several threads may gather parts of one batch.
template <std::floating_point T>
void gather_images(const dataset_view& data, std::span<const std::uint32_t> indices, T* out)
{
    constexpr std::size_t images_ahead = 4; // the order is random: no hardware foresees it
    const std::size_t pixels = data.pixels_per_image();
    detail::prefetch_images(data, indices.first(std::min(images_ahead, indices.size())));
    for (std::size_t i = 0; i < indices.size(); ++i)
    {
        if (i + images_ahead < indices.size())
            detail::prefetch(data.image(indices[i + images_ahead]), pixels);
        detail::scale_bytes(data.image(indices[i]), pixels, out + i * pixels);
    }
}

/// Writes the labels of the images of the numbers @p indices to @p out.
inline void gather_labels(const dataset_view& data, std::span<const std::uint32_t> indices,
                          std::uint8_t* out)
{
    for (std::size_t i = 0; i < indices.size(); ++i)
        out[i] = data.label(indices[i]);
}

/// Images and labels that were gathered, valid until the loader gathers the next.
template <std::floating_point T>
struct batch
{
    const T* pixels = nullptr;            ///< (count, height, width), 64-byte aligned, in [0, 1]
    const std::uint8_t* labels = nullptr; ///< (count)
    std::size_t count = 0;
};

/// A batch whose images are yet to be gathered, by the threads that work on them.
template <std::floating_point T>
struct deferred_batch
{
    row_source<T> images;                 ///< writes (count, height, width), in [0, 1]
    const std::uint8_t* labels = nullptr; ///< (count)
    std::size_t count = 0;
};

namespace detail
{

/// The images of a batch, and those of the next to ask for.
template <std::floating_point T>
struct images_to_gather
{
    dataset_view data;
    std::span<const std::uint32_t> indices;
    std::span<const std::uint32_t> later;

    void operator()(std::size_t first, std::size_t count, T* to) const
    {
        gather_images(data, indices.subspan(first, count), to);
        const auto same_place = later.subspan(std::min(first, later.size()));
        detail::prefetch_images(data, same_place.first(std::min(count, same_place.size())));
    }
};

} // namespace detail

/// Cuts a data set into batches, the last of them smaller where the sizes ask for it:
///
///     batch_loader<float> loader(split.train, 100, seed);
///     for (std::uint64_t epoch = 0; epoch < epochs; ++epoch)
///         for (const auto& batch : loader.epoch(epoch))
///             step(batch.pixels, batch.labels, batch.count);
///
/// Nothing is allocated after the constructor.
template <std::floating_point T>
class batch_loader
{
public:
    /// Batches of @p size images of @p data in the order of the data set. Throws domain_error when
    /// @p size is 0.
    batch_loader(const dataset_view& data, std::size_t size)
        : m_data{data}, m_size{checked(size)}, m_images{data, {}, {}}
    {
        if (data.count() > std::numeric_limits<std::uint32_t>::max())
            throw domain_error("batch_loader: expected fewer than 2^32 images, found " +
                               std::to_string(data.count()));
        m_order.resize(data.count());
        std::iota(m_order.begin(), m_order.end(), std::uint32_t{0});
        const std::size_t largest = std::min(size, data.count());
        m_pixels = make_aligned_buffer(largest * data.pixels_per_image() * sizeof(T));
        m_labels.resize(largest);
    }

    /// Batches in an order that is drawn anew for every epoch, from (@p seed, epoch). Begins in
    /// epoch 0.
    batch_loader(const dataset_view& data, std::size_t size, std::uint64_t seed)
        : batch_loader(data, size)
    {
        m_seed = seed;
        start_epoch(0);
    }

    batch_loader(const batch_loader&) = delete;
    batch_loader& operator=(const batch_loader&) = delete;
    batch_loader(batch_loader&&) noexcept = default;
    batch_loader& operator=(batch_loader&&) noexcept = default;

    [[nodiscard]] const dataset_view& data() const { return m_data; }
    [[nodiscard]] std::size_t batch_size() const { return m_size; }

    /// The number of batches in an epoch.
    [[nodiscard]] std::size_t batches() const
    {
        return m_data.count() / m_size + (m_data.count() % m_size != 0);
    }

    /// Goes to the start of epoch number @p epoch.
    void start_epoch(std::uint64_t epoch)
    {
        m_position = 0;
        if (!m_seed)
            return;
        random_stream stream(derive_seed(*m_seed, epoch));
        random::permutation(m_order, stream);
    }

    /// The numbers of the images of the next batch, none at the end of the epoch: for callers who
    /// gather them on their own, in several threads perhaps.
    std::span<const std::uint32_t> next_indices()
    {
        const std::size_t count = std::min(m_size, m_data.count() - m_position);
        const auto indices = std::span<const std::uint32_t>(m_order).subspan(m_position, count);
        m_position += count;
        return indices;
    }

    /// Gathers the next batch; null at the end of the epoch. Also asks for the images of the batch
    /// after it, which come out of memory while this one is learned from.
    const batch<T>* next()
    {
        const auto indices = next_indices();
        if (indices.empty())
            return nullptr;
        auto* pixels = reinterpret_cast<T*>(m_pixels.get());
        images_of(indices)(0, indices.size(), pixels);
        m_batch = {pixels, labels_of(indices), indices.size()};
        return &m_batch;
    }

    /// The same, but the images are left to be gathered by the threads that will work on them, as
    /// those of a plan do with the part of the batch that each has:
    ///     images.bind(b.images, b.count);
    const deferred_batch<T>* next_deferred()
    {
        const auto indices = next_indices();
        if (indices.empty())
            return nullptr;
        m_deferred = deferred_batch<T>{row_source<T>(images_of(indices)), labels_of(indices),
                                       indices.size()};
        return &*m_deferred;
    }

    /// The batches that are left of an epoch, as a range to pass through once. Next is the function
    /// of the loader that makes the next.
    template <auto Next>
    class remaining
    {
    public:
        explicit remaining(batch_loader& loader) : m_loader{&loader} {}

        class iterator
        {
        public:
            using pointer = decltype((std::declval<batch_loader&>().*Next)());

            explicit iterator(batch_loader& loader) : m_loader{&loader}, m_batch{(loader.*Next)()}
            {
            }

            decltype(auto) operator*() const { return *m_batch; }
            iterator& operator++()
            {
                m_batch = (m_loader->*Next)();
                return *this;
            }
            friend bool operator==(const iterator& i, std::default_sentinel_t)
            {
                return i.m_batch == nullptr;
            }

        private:
            batch_loader* m_loader;
            pointer m_batch;
        };

        [[nodiscard]] iterator begin() const { return iterator(*m_loader); }
        [[nodiscard]] std::default_sentinel_t end() const { return {}; }

    private:
        batch_loader* m_loader;
    };

    /// All batches of epoch number @p epoch.
    [[nodiscard]] auto epoch(std::uint64_t epoch)
    {
        start_epoch(epoch);
        return remaining<&batch_loader::next>(*this);
    }

    /// The same with their images left to be gathered.
    [[nodiscard]] auto deferred_epoch(std::uint64_t epoch)
    {
        start_epoch(epoch);
        return remaining<&batch_loader::next_deferred>(*this);
    }

private:
    const detail::images_to_gather<T>& images_of(std::span<const std::uint32_t> indices)
    {
        const auto later = std::span<const std::uint32_t>(m_order).subspan(m_position);
        m_images.indices = indices;
        m_images.later = later.first(std::min(later.size(), indices.size()));
        return m_images;
    }

    const std::uint8_t* labels_of(std::span<const std::uint32_t> indices)
    {
        gather_labels(m_data, indices, m_labels.data());
        return m_labels.data();
    }

    static std::size_t checked(std::size_t size)
    {
        if (size == 0)
            throw domain_error("batch_loader: expected a batch size of at least 1, found 0");
        return size;
    }

    dataset_view m_data;
    std::size_t m_size;
    std::optional<std::uint64_t> m_seed;
    std::vector<std::uint32_t> m_order;
    std::size_t m_position = 0;
    std::shared_ptr<std::byte> m_pixels;
    std::vector<std::uint8_t> m_labels;
    batch<T> m_batch;
    detail::images_to_gather<T> m_images;
    std::optional<deferred_batch<T>> m_deferred;
};

} // namespace xgrad::inline XGRAD_ABI
