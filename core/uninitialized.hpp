#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

namespace rolecall {

inline constexpr std::size_t huge_page = std::size_t{2} << 20;

// Whether to ask for huge pages, of which 500 times fewer must be mapped.
constexpr bool is_large(std::size_t bytes) { return bytes >= 2 * huge_page; }

// For memory not yet written to. May be refused, which costs time alone.
inline void ask_for_huge_pages(void* place, std::size_t bytes) {
  if (!is_large(bytes)) return;
  constexpr std::uintptr_t page = 4096;
  const std::size_t skipped = -reinterpret_cast<std::uintptr_t>(place) % page;  // to whole pages
  ::madvise(static_cast<std::byte*>(place) + skipped, bytes - skipped, MADV_HUGEPAGE);
}

// Memory for large arrays of numbers that parallel work is about to fill. New elements are left as
// they are: zeroing them first would cost a pass over memory, in one thread. Arrays begin a line of
// the cache; large ones ask for huge pages.
template <class T>
struct UninitializedAllocator {
  using value_type = T;
  static constexpr std::size_t cache_line = 64;

  UninitializedAllocator() = default;
  template <class U>
  UninitializedAllocator(const UninitializedAllocator<U>&) {}

  T* allocate(std::size_t n) {
    const std::size_t bytes = n * sizeof(T);
    if (!is_large(bytes))
      return static_cast<T*>(::operator new (bytes, std::align_val_t{cache_line}));
    const std::size_t whole = (bytes + huge_page - 1) / huge_page * huge_page;
    void* const place = std::aligned_alloc(huge_page, whole);
    if (place == nullptr) throw std::bad_alloc();
    ask_for_huge_pages(place, whole);
    return static_cast<T*>(place);
  }
  void deallocate(T* place, std::size_t n) {
    if (!is_large(n * sizeof(T)))
      ::operator delete (place, std::align_val_t{cache_line});
    else
      std::free(place);
  }

  template <class U>
  void construct(U* place) noexcept {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... Args>
  void construct(U* place, Args&&... args) {
    ::new (static_cast<void*>(place)) U(std::forward<Args>(args)...);
  }

  bool operator==(const UninitializedAllocator&) const = default;
};

template <class T>
using UninitializedVector = std::vector<T, UninitializedAllocator<T>>;

}  // namespace rolecall
