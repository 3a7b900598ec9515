#include "core/find_id.hpp"

#include <fmt/format.h>

#include <vector>

#include "core/error.hpp"

namespace rolecall {

std::optional<std::size_t> find_id(const TextColumn& ids, std::string_view id) {
  std::size_t low = 0, high = ids.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (ids[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == ids.size() || ids[low] != id) return std::nullopt;
  return low;
}

std::string suggest_id(const TextColumn& ids, std::string_view id, std::string otherwise) {
  std::vector<std::string> known;
  for (std::size_t row = 0; row < ids.size(); ++row) known.emplace_back(ids[row]);
  const std::string_view near = nearest(id, known);
  return near.empty() ? std::move(otherwise) : fmt::format("Did you mean '{}'?", near);
}

}  // namespace rolecall
