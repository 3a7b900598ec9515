#include "generators/synthetic/decisions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/auc.hpp"
#include "core/parallel.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"

namespace rolecall::synthetic {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t grain = 256;

// What people's acts count for on some day, by the rule of Truth.
class Judge {
 public:
  Judge(const WorldSpec& spec, const Stream& stream)
      : stream_(stream),
        start_(spec.size.first_day()),
        window_(static_cast<std::int64_t>(spec.outcome.window_days)),
        cap_(spec.outcome.daily_cap),
        influence_(spec.types.size()) {
    const TypeOrder order = order_types(spec);
    for (std::size_t t = 0; t < spec.types.size(); ++t)
      influence_[order.place[t]] = spec.types[t].influence;
    for (std::int64_t age = 0; age < window_; ++age)
      decay_.push_back(spec.outcome.half_life_days > 0
                           ? portable_exp(-static_cast<double>(age) * portable_log(2) /
                                          spec.outcome.half_life_days)
                           : 1);
  }

  // The capped, decayed acts of a person in the window that ends on `as_of`.
  double worth(PersonId person, std::int64_t as_of, std::vector<std::uint64_t>& counts) const {
    const auto begin = stream_.log.times.begin();
    const auto from = begin + static_cast<std::ptrdiff_t>(stream_.log.offsets[person.index()]);
    const auto to = begin + static_cast<std::ptrdiff_t>(stream_.log.offsets[person.index() + 1]);
    const auto opens = std::lower_bound(from, to, midnight(as_of - window_ + 1));
    double sum = 0;
    std::int64_t day = 0, midnight_after = std::numeric_limits<std::int64_t>::min();
    for (auto it = opens; it != to && *it < midnight(as_of + 1); ++it) {
      const auto row = static_cast<std::size_t>(it - begin);
      const RowOrigin origin(stream_.origin[row]);
      if (!origin.is_human() || origin.is_duplicate()) continue;
      if (it->bits() >= midnight_after) {
        day = (it->utc_day() - start_).count();
        midnight_after = midnight(day + 1).bits();
        counts.assign(influence_.size(), 0);
      }
      const std::size_t type = stream_.log.types[row].index();
      if (++counts[type] <= cap_)
        sum += influence_[type] * decay_[static_cast<std::size_t>(as_of - day)];
    }
    return sum;
  }

  Day calendar(std::int64_t day) const { return start_ + days_rep{static_cast<int>(day)}; }

 private:
  Timestamp midnight(std::int64_t day) const { return Timestamp(Instant{calendar(day)}); }

  const Stream& stream_;
  Day start_;
  std::int64_t window_;
  std::uint64_t cap_;
  std::vector<double> influence_;  // by ActivityTypeId
  std::vector<double> decay_;      // by age [day]
};

// 1 / (1 + e^-x)
double logistic(double x) { return 1 / (1 + portable_exp(-x)); }

struct Spread {
  double mean = 0, deviation = 0;
};

Spread spread_of(const std::vector<double>& values) {
  Spread spread;
  if (values.empty()) return spread;
  const auto n = static_cast<double>(values.size());
  for (const double v : values) spread.mean += v / n;
  double variance = 0;
  for (const double v : values) variance += (v - spread.mean) * (v - spread.mean) / n;
  spread.deviation = std::sqrt(variance);
  return spread;
}

// The intercept that gives the mean probability asked for, by bisection.
double find_intercept(const std::vector<double>& scores, double slope, double base_rate) {
  const auto mean = [&](double intercept) {
    double sum = 0;
    for (const double score : scores) sum += logistic(intercept + slope * score);
    return sum / static_cast<double>(scores.size());
  };
  double low = -1, high = 1;
  while (mean(low) > base_rate) low *= 2;
  while (mean(high) < base_rate) high *= 2;
  for (int i = 0; i < 60; ++i) {
    const double middle = low + (high - low) / 2;
    (mean(middle) < base_rate ? low : high) = middle;
  }
  return low;
}

}  // namespace

std::vector<double> true_scores(const WorldSpec& spec, const Buying& buying, const Stream& stream) {
  const Phase phase("true scores");
  const Judge judge(spec, stream);
  const Memberships& members = buying.members;
  std::vector<double> scores(buying.purchases.size(), undefined);
  parallel::for_blocks(scores.size(), grain, [&](std::size_t from, std::size_t to) {
    std::vector<std::uint64_t> counts;
    for (std::size_t g = from; g < to; ++g) {
      if (buying.purchases[g].decided == undecided) continue;
      const std::int64_t as_of = buying.purchases[g].decided - 1;
      const Timestamp today(judge.calendar(as_of));
      scores[g] = 0;
      for (std::uint64_t m = members.offsets[g]; m < members.offsets[g + 1]; ++m) {
        if (!members.since[m].is_missing() && members.since[m] > today) continue;
        if (!members.until[m].is_missing() && members.until[m] < today) continue;
        const auto& role = spec.roles[buying.role_rank[members.roles[m].index()]];
        scores[g] += role.influence * judge.worth(members.people[m], as_of, counts);
      }
    }
  });
  return scores;
}

Decisions decide(const WorldSpec& spec, const Buying& buying, const std::vector<double>& scores) {
  const Phase phase("decisions");
  const std::size_t n = scores.size();
  std::vector<double> decided;
  for (const double score : scores)
    if (!std::isnan(score)) decided.push_back(score);
  const double deviation = spread_of(decided).deviation;
  Decisions result;
  result.slope = deviation > 0 ? 1 / (spec.outcome.noise * deviation) : 0;
  if (!decided.empty())
    result.intercept = find_intercept(decided, result.slope, spec.outcome.base_rate);

  result.probability.assign(n, undefined);
  result.outcomes = {std::vector<Outcome>(n, Outcome::open),
                     std::vector<Timestamp>(n),
                     std::vector<double>(n, undefined),
                     {}};
  const Day start = spec.size.first_day();
  std::vector<std::uint8_t> won;
  for (std::size_t g = 0; g < n; ++g) {
    if (std::isnan(scores[g])) continue;
    const Purchase& purchase = buying.purchases[g];
    Random random(spec.seed, RandomStream::outcomes, purchase.entity);
    result.probability[g] = logistic(result.intercept + result.slope * scores[g]);
    won.push_back(random.uniform() < result.probability[g]);
    result.outcomes.outcome[g] = won.back() != 0 ? Outcome::won : Outcome::lost;
    result.outcomes.date[g] = Timestamp(start + days_rep{static_cast<int>(purchase.decided)});
    result.outcomes.value[g] = purchase.value;
  }
  result.ceiling_auc = area_under_curve(decided, won);
  return result;
}

}  // namespace rolecall::synthetic
