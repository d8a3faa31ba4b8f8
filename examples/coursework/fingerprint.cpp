// SPDX-License-Identifier: BSD-3-Clause
#include "coursework/fingerprint.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <span>
#include <vector>

namespace examples::coursework
{

namespace
{

/// FNV-1a, G. Fowler, L. C. Noll, K.-P. Vo: tells files apart, though not against malice.
class fnv_hash
{
public:
    void add(std::span<const std::uint8_t> bytes)
    {
        for (const std::uint8_t byte : bytes)
            m_state = (m_state ^ byte) * 0x100000001b3U;
    }

    [[nodiscard]] std::string text() const
    {
        std::array<char, 17> digits{};
        std::snprintf(digits.data(), digits.size(), "%016llx",
                      static_cast<unsigned long long>(m_state));
        return digits.data();
    }

private:
    std::uint64_t m_state = 0xcbf29ce484222325U;
};

} // namespace

std::string fingerprint(const dataset& data)
{
    fnv_hash hash;
    for (const xgrad::image_dataset* images : {&data.images.train, &data.images.test})
    {
        hash.add(images->pixels);
        hash.add(images->labels);
    }
    return hash.text();
}

std::string fingerprint_of_program()
{
    std::ifstream file("/proc/self/exe", std::ios::binary);
    if (!file)
        return "";
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    fnv_hash hash;
    hash.add({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    return hash.text();
}

} // namespace examples::coursework
