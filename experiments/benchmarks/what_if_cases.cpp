#include "experiments/benchmarks/what_if_cases.hpp"

#include <algorithm>

#include "core/auc.hpp"
#include "core/random.hpp"
#include "experiments/benchmarks/bench_case.hpp"

namespace rolecall::bench {
namespace {

CountedMembers members_of(const Data& data) {
  CountedMembers members;
  for (std::size_t g = 0; g < data.groups(); ++g) {
    for (std::size_t role = 0; role < roles; ++role) {
      members.people.emplace_back(data.member(g, role));
      members.cards.push_back(static_cast<std::uint8_t>(role));
    }
    members.offsets.push_back(members.people.size());
  }
  members.first.assign(data.groups(), 0);
  members.last.assign(data.groups(), days - 1);
  return members;
}

std::vector<std::uint32_t> role_factors() { return {role_weights.begin(), role_weights.end()}; }

std::vector<std::uint64_t> caps_of(std::size_t levels) {
  std::vector<std::uint64_t> caps;
  for (std::size_t level = 1; level <= levels; ++level)
    caps.insert(caps.end(), types, levels == 1 ? cap : level);
  return caps;
}

// Candidate by candidate, group by group, sorted.
std::vector<double> slow_auc(const CappedCounts& counts, const std::vector<Candidate>& all,
                             const std::vector<std::uint8_t>& won) {
  const WhatIfColumns columns = columns_of(counts, won);
  std::vector<double> result;
  for (const Candidate& candidate : all) {
    std::vector<double> scores(won.size(), 0);
    for (const Candidate::Term& term : candidate.terms)
      for (std::size_t g = 0; g < won.size(); ++g)
        scores[g] += static_cast<double>(term.coefficient) * columns.columns[term.column][g];
    result.push_back(area_under_curve(scores, won));
  }
  return result;
}

Work what_if(const Data& data, CappedCounts counts, std::vector<Candidate> all,
             std::function<bool(const CappedCounts&)> counts_correct) {
  auto kept = std::make_shared<CappedCounts>(std::move(counts));
  auto engine = std::make_shared<WhatIf>(columns_of(*kept, data.won()));
  auto aucs = std::make_shared<std::vector<double>>();
  const auto items = static_cast<double>(all.size());
  return {
      .run = [=] { *aucs = engine->auc(all); },
      .correct =
          [=, &data] { return counts_correct(*kept) && *aucs == slow_auc(*kept, all, data.won()); },
      .items = items};
}

}  // namespace

WhatIfColumns columns_of(const CappedCounts& counts, const std::vector<std::uint8_t>& won) {
  WhatIfColumns columns{.columns = {}, .won = won};
  for (std::size_t card = 0; card < counts.cards; ++card)
    for (std::size_t type = 0; type < counts.types; ++type)
      for (std::size_t level = 0; level < counts.levels; ++level)
        columns.columns.push_back(counts.column(card, type, level));
  return columns;
}

CappedCounts count_for_weights(const Data& data) {
  return count_capped(data.index(), members_of(data), roles, role_factors(), types, caps_of(1));
}

CappedCounts count_for_roles(const Data& data) {
  return count_capped(data.index(), members_of(data), roles, {}, types, caps_of(1));
}

CappedCounts count_for_caps(const Data& data) {
  return count_capped(data.index(), members_of(data), roles, role_factors(), types,
                      caps_of(cap_levels));
}

std::vector<Candidate> weight_candidates() {
  Random random(2, RandomStream::benchmarks, days);
  std::vector<Candidate> all(candidates);
  for (Candidate& candidate : all)
    for (std::uint32_t t = 0; t < types; ++t)
      candidate.terms.push_back({t, 1 + static_cast<std::int64_t>(random.below(20))});
  return all;
}

std::vector<Candidate> role_candidates() {
  Random random(3, RandomStream::benchmarks, days);
  std::vector<Candidate> all = weight_candidates();
  for (Candidate& candidate : all) {
    const std::vector<Candidate::Term> weights = std::move(candidate.terms);
    candidate.terms.clear();
    for (std::uint32_t role = 0; role < roles; ++role) {
      const auto weight = 1 + static_cast<std::int64_t>(random.below(5));
      for (std::uint32_t t = 0; t < types; ++t)
        candidate.terms.push_back(
            {role * static_cast<std::uint32_t>(types) + t, weight * weights[t].coefficient});
    }
  }
  return all;
}

std::vector<Candidate> cap_candidates(const Data& data) {
  Random random(4, RandomStream::benchmarks, days);
  std::vector<Candidate> all(candidates);
  for (Candidate& candidate : all)
    for (std::uint32_t t = 0; t < types; ++t)
      candidate.terms.push_back({t * static_cast<std::uint32_t>(cap_levels) +
                                     static_cast<std::uint32_t>(random.below(cap_levels)),
                                 data.plain().weights[t]});
  return all;
}

void add_what_if_cases() {
  add_case("whatif/weights", [](const Scale& scale) {
    const Data& data = data_of(scale.activities);
    return what_if(data, count_for_weights(data), weight_candidates(),
                   [&data](const CappedCounts& counts) {
                     for (std::size_t t = 0; t < types; ++t)
                       for (std::size_t g = 0; g < counts.groups; ++g)
                         if (counts.column(0, t, 0)[g] != data.reference().features[g * types + t])
                           return false;
                     return true;
                   });
  });
  add_case("whatif/weights+roles", [](const Scale& scale) {
    const Data& data = data_of(scale.activities);
    return what_if(
        data, count_for_roles(data), role_candidates(), [&data](const CappedCounts& counts) {
          for (std::size_t t = 0; t < types; ++t)
            for (std::size_t g = 0; g < counts.groups; ++g) {
              std::uint32_t sum = 0;
              for (std::size_t role = 0; role < roles; ++role)
                sum +=
                    static_cast<std::uint32_t>(role_weights[role]) * counts.column(role, t, 0)[g];
              if (sum != data.reference().features[g * types + t]) return false;
            }
          return true;
        });
  });
  add_case("whatif/caps", [](const Scale& scale) {
    const Data& data = data_of(scale.activities);
    return what_if(data, count_for_caps(data), cap_candidates(data),
                   [&data](const CappedCounts& counts) {
                     return std::ranges::equal(counts.counts, data.reference().by_level);
                   });
  });
}

}  // namespace rolecall::bench
