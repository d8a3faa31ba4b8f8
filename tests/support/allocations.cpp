// SPDX-License-Identifier: BSD-3-Clause

#include "support/allocations.hpp"

#include <cerrno>
#include <cstdlib>
#include <new>

namespace
{

std::size_t allocations = 0;

} // namespace

#if XGRAD_COUNTS_MALLOC

// The names under which glibc keeps its own functions: unlike dlsym, which allocates itself, they
// can be called from the first allocation on.
extern "C"
{
    void* __libc_malloc(std::size_t);
    void* __libc_calloc(std::size_t, std::size_t);
    void* __libc_realloc(void*, std::size_t);
    void* __libc_memalign(std::size_t, std::size_t);
    void __libc_free(void*);

    void* malloc(std::size_t size) noexcept
    {
        ++allocations;
        return __libc_malloc(size);
    }

    void* calloc(std::size_t count, std::size_t size) noexcept
    {
        ++allocations;
        return __libc_calloc(count, size);
    }

    void* realloc(void* memory, std::size_t size) noexcept
    {
        ++allocations;
        return __libc_realloc(memory, size);
    }

    void* memalign(std::size_t alignment, std::size_t size) noexcept
    {
        ++allocations;
        return __libc_memalign(alignment, size);
    }

    void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept
    {
        ++allocations;
        return __libc_memalign(alignment, size);
    }

    int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept
    {
        ++allocations;
        *memory = __libc_memalign(alignment, size);
        return *memory ? 0 : ENOMEM;
    }

    void free(void* memory) noexcept { __libc_free(memory); }
}

#endif

namespace
{

void* counted_new(std::size_t size, std::size_t alignment)
{
    ++allocations;
    void* memory = nullptr;
    if (posix_memalign(&memory, alignment < sizeof(void*) ? sizeof(void*) : alignment,
                       size > 0 ? size : 1) != 0)
        return nullptr;
    return memory;
}

void* required_new(std::size_t size, std::size_t alignment)
{
    if (void* memory = counted_new(size, alignment))
        return memory;
    throw std::bad_alloc();
}

constexpr std::size_t default_alignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

} // namespace

// clang-format off
void* operator new(std::size_t n) { return required_new(n, default_alignment); }
void* operator new[](std::size_t n) { return required_new(n, default_alignment); }
void* operator new(std::size_t n, std::align_val_t a) { return required_new(n, static_cast<std::size_t>(a)); }
void* operator new[](std::size_t n, std::align_val_t a) { return required_new(n, static_cast<std::size_t>(a)); }
void* operator new(std::size_t n, const std::nothrow_t&) noexcept { return counted_new(n, default_alignment); }
void* operator new[](std::size_t n, const std::nothrow_t&) noexcept { return counted_new(n, default_alignment); }
void* operator new(std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept { return counted_new(n, static_cast<std::size_t>(a)); }
void* operator new[](std::size_t n, std::align_val_t a, const std::nothrow_t&) noexcept { return counted_new(n, static_cast<std::size_t>(a)); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t, const std::nothrow_t&) noexcept { std::free(p); }
// clang-format on

std::size_t allocation_count() { return allocations; }
