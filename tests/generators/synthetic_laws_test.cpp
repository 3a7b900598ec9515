// Whether what is generated follows the laws of docs/worlds.md: against closed forms at the 99.9 %
// point, with fixed seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "core/account_forest.hpp"
#include "generators/generate.hpp"
#include "goodness_of_fit.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using testing::expect_counts;
using testing::expect_distribution;
using testing::expect_moments;
using testing::gamma_below;
using testing::normal_below;
using testing::sized_spec;

constexpr double limit = 3.2905;  // of a standard normal, both sides of the 99.9 % point

const TextColumn& texts(const Attributes& attributes, const char* name) {
  return std::get<TextColumn>(find(attributes, name)->values);
}

const std::vector<double>& numbers(const Attributes& attributes, const char* name) {
  return std::get<std::vector<double>>(find(attributes, name)->values);
}

// `found` of `n`, each with the chance p.
void expect_share(double found, double n, double p) {
  EXPECT_GT(n * p * (1 - p), 9);  // as otherwise it is no normal
  EXPECT_LT(std::abs(found - n * p), limit * std::sqrt(n * p * (1 - p)))
      << found / n << " for " << p;
}

double pareto_below(double alpha, double low, double high, double x) {
  return (1 - std::pow(low / x, alpha)) / (1 - std::pow(low / high, alpha));
}

// Whole parts of a bounded Pareto on [low, high + 1).
void expect_whole_pareto(const std::vector<double>& values, double alpha, double low, double high) {
  std::vector<double> counts(static_cast<std::size_t>(high - low) + 1, 0), probabilities;
  for (const double v : values) ++counts.at(static_cast<std::size_t>(v - low));
  for (double k = low; k <= high; ++k)
    probabilities.push_back(pareto_below(alpha, low, high + 1, k + 1) -
                            pareto_below(alpha, low, high + 1, k));
  expect_counts(counts, probabilities);
}

// Counts of the names in a column, by share.
template <class Items, class Name, class Share>
void expect_names(const TextColumn& column, const Items& items, Name name, Share share) {
  std::map<std::string, double, std::less<>> seen;
  for (std::size_t i = 0; i < column.size(); ++i) ++seen[std::string(column[i])];
  std::vector<double> counts, probabilities;
  double total = 0;
  for (const auto& item : items) total += share(item);
  for (const auto& item : items) {
    counts.push_back(seen[name(item)]);
    probabilities.push_back(share(item) / total);
  }
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0.), static_cast<double>(column.size()));
  expect_counts(counts, probabilities);
}

const auto name_of = [](const auto& item) { return item.name; };
const auto share_of = [](const auto& item) { return item.share; };
const auto first_of = [](const auto& pair) { return pair.first; };
const auto second_of = [](const auto& pair) { return pair.second; };

// ---- who there is ----

