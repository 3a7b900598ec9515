#include "core/sort.hpp"

#include <hwy/contrib/sort/vqsort.h>

#include <algorithm>

#include "core/simd.hpp"

namespace rolecall {

void sort(std::vector<std::uint64_t>& keys) {
  if (simd::has_vectors())
    hwy::Sorter()(keys.data(), keys.size(), hwy::SortAscending());
  else
    std::ranges::sort(keys);
}

}  // namespace rolecall
