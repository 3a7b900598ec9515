#pragma once

#include <vector>

#include "core/field_info.hpp"
#include "core/samplers.hpp"

namespace rolecall::synthetic {

inline AliasTable table_of(const Shares& shares) {
  std::vector<double> weights;
  for (const auto& [name, share] : shares) weights.push_back(share);
  return AliasTable(weights);
}

// Of items that each have a share.
template <class Items>
AliasTable table_of_items(const Items& items) {
  std::vector<double> weights;
  for (const auto& item : items) weights.push_back(item.share);
  return AliasTable(weights);
}

}  // namespace rolecall::synthetic
