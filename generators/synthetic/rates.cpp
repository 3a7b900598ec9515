#include "generators/synthetic/rates.hpp"

#include <algorithm>
#include <numeric>

#include "core/parallel.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"

namespace rolecall::synthetic {
namespace {

constexpr std::size_t grain = 4096;

// The boosts of each person: one for each group they are in, whatever their roles.
void collect_boosts(const WorldSpec& spec, const Buying& buying, std::size_t people, Rates& rates) {
  const auto days = static_cast<std::int64_t>(spec.size.days);
  const double effect = spec.activity.intent_effect;
  const Memberships& members = buying.members;
  const auto for_each_boost = [&](auto visit) {
    for (std::size_t g = 0; g < buying.purchases.size(); ++g) {
      const Purchase& purchase = buying.purchases[g];
      const Boost boost{std::max<std::int64_t>(purchase.created, 0),
                        std::min(purchase.decided, days),
                        spec.activity.purchase_lift *
                            portable_exp(effect * purchase.intent - effect * effect / 2)};
      if (boost.from >= boost.to || boost.factor <= 0) continue;
      for (std::uint64_t m = members.offsets[g]; m < members.offsets[g + 1]; ++m)
        if (m == members.offsets[g] || members.people[m] != members.people[m - 1])
          visit(members.people[m].index(), boost);
    }
  };
  rates.boost_begin.assign(people + 1, 0);
  for_each_boost([&](std::size_t person, const Boost&) { ++rates.boost_begin[person + 1]; });
  std::partial_sum(rates.boost_begin.begin(), rates.boost_begin.end(), rates.boost_begin.begin());
  rates.boosts.resize(rates.boost_begin.back());
  std::vector<std::uint64_t> next = rates.boost_begin;
  for_each_boost(
      [&](std::size_t person, const Boost& boost) { rates.boosts[next[person]++] = boost; });
}

// Expected rows of starts on the days before each, at one start on an average day, with what they
// set off before the log ends: a start with T left before the end has a cluster of mean size (1 − n
// e^(−(1 − n) T / τ)) / (1 − n), from the renewal equation of a Hawkes process whose delays are
// exponential of mean τ.
std::vector<double> rows_before(const WorldSpec& spec, const WeekClock& clock) {
  constexpr double hour = 3600, day_seconds = 86'400;
  const double n = spec.activity.branching;
  const double decay = (1 - n) / (spec.activity.burst_hours * hour);
  const auto days = static_cast<std::int64_t>(spec.size.days);
  double total = 0;
  for (const double rate : spec.activity.hours) total += rate;
  std::vector<double> rows{0};
  for (std::int64_t day = 0; day < days; ++day) {
    const double left = static_cast<double>(days - day) * day_seconds;
    double lost = 0;  // the mean of e^(−decay · T) over the day
    for (std::size_t h = 0; h < 24; ++h) {
      const double at_end = left - static_cast<double>(h + 1) * hour;
      lost += spec.activity.hours[h] / total *
              (portable_exp(-decay * at_end) - portable_exp(-decay * (at_end + hour))) /
              (decay * hour);
    }
    rows.push_back(rows.back() + clock.exposure(day, day + 1) * (1 - n * lost) / (1 - n));
  }
  return rows;
}

// Of one who starts one act on an average day outside any purchase.
double expected_rows(const Rates& rates, const std::vector<double>& before, std::size_t person) {
  double sum = before.back();
  for (std::uint64_t b = rates.boost_begin[person]; b < rates.boost_begin[person + 1]; ++b) {
    const Boost& boost = rates.boosts[b];
    sum += boost.factor * (before[static_cast<std::size_t>(boost.to)] -
                           before[static_cast<std::size_t>(boost.from)]);
  }
  return sum;
}

// Bot rows if every bot ran on every weekday.
double most_bot_rows(const WorldSpec& spec, const Rates& rates, const WeekClock& clock) {
  const auto bots =
      std::ranges::count_if(rates.kind, [](std::uint8_t kind) { return (kind & bot_person) != 0; });
  std::int64_t weekdays = 0;
  for (std::int64_t day = 0; day < static_cast<std::int64_t>(spec.size.days); ++day)
    weekdays += !clock.is_weekend(day);
  return static_cast<double>(bots) * static_cast<double>(weekdays) * spec.machines.bot_acts;
}

}  // namespace

TypeOrder order_types(const WorldSpec& spec) {
  TypeOrder order;
  for (const auto& type : spec.types) order.names.push_back(type.name);
  std::ranges::sort(order.names);
  const auto place = [&](const std::string& name) {
    return static_cast<std::size_t>(std::ranges::lower_bound(order.names, name) -
                                    order.names.begin());
  };
  for (const auto& type : spec.types) order.place.push_back(place(type.name));
  order.opened = place(spec.machines.opened_type);
  order.followed = place(spec.machines.followed_type);
  return order;
}

std::vector<std::vector<double>> type_shares(const WorldSpec& spec) {
  const TypeOrder order = order_types(spec);
  std::vector<std::vector<double>> shares;
  for (const auto& persona : spec.personas) {
    std::vector<double> mix(spec.types.size());
    double total = 0;
    for (std::size_t t = 0; t < spec.types.size(); ++t) {
      const auto factor = std::ranges::find(persona.channels, spec.types[t].channel,
                                            [](const auto& pair) { return pair.first; });
      const double share =
          spec.types[t].share * (factor == persona.channels.end() ? 1 : factor->second);
      mix[order.place[t]] = share;
      total += share;
    }
    if (total > 0)
      for (double& share : mix) share /= total;
    else  // such a persona has no people, or they never act
      std::ranges::fill(mix, 1. / static_cast<double>(mix.size()));
    shares.push_back(std::move(mix));
  }
  return shares;
}

WeekClock make_clock(const WorldSpec& spec) {
  const auto first = spec.size.first_day();
  const std::chrono::weekday weekday{std::chrono::sys_days{first}};
  return {spec.activity.weekdays, spec.activity.hours, weekday.iso_encoding() - 1};
}

Rates draw_rates(const WorldSpec& spec, const Staff& staff, const Buying& buying,
                 const WeekClock& clock) {
  const Phase phase("rates");
  const std::size_t n = staff.people.size();
  const WorldSpec::Activity& activity = spec.activity;
  Rates rates;
  rates.acts.resize(n);
  rates.kind.resize(n);
  parallel::for_blocks(n, grain, [&](std::size_t from, std::size_t to) {
    for (std::size_t p = from; p < to; ++p) {
      Random random(spec.seed, RandomStream::person_rates, p);
      const bool quiet = draw_chance(random, activity.quiet);
      const bool prefetched = draw_chance(random, spec.machines.prefetching);
      const bool bot = draw_chance(random, spec.machines.bots);
      const double own = draw_gamma(random, activity.dispersion) / activity.dispersion;
      rates.acts[p] = quiet ? 0 : own * spec.personas[staff.persona[p]].rate;
      rates.kind[p] =
          static_cast<std::uint8_t>((quiet ? quiet_person : 0) |
                                    (prefetched ? prefetched_person : 0) | (bot ? bot_person : 0));
    }
  });
  collect_boosts(spec, buying, n, rates);

  // Relative rates become rates: expected rows = (people (1 + clients) + bots) (1 + duplicates).
  const auto days = static_cast<std::int64_t>(spec.size.days);
  const auto shares = type_shares(spec);
  const TypeOrder types = order_types(spec);
  const std::vector<double> before = rows_before(spec, clock);
  double relative = 0, opened = 0;
  std::uint64_t prefetched = 0;
  for (std::size_t p = 0; p < n; ++p) {
    const double rows = rates.acts[p] * expected_rows(rates, before, p);
    relative += rows;
    opened += rows * shares[staff.persona[p]][types.opened];
    prefetched += (rates.kind[p] & prefetched_person) != 0;
  }
  const double wanted = static_cast<double>(spec.size.activities) / (1 + spec.rows.duplicates);
  const double most = most_bot_rows(spec, rates, clock);
  const double bots = std::min(most, spec.machines.bot_rows * wanted);
  rates.bot_runs = most > 0 ? bots / most : 0;
  const double machine = prefetched > 0 ? spec.machines.machine_opens : 0;
  const double clients_per_human = relative > 0 ? opened / relative * machine / (1 - machine) : 0;
  const double human = relative > 0 ? (wanted - bots) / (1 + clients_per_human) : 0;
  const double scale = relative > 0 ? human / relative : 0;
  for (double& acts : rates.acts) acts *= scale;
  const double exposed = clock.exposure(0, days) * static_cast<double>(prefetched);
  rates.client_opens = exposed > 0 ? human * clients_per_human / exposed : 0;
  rates.expected_rows = (human * (1 + clients_per_human) + bots) * (1 + spec.rows.duplicates);
  return rates;
}

}  // namespace rolecall::synthetic
