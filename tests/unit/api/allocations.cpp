#include "tests/unit/api/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <malloc.h>
#include <new>

namespace {

std::atomic<std::size_t> allocated = 0;
std::atomic<std::size_t> peak = 0;  // Exact while one thread allocates.

}  // namespace

void* operator new(std::size_t size) {
    void* const memory = std::malloc(size);
    if (memory == nullptr) throw std::bad_alloc();
    const auto now = allocated += malloc_usable_size(memory);
    if (now > peak) peak = now;
    return memory;
}

void operator delete(void* memory) noexcept {
    allocated -= malloc_usable_size(memory);
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}

namespace consularia::test {

std::size_t allocated_bytes() {
    return allocated;
}

std::size_t allocation_peak() {
    return peak;
}

std::size_t forget_allocation_peak() {
    peak = allocated.load();
    return peak;
}

}  // namespace consularia::test
