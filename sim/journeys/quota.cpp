#include "sim/journeys/quota.hpp"

#include <numeric>

namespace rolecall::sim {

std::size_t furthest_below(std::span<const std::uint32_t> percents,
                           std::span<const std::uint64_t> taken) {
  const std::uint64_t n = std::accumulate(taken.begin(), taken.end(), std::uint64_t{1});
  const auto below = [&](std::size_t path) {  // in hundredths of one
    return static_cast<std::int64_t>(percents[path] * n) -
           static_cast<std::int64_t>(100 * taken[path]);
  };
  std::size_t furthest = 0;
  for (std::size_t path = 1; path < percents.size(); ++path)
    if (below(path) > below(furthest)) furthest = path;
  return furthest;
}

std::vector<std::size_t> shares_of(std::span<const std::uint32_t> percents, std::size_t n) {
  std::vector<std::size_t> shares;
  std::size_t rest = n;
  for (std::size_t path = 0; path + 1 < percents.size(); ++path) {
    shares.push_back(percents[path] * n / 100);
    rest -= shares.back();
  }
  shares.push_back(rest);
  return shares;
}

}  // namespace rolecall::sim