TEST(Laws, OfAccounts) {
  const WorldSpec spec = sized_spec(11, 30'000, 1, 0, 1);
  const World world = generate_world(spec);
  const Attributes& a = world.accounts.attributes;
  const auto& employees = numbers(a, "employees");
  expect_whole_pareto(employees, 1.06, 20, 200'000);
  const auto& revenue = numbers(a, "revenue");
  std::vector<double> spread;
  for (std::size_t i = 0; i < revenue.size(); ++i)
    spread.push_back(std::log(revenue[i] / (employees[i] * 200'000)) / .6);
  expect_distribution(spread, normal_below);
  expect_names(texts(a, "country"), spec.accounts.countries, first_of, second_of);
  double owned = 0;
  for (std::size_t i = 0; i < world.accounts.size(); ++i) {
    const std::string_view products = texts(a, "products")[i];
    owned += products.empty() ? 0 : 1 + static_cast<double>(std::ranges::count(products, ';'));
  }
  expect_share(owned, 3 * 30'000, .3);
}

TEST(Laws, OfFamilies) {
  const WorldSpec spec = sized_spec(12, 60'000, 1, 0, 1);
  const World world = generate_world(spec);
  std::map<AccountId, double> size;
  for (const AccountId root : tree_roots(world.accounts.parents)) ++size[root];
  TextColumn industries;
  for (const auto& [root, n] : size)
    industries.push_back(texts(world.accounts.attributes, "industry")[root.index()]);
  expect_names(industries, spec.accounts.industries, first_of, second_of);
  size.erase(std::prev(size.end()));  // cut where the accounts end
  std::vector<double> sizes;
  for (const auto& [root, n] : size) sizes.push_back(n);
  EXPECT_GT(sizes.size(), 10'000u);
  expect_whole_pareto(sizes, 1.3, 1, 200);
}

// The third account of a family hangs below the first or the second, each as often; where that
// would be too deep, beside it.
TEST(Laws, OfHierarchies) {
  WorldSpec spec = sized_spec(13, 20'000, 1, 0, 1);
  spec.accounts.largest_family = 3;
  spec.accounts.family_tail = .1;
  const auto thirds = [&] {
    const World world = generate_world(spec);
    std::array<double, 2> below{};
    for (std::size_t a = 2; a < world.accounts.size(); ++a) {
      const AccountId parent = world.accounts.parents[a], before = world.accounts.parents[a - 1];
      if (parent && before) ++below[parent.index() == a - 1 ? 1 : 0];
    }
    return below;
  };
  const auto [first, second] = thirds();
  EXPECT_GT(first + second, 2'000);
  expect_share(first, first + second, .5);
  spec.accounts.levels = 2;
  EXPECT_EQ(thirds()[1], 0);
  EXPECT_EQ(thirds()[0], first + second);
}

TEST(Laws, OfPeople) {
  const WorldSpec spec = sized_spec(14, 300, 40'000, 0, 1);
  const World world = generate_world(spec);
  const Attributes& a = world.people.attributes;
  expect_names(texts(a, "seniority"), spec.personas, name_of, share_of);
  expect_names(texts(a, "department"), spec.departments, name_of, share_of);
  const auto count = [&](const char* column, std::string_view value) {
    double n = 0;
    for (std::size_t p = 0; p < world.people.size(); ++p) n += texts(a, column)[p] == value;
    return n;
  };
  expect_share(count("employment", "contractor"), 40'000, .08);
  expect_share(count("email_status", "invalid"), 40'000, .03);
  expect_share(count("unsubscribed", "yes"), 40'000, .06);
  // A country drawn anew is the account's own as often as any other's.
  double same = 0, expected = 0, total = 0;
  for (const auto& [country, share] : spec.accounts.countries) total += share;
  std::map<std::string, double, std::less<>> shares(spec.accounts.countries.begin(),
                                                    spec.accounts.countries.end());
  for (std::size_t p = 0; p < world.people.size(); ++p) {
    const std::string_view home =
        texts(world.accounts.attributes, "country")[world.people.accounts[p].index()];
    same += texts(a, "country")[p] == home;
    expected += .85 + .15 * shares.find(home)->second / total;
  }
  expect_share(same, 40'000, expected / 40'000);
  // Seniority says nothing about the department, nor which title of those it has.
  std::map<std::pair<std::string_view, std::string_view>, double> cells;
  for (std::size_t p = 0; p < world.people.size(); ++p)
    ++cells[{texts(a, "seniority")[p], texts(a, "department")[p]}];
  std::vector<double> counts, probabilities;
  for (const auto& persona : spec.personas)
    for (const auto& department : spec.departments) {
      counts.push_back(cells[{persona.name, department.name}]);
      probabilities.push_back(persona.share * department.share / 1e4);  // both sum to 100
    }
  expect_counts(counts, probabilities);
  expect_share(count("title", "VP of Sales"), cells[{"Vice President", "Sales"}], .5);
}

// Beside the one that each has, contacts are spread in proportion, to within one.
TEST(Laws, OfContacts) {
  for (const double elasticity : {0., .5, 1.}) {
    WorldSpec spec = sized_spec(15, 500, 20'000, 0, 1);
    spec.people.contact_elasticity = elasticity;
    const World world = generate_world(spec);
    const auto& employees = numbers(world.accounts.attributes, "employees");
    std::vector<double> weight, contacts(500, 0);
    for (const double e : employees) weight.push_back(std::pow(e, elasticity));
    const double total = std::accumulate(weight.begin(), weight.end(), 0.);
    for (const AccountId account : world.people.accounts) ++contacts[account.index()];
    for (std::size_t a = 0; a < 500; ++a)
      EXPECT_NEAR(contacts[a], 1 + weight[a] / total * 19'500, 1 + 1e-9);
  }
}

// ---- who buys ----

// 50 people in each of 400 accounts, all of which buy everything.
WorldSpec buying_spec(std::uint64_t seed) {
  WorldSpec spec = sized_spec(seed, 400, 20'000, 0, 400);
  spec.people.contact_elasticity = 0;
  for (auto& solution : spec.solutions) {
    solution.level = "division";
    solution.share = 1;
  }
  return spec;
}

TEST(Laws, OfPurchases) {
  WorldSpec spec = buying_spec(21);
  spec.size.accounts = 4'000;
  const World world = generate_world(spec);
  const std::size_t n = world.groups.size();
  ASSERT_EQ(n, 12'000u);
  expect_distribution(world.truth->intent, normal_below);
  expect_moments(world.truth->intent, 0, 1, 3);
  expect_share(static_cast<double>(std::ranges::count(world.outcomes.outcome, Outcome::open)),
               static_cast<double>(n), .25);
  std::vector<double> cycles(1'500, 0), days(400, 0), chance_of_cycle, chance_of_day, deals;
  const Day first = spec.size.end - days_rep{399};
  for (std::size_t g = 0; g < n; ++g) {
    if (world.outcomes.date[g].is_missing()) continue;
    const Day decided = world.outcomes.date[g].utc_day();
    ++cycles.at(static_cast<std::size_t>((decided - world.groups.created[g].utc_day()).count()));
    ++days.at(static_cast<std::size_t>((decided - first).count()));
    deals.push_back(std::log(world.outcomes.value[g] / 60'000));
  }
  const auto cycle_below = [](double x) { return normal_below(std::log(x / 90) / .6); };
  for (double k = 0; k < 1'500; ++k)
    chance_of_cycle.push_back(k == 0 ? 0
                                     : cycle_below(k + .5) - (k == 1 ? 0 : cycle_below(k - .5)));
  expect_counts(cycles, chance_of_cycle);
  for (std::size_t d = 0; d < 400; ++d) chance_of_day.push_back(d < 30 ? 0 : 1. / 370);
  expect_counts(days, chance_of_day);
  expect_distribution(deals, normal_below);  // a sigma of 1
}

TEST(Laws, OfOpenGroupsAndOfMemberships) {
  WorldSpec spec = buying_spec(22);
  spec.groups.open = .5;
  spec.groups.cycle_days = 300;
  spec.groups.cycle_spread = 0;
  spec.groups.leavers = .5;
  const World world = generate_world(spec);
  const auto uniform_below = [](double x) { return x; };
  std::vector<double> ages;  // of the cycle
  for (std::size_t g = 0; g < world.groups.size(); ++g)
    if (world.outcomes.outcome[g] == Outcome::open)
      ages.push_back(((spec.size.end - world.groups.created[g].utc_day()).count() + .5) / 300);
  EXPECT_GT(ages.size(), 500u);
  expect_distribution(ages, uniform_below);

  const Memberships& m = world.members;
  std::vector<double> since, until, sources(3, 0);
  for (std::size_t g = 0; g < world.groups.size(); ++g)
    for (auto i = m.offsets[g]; i < m.offsets[g + 1]; ++i) {
      ++sources[static_cast<std::size_t>(m.sources[i])];
      if (world.outcomes.outcome[g] == Outcome::open) continue;
      const auto into = [&](Timestamp t) {  // the middle of the day, of the cycle
        return ((t.utc_day() - world.groups.created[g].utc_day()).count() + .5) / 300;
      };
      if (!m.since[i].is_missing()) since.push_back(into(m.since[i]));
      if (m.since[i].is_missing() && !m.until[i].is_missing()) until.push_back(into(m.until[i]));
    }
  EXPECT_GT(since.size(), 1'000u);
  EXPECT_GT(until.size(), 900u);
  expect_distribution(since, uniform_below);
  expect_distribution(until, uniform_below);
  expect_counts(sources, {.5, .3, .2});
  const auto n = static_cast<double>(m.size());
  const auto present = [](const std::vector<Timestamp>& times) {
    return static_cast<double>(
        std::ranges::count_if(times, [](Timestamp t) { return !t.is_missing(); }));
  };
  expect_share(present(m.since), n, .5);
  expect_share(present(m.until), n, .5);
}

TEST(Laws, OfRoles) {
  const WorldSpec spec = buying_spec(23);
  const World world = generate_world(spec);
  const Memberships& m = world.members;
  for (const auto& role : spec.roles) {
    SCOPED_TRACE(role.name);
    std::vector<double> people(20, 0), probabilities{role.missing};
    for (std::size_t g = 0; g < world.groups.size(); ++g) {
      std::size_t in_role = 0;
      for (auto i = m.offsets[g]; i < m.offsets[g + 1]; ++i)
        in_role += world.roles[m.roles[i].index()] == role.name;
      ++people.at(in_role);
    }
    double poisson = std::exp(1 - role.members);  // of one member more than k + 1
    for (double k = 0; k < 19; ++k) {
      probabilities.push_back((1 - role.missing) * poisson);
      poisson *= (role.members - 1) / (k + 1);
    }
    expect_counts(people, probabilities);
  }
}

TEST(Laws, OfBuying) {
  WorldSpec spec = sized_spec(24, 6'000, 6'000, 0, 30);
  const World world = generate_world(spec);
  for (const auto& solution : spec.solutions) {
    double groups = 0;
    for (const SolutionId s : world.groups.solutions)
      groups += world.solutions[s.index()] == solution.name;
    const auto roots = static_cast<double>(std::ranges::count(world.accounts.parents, AccountId{}));
    expect_share(groups, solution.level == "company" ? roots : 6'000, solution.share);
  }
}

// ---- what people do ----

const Truth& truth_of(const World& world) { return *world.truth; }

// Calls visit(group, person) once for everyone in a group, whatever their roles.
template <class Visit>
void for_each_member(const World& world, Visit visit) {
  const Memberships& m = world.members;
  for (std::size_t g = 0; g < world.groups.size(); ++g)
    for (auto i = m.offsets[g]; i < m.offsets[g + 1]; ++i)
      if (i == m.offsets[g] || m.people[i] != m.people[i - 1]) visit(g, m.people[i].index());
}

// Calls visit(person, row, origin) for every row but duplicates.
template <class Visit>
void for_each_row(const World& world, Visit visit) {
  for (std::size_t p = 0; p < world.people.size(); ++p)
    for (auto i = world.activities.offsets[p]; i < world.activities.offsets[p + 1]; ++i)
      if (const RowOrigin origin(truth_of(world).origin[i]); !origin.is_duplicate())
        visit(p, i, origin);
}

double persona_rate(const WorldSpec& spec, const World& world, std::size_t person) {
  return std::ranges::find(spec.personas, texts(world.people.attributes, "seniority")[person],
                           &WorldSpec::Persona::name)
      ->rate;
}

TEST(Laws, OfPersonalRates) {
  for (const double shape : {.3, .8, 5.}) {
    WorldSpec spec = sized_spec(31, 100, 30'000, 100'000, 30);
    spec.activity.dispersion = shape;
    const World world = generate_world(spec);
    std::vector<double> own;  // times one factor for all
    double quiet = 0, sum = 0;
    for (std::size_t p = 0; p < world.people.size(); ++p) {
      quiet += (truth_of(world).person_kind[p] & quiet_person) != 0;
      if ((truth_of(world).person_kind[p] & quiet_person) != 0) continue;
      own.push_back(truth_of(world).person_rate[p] / persona_rate(spec, world, p));
      sum += own.back();
    }
    expect_share(quiet, 30'000, .25);
    const auto mean = sum / static_cast<double>(own.size());
    for (double& rate : own) rate *= shape / mean;
    expect_distribution(own, [&](double x) { return gamma_below(shape, x); });
  }
}

TEST(Laws, OfKindsOfPeople) {
  WorldSpec spec = sized_spec(32, 100, 30'000, 0, 30);
  spec.machines.bots = .1;
  const World world = generate_world(spec);
  std::vector<double> counts(8, 0), probabilities;
  for (const std::uint8_t kind : truth_of(world).person_kind) ++counts[kind];
  for (int kind = 0; kind < 8; ++kind)  // independent of each other
    probabilities.push_back(((kind & 1) != 0 ? .25 : .75) * ((kind & 2) != 0 ? .1 : .9) * .5);
  expect_counts(counts, probabilities);
}

// Rows of people alone: no machines, no faults, no purchases.
WorldSpec human_spec(std::uint64_t seed) {
  WorldSpec spec = sized_spec(seed, 200, 2'000, 100'000, 364);  // whole weeks
  spec.machines.machine_opens = spec.machines.bots = 0;
  spec.rows.late = spec.rows.duplicates = 0;
  for (auto& solution : spec.solutions) solution.share = 0;
  return spec;
}

// Acts that people start are Poisson around their rate.
TEST(Laws, OfActs) {
  const WorldSpec spec = human_spec(33);
  const World world = generate_world(spec);
  std::vector<double> acts(world.people.size(), 0);
  for_each_row(world, [&](std::size_t p, auto, RowOrigin origin) {
    acts[p] += origin.maker() == RowMaker::person;
  });
  double n = 0, squares = 0, noise = 0;
  for (std::size_t p = 0; p < world.people.size(); ++p) {
    const double mean = truth_of(world).person_rate[p] * 364;
    if (mean == 0) {
      EXPECT_EQ(acts[p], 0);
    }
    if (mean < 2) continue;
    ++n;
    squares += (acts[p] - mean) * (acts[p] - mean) / mean;
    noise += 2 + 1 / mean;  // variance of the square
  }
  EXPECT_GT(n, 1'000);
  EXPECT_LT(std::abs(squares - n), limit * std::sqrt(noise));
}

TEST(Laws, OfWeekdaysHoursAndTypes) {
  const WorldSpec spec = human_spec(34);
  const World world = generate_world(spec);
  const TextColumn& seniority = texts(world.people.attributes, "seniority");
  std::vector<double> weekdays(7, 0), hours(24, 0), within;
  std::map<std::pair<std::string_view, std::string_view>, double> types;
  std::map<std::string_view, double> by_persona;
  for_each_row(world, [&](std::size_t p, std::size_t i, RowOrigin origin) {
    if (origin.maker() != RowMaker::person) return;
    const Instant time = world.activities.times[i].instant();
    const Day day = world.activities.times[i].utc_day();
    ++weekdays[std::chrono::weekday{std::chrono::sys_days{day}}.iso_encoding() - 1];
    const auto second = std::chrono::floor<std::chrono::seconds>(time - Instant{day}).count();
    ++hours[static_cast<std::size_t>(second / 3600)];
    within.push_back((static_cast<double>(second % 3600) + .5) / 3600);
    ++types[{seniority[p], world.activities.type_names[world.activities.types[i].index()]}];
    ++by_persona[seniority[p]];
  });
  EXPECT_GT(within.size(), 40'000u);
  const auto shares = [](std::vector<double> rates) {
    const double total = std::accumulate(rates.begin(), rates.end(), 0.);
    for (double& rate : rates) rate /= total;
    return rates;
  };
  expect_counts(weekdays, shares(spec.activity.weekdays));
  expect_counts(hours, shares(spec.activity.hours));
  expect_distribution(within, [](double x) { return x; });
  for (const auto& persona : spec.personas) {
    std::vector<double> counts, rates;
    for (const auto& type : spec.types) {
      const auto factor = std::ranges::find(persona.channels, type.channel, first_of);
      counts.push_back(types[{persona.name, type.name}]);
      rates.push_back(type.share * (factor == persona.channels.end() ? 1 : factor->second));
    }
    EXPECT_GT(by_persona[persona.name], 500);
    expect_counts(counts, shares(rates));
  }
}

// The rows that N acts set off are N·n/(1 − n) on average; the variance is that of the total
// progeny of a Poisson branching process, n/(1 − n)³ for each act.
TEST(Laws, OfBursts) {
  for (const double n : {.1, .45, .8}) {
    WorldSpec spec = human_spec(35);
    spec.activity.branching = n;
    spec.activity.burst_hours = .001;  // none falls behind the end of the log
    const World world = generate_world(spec);
    double acts = 0, bursts = 0;
    for_each_row(world, [&](auto, auto, RowOrigin origin) {
      ++(origin.maker() == RowMaker::person ? acts : bursts);
    });
    EXPECT_LT(std::abs(bursts - acts * n / (1 - n)),
              limit * std::sqrt(acts * n / ((1 - n) * (1 - n) * (1 - n))));
  }
}

// Of people who acted once and were set off once: an exponential delay, and often the same type.
TEST(Laws, OfWhatAnActSetsOff) {
  WorldSpec spec = human_spec(36);
  spec.size.people = 40'000;
  spec.size.activities = 60'000;
  spec.activity.dispersion = 1'000;
  spec.activity.quiet = 0;
  const World world = generate_world(spec);
  std::vector<double> delays;
  double same = 0;
  for (std::size_t p = 0; p < world.people.size(); ++p) {
    const auto i = world.activities.offsets[p];
    if (world.activities.offsets[p + 1] - i != 2 ||
        RowOrigin(truth_of(world).origin[i]).maker() != RowMaker::person ||
        RowOrigin(truth_of(world).origin[i + 1]).maker() != RowMaker::burst)
      continue;
    delays.push_back(.5 + static_cast<double>(std::chrono::floor<std::chrono::seconds>(
                                                  world.activities.times[i + 1].instant() -
                                                  world.activities.times[i].instant())
                                                  .count()));
    same += world.activities.types[i] == world.activities.types[i + 1];
  }
  EXPECT_GT(delays.size(), 2'000u);
  expect_distribution(delays, [](double x) { return -std::expm1(-x / 3600); });
  expect_moments(delays, 3600, 3600. * 3600, 9);
  double total = 0, squares = 0;
  for (const auto& type : spec.types) total += type.share, squares += type.share * type.share;
  const double by_lot = squares / (total * total);  // personas differ a little from it
  expect_share(same, static_cast<double>(delays.size()), .6 + .4 * by_lot);
}

// Members act 1 + lift · e^(κθ − κ²/2) times as much from creation to decision, and as ever
// otherwise.
TEST(Laws, OfPurchasesInTheLog) {
  WorldSpec spec = sized_spec(37, 600, 2'400, 200'000, 365);  // so few that many have two roles
  spec.machines.machine_opens = spec.machines.bots = 0;
  spec.activity.weekdays.assign(7, 1);
  spec.activity.branching = 0;
  const World world = generate_world(spec);
  std::vector<int> groups_of(world.people.size(), 0);
  for_each_member(world, [&](auto, std::size_t p) { ++groups_of[p]; });
  const Day first = spec.size.end - days_rep{364};
  struct Sum {
    double acts = 0, expected = 0;
  } within[2], outside;  // by the sign of the intent
  for_each_member(world, [&](std::size_t g, std::size_t p) {
    if (groups_of[p] != 1) return;
    const Day from = std::max(first, world.groups.created[g].utc_day());
    const Day to = world.outcomes.date[g].is_missing() ? spec.size.end + days_rep{1}
                                                       : world.outcomes.date[g].utc_day();
    const double theta = truth_of(world).intent[g];
    const double factor = 3 * std::exp(.8 * theta - .32);
    const double rate = truth_of(world).person_rate[p];
    Sum& in = within[theta > 0 ? 1 : 0];
    in.expected += rate * (1 + factor) * (to - from).count();
    outside.expected += rate * (365 - (to - from).count());
    for (auto i = world.activities.offsets[p]; i < world.activities.offsets[p + 1]; ++i) {
      if (RowOrigin(truth_of(world).origin[i]).is_duplicate()) continue;
      const Day day = world.activities.times[i].utc_day();
      ++(day >= from && day < to ? in : outside).acts;
    }
  });
  for (const Sum& sum : {within[0], within[1], outside}) {
    EXPECT_GT(sum.acts, 5'000);
    EXPECT_LT(std::abs(sum.acts - sum.expected), limit * std::sqrt(sum.expected));
  }
  EXPECT_GT(within[1].expected, within[0].expected);
}

// ---- what machines do, and what goes wrong ----

TEST(Laws, OfMailClients) {
  WorldSpec spec = human_spec(41);
  spec.activity.branching = 0;
  spec.machines.machine_opens = .5;
  const World world = generate_world(spec);
  std::vector<double> opens(world.people.size(), 0);
  double by_people = 0;
  for_each_row(world, [&](std::size_t p, std::size_t i, RowOrigin origin) {
    opens[p] += origin.maker() == RowMaker::client;
    by_people += origin.is_human() &&
                 world.activities.type_names[world.activities.types[i].index()] == "Open Email";
  });
  std::vector<double> counts(200, 0), probabilities;
  double all = 0, n = 0;
  for (std::size_t p = 0; p < opens.size(); ++p) {
    if ((truth_of(world).person_kind[p] & prefetched_person) == 0) continue;
    ++counts.at(static_cast<std::size_t>(opens[p]));
    all += opens[p];
    ++n;
  }
  for (double k = 0; k < 200; ++k)  // as many for everyone who has such a client
    probabilities.push_back(std::exp(k * std::log(all / n) - all / n - std::lgamma(k + 1)));
  expect_counts(counts, probabilities);
  EXPECT_LT(std::abs(all - by_people), limit * std::sqrt(all + by_people));  // half of the opens
}

TEST(Laws, OfBots) {
  WorldSpec spec = sized_spec(42, 200, 2'000, 400'000, 364);
  spec.machines.bots = .02;
  spec.machines.bot_acts = 12;
  const World world = generate_world(spec);
  std::map<std::pair<std::size_t, Day>, double> days;
  std::vector<double> seconds;
  double opened = 0, rows = 0, bots = 0;
  for (const std::uint8_t kind : truth_of(world).person_kind) bots += (kind & bot_person) != 0;
  for_each_row(world, [&](std::size_t p, std::size_t i, RowOrigin origin) {
    if (origin.maker() != RowMaker::bot) return;
    const Day day = world.activities.times[i].utc_day();
    ++days[{p, day}];
    ++rows;
    opened += world.activities.type_names[world.activities.types[i].index()] == "Open Email";
    const auto second = std::chrono::floor<std::chrono::seconds>(
        world.activities.times[i].instant() - Instant{day});
    seconds.push_back((static_cast<double>(second.count()) + .5) / 86'400);
  });
  expect_share(opened, rows, .5);
  expect_distribution(seconds, [](double x) { return x; });
  std::vector<double> counts(60, 0), probabilities;
  for (const auto& [day, n] : days) ++counts.at(static_cast<std::size_t>(n));
  for (double k = 0; k < 60; ++k)
    probabilities.push_back(std::exp(k * std::log(12) - 12 - std::lgamma(k + 1)));
  expect_counts(counts, probabilities);
  // They run as often as makes 8 % of the log without duplicates.
  const double runs = .08 * 400'000 / 1.005 / 12;
  expect_share(static_cast<double>(days.size()), bots * 260, runs / (bots * 260));
}

TEST(Laws, OfLateRowsAndDuplicates) {
  WorldSpec spec = human_spec(43);
  spec.rows.late = .2;
  spec.rows.duplicates = .1;
  const World world = generate_world(spec);
  double duplicates = 0;
  for (const std::uint8_t bits : truth_of(world).origin)
    duplicates += RowOrigin(bits).is_duplicate();
  const auto all = static_cast<double>(world.activities.size());
  const auto late = static_cast<double>(truth_of(world).late_rows.size());
  expect_share(duplicates, all - duplicates, .1);
  expect_share(late, all - duplicates, .2 * 1.1);  // a fifth of all rows
  std::vector<double> delays;
  for (std::size_t k = 0; k < truth_of(world).late_rows.size(); ++k)
    delays.push_back(
        .5 + static_cast<double>(std::chrono::floor<std::chrono::seconds>(
                                     truth_of(world).late_arrivals[k].instant() -
                                     world.activities.times[truth_of(world).late_rows[k]].instant())
                                     .count()));
  expect_distribution(delays, [](double x) { return -std::expm1(-x / (2 * 86'400)); });
}

// ---- how much, and how it ends ----

// As long as asked for, on average over worlds; also where much of what acts set off would come
// after its end.
void expect_length(std::uint64_t first_seed, double burst_hours, std::uint64_t days) {
  constexpr int worlds = 30;
  std::vector<double> length;
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    WorldSpec spec = sized_spec(first_seed + seed, 50, 500, 20'000, days);
    spec.activity.burst_hours = burst_hours;
    spec.machines.bots = .02;
    spec.rows.duplicates = .1;
    length.push_back(static_cast<double>(generate_world(spec).activities.size()));
  }
  const double mean = std::accumulate(length.begin(), length.end(), 0.) / worlds;
  double variance = 0;
  for (const double n : length) variance += (n - mean) * (n - mean) / (worlds - 1);
  EXPECT_LT(std::sqrt(variance), 20'000 * .04);
  EXPECT_LT(std::abs(mean - 20'000), limit * std::sqrt(variance / worlds)) << mean;
}

TEST(Laws, OfTheLengthOfTheLog) {
  expect_length(500, 1, 90);
  expect_length(600, 100, 10);
  expect_length(700, 1'000, 3);
}

TEST(Laws, OfOutcomes) {
  double won = 0, expected = 0, variance = 0;
  for (std::uint64_t seed = 50; seed < 60; ++seed) {
    WorldSpec spec = sized_spec(seed, 400, 4'000, 40'000, 90);
    spec.outcome.noise = 2;
    const World world = generate_world(spec);
    for (std::size_t g = 0; g < world.groups.size(); ++g) {
      const double p = truth_of(world).probability[g];
      if (std::isnan(p)) continue;
      won += world.outcomes.outcome[g] == Outcome::won;
      expected += p;
      variance += p * (1 - p);
    }
  }
  EXPECT_LT(std::abs(won - expected), limit * std::sqrt(variance));
}

}  // namespace
}  // namespace rolecall
