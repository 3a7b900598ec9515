#include "scoring/person_scores.hpp"

#include <algorithm>
#include <map>

#include "core/parallel.hpp"
#include "core/profile.hpp"

namespace rolecall {

template <class Sum>
PersonScores<Sum>::PersonScores(const PersonTotals<Sum>& totals, const Readings& readings,
                                const std::vector<Moment>& moments, std::size_t people)
    : totals_(totals), readings_(readings), extents_(moments.size()) {
  if (readings.person_scaling == Readings::Scaling::none) return;
  const Phase phase("scale people");
  constexpr std::size_t grain = 1024;
  std::map<Day, Extent> by_bound;
  for (std::size_t m = 0; m < moments.size(); ++m) {
    std::vector<Extent> found(parallel::block_count(people, grain));
    parallel::for_blocks(people, grain, [&](std::size_t begin, std::size_t end) {
      for (std::size_t p = begin; p < end; ++p)
        found[begin / grain].add(transformed(PersonId{p}, m));
    });
    for (const Extent& extent : found) by_bound[moments[m].since].add(extent);
  }
  for (std::size_t m = 0; m < moments.size(); ++m) extents_[m] = by_bound[moments[m].since];
}

template class PersonScores<std::int64_t>;
template class PersonScores<int128>;
template class PersonScores<double>;

}  // namespace rolecall
