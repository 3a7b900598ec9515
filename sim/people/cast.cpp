#include "sim/people/cast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "core/error.hpp"
#include "core/find_id.hpp"
#include "core/parallel.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "core/samplers.hpp"
#include "generators/synthetic/population.hpp"
#include "generators/synthetic/purchases.hpp"
#include "scoring/role_conditions.hpp"
#include "sim/draws.hpp"
#include "sim/streams.hpp"

namespace rolecall::sim {
namespace {

constexpr std::size_t grain = 4096;
constexpr double year = 365;

// The first day of a Poisson process of so many events a year.
DayIndex first_day(Random& random, double rate) {
  const double uniform = random.uniform();
  if (rate <= 0) return never;
  const double day = -portable_log(uniform) * year / rate;
  return day < 1e9 ? static_cast<DayIndex>(day) : never;
}

// What the person was drawn with stands in the table; whether mail reaches them is text there.
bool says(const People& people, std::string_view column, std::size_t person,
          std::string_view value) {
  return std::get<TextColumn>(find(people.attributes, column)->values)[person] == value;
}

class Casting {
 public:
  Casting(const Scenario& scenario, const WorldSpec& spec, std::uint64_t seed)
      : scenario_(scenario), spec_(spec), seed_(seed) {}

  void draw_people(Cast& cast, const synthetic::Staff& staff) const {
    const std::size_t n = staff.people.size();
    cast.persona = staff.persona;
    cast.people_of = staff.offsets;
    cast.rate.resize(n);
    cast.intent.resize(n);
    cast.traits.resize(n);
    cast.hired.resize(n);
    cast.leaves.resize(n);
    cast.promotion.resize(n);
    std::vector<std::string> titles(n);
    parallel::for_blocks(n, grain, [&](std::size_t from, std::size_t to) {
      for (std::size_t p = from; p < to; ++p) titles[p] = draw_person(cast, staff, p);
    });
    for (const std::string& title : titles) cast.later_titles.push_back(title);
  }

 private:
  // Gives the title after the promotion. Every draw is made, whatever it is needed for.
  std::string draw_person(Cast& cast, const synthetic::Staff& staff, std::size_t p) const {
    const Scenario::Population& population = scenario_.population;
    const Scenario::Activity& activity = scenario_.activity;
    Random random(seed_, stream::cast, p);
    const bool quiet = draw_chance(random, activity.quiet);
    const double own = draw_gamma(random, activity.dispersion) / activity.dispersion;
    const double rate = activity.visits / 30 * own * spec_.personas[staff.persona[p]].rate;
    cast.rate[p] = quiet ? 0 : rate;
    cast.intent[p] = draw_normal(random);
    const bool reachable = says(staff.people, "email_status", p, "valid") &&
                           says(staff.people, "unsubscribed", p, "no");
    cast.traits[p] = static_cast<std::uint8_t>(
        (draw_chance(random, population.known) ? known_at_start : 0) |
        (draw_chance(random, activity.prefetching) ? prefetching : 0) |
        (draw_chance(random, activity.scanners) ? scanned : 0) | (reachable ? 0 : out_of_reach));
    const double joiners = population.joiners * static_cast<double>(cast.days) / year;
    const bool joins = draw_chance(random, joiners / (1 + joiners));
    const double when = random.uniform();
    cast.hired[p] = joins ? static_cast<DayIndex>(when * cast.days) : always;
    const DayIndex stays = first_day(random, population.leavers);
    const DayIndex from = joins ? cast.hired[p] : 0;
    cast.leaves[p] = stays < cast.days ? from + stays + 1 : never;
    const DayIndex rises = first_day(random, population.title_changes);
    const std::uint16_t persona = staff.persona[p];
    if (persona == 0 || rises >= cast.days || from + rises + 1 >= cast.leaves[p]) return {};
    cast.promotion[p] = {from + rises + 1, static_cast<std::uint16_t>(persona - 1)};
    const std::uint64_t title = random.below(spec_.personas[persona - 1u].titles.size());
    const std::uint64_t specialist =
        random.below(spec_.departments[staff.department[p]].specialists.size());
    return synthetic::title_of(spec_, persona - 1u, staff.department[p], title, specialist);
  }

  const Scenario& scenario_;
  const WorldSpec& spec_;
  std::uint64_t seed_;
};

// Everybody with a role in a group has a seat; sources and dates of the memberships are the
// vendor's business, not the buyers'.
void take_seats(Cast& cast, const synthetic::Buying& buying, std::size_t roles) {
  std::vector<std::uint16_t> number(roles);
  for (std::size_t id = 0; id < buying.role_rank.size(); ++id)
    number[id] = static_cast<std::uint16_t>(buying.role_rank[id]);
  for (std::size_t g = 0; g < buying.purchases.size(); ++g) {
    cast.group_intent.push_back(buying.purchases[g].intent);
    for (std::uint64_t m = buying.members.offsets[g]; m < buying.members.offsets[g + 1]; ++m) {
      const auto person = static_cast<std::uint32_t>(buying.members.people[m].index());
      const bool again =
          cast.seats.size() > cast.seats_of.back() && cast.seats.back().person == person;
      if (!again) cast.seats.push_back({person, number[buying.members.roles[m].index()]});
    }
    cast.seats_of.push_back(cast.seats.size());
  }
}

void draw_reparentings(Cast& cast, double rate, std::uint64_t seed) {
  for (std::size_t a = 0; a < cast.world.accounts.size(); ++a) {
    Random random(seed, stream::accounts, a);
    DayIndex day = first_day(random, rate);
    const std::uint64_t lot = random.word64();
    if (day < cast.days) cast.reparentings.push_back({day, static_cast<std::uint32_t>(a), lot});
  }
  std::ranges::stable_sort(cast.reparentings, {}, &Reparenting::day);
}

// The card of everybody for every interest, by the titles that the people have.
std::vector<std::vector<std::int8_t>> find_cards(const World& world, const Model& model,
                                                 const std::vector<std::uint32_t>& everybody) {
  std::vector<std::vector<std::int8_t>> cards;
  for (const RolesTemplate& roles : model.templates) {
    RoleConditions conditions(world, model, roles);
    if (conditions.changes_with_day())
      throw InputError({.field = fmt::format("template '{}'", roles.name),
                        .what = "its conditions look at what people did, or at days: in a "
                                "simulation roles come from who people are",
                        .remedy = "Let them look at titles, departments and accounts alone."});
    cards.push_back(conditions.cards(everybody, Day{}));
  }
  return cards;
}

// Everybody after their promotions; others with the titles they have.
World promoted(const Cast& cast, const WorldSpec& spec,
               const std::vector<std::uint32_t>& everybody) {
  World later;
  later.accounts = cast.world.accounts;
  later.people = cast.world.people;
  put_titles(cast, spec, never - 1, later.people, everybody);
  return later;
}

// Roles of a model that a world does not have yet.
void add_roles(World& world, const Model& model) {
  std::set<std::string> names;
  for (std::size_t r = 0; r < world.roles.size(); ++r) names.emplace(world.roles[r]);
  for (const RolesTemplate& t : model.templates)
    for (const RoleCard& card : t.roles) names.insert(card.name);
  world.roles = TextColumn({names.begin(), names.end()});
}

void check(const Playbook& playbook, const WorldSpec& spec) {
  ProblemList problems;
  std::vector<std::string> solutions;
  for (const auto& solution : spec.solutions) solutions.push_back(solution.name);
  for (const SolutionInterest& interest : playbook.interests)
    if (std::ranges::find(solutions, interest.name) == solutions.end())
      problems.add({.file = playbook.path,
                    .row = interest.row,
                    .field = "interest.name",
                    .value = interest.name,
                    .what = "the world has no solution of this name",
                    .remedy = suggest(interest.name, solutions)});
  constexpr std::size_t most_stages = 255;
  for (const StageModel& stages : playbook.stage_models)
    if (stages.stages.size() > most_stages)
      problems.add({.file = playbook.path,
                    .row = stages.row,
                    .field = "stage_model.stages",
                    .value = fmt::format("{} stages", stages.stages.size()),
                    .what = "these are more than a simulation keeps apart",
                    .remedy = fmt::format("Take {} at most.", most_stages)});
  problems.throw_if_any();
}

}  // namespace

void put_titles(const Cast& cast, const WorldSpec& spec, DayIndex day, People& people,
                const std::vector<std::uint32_t>& rows) {
  for (Attribute& attribute : people.attributes) {
    const bool title = attribute.name == "title";
    if (!title && attribute.name != "seniority") continue;
    const Attribute& before = *find(cast.world.people.attributes, attribute.name);
    TextColumn now;
    for (const std::uint32_t p : rows) {
      const Promotion& rise = cast.promotion[p];
      const bool rose = day >= rise.day;
      now.push_back(!rose   ? std::get<TextColumn>(before.values)[p]
                    : title ? cast.later_titles[p]
                            : std::string_view(spec.personas[rise.persona].name));
    }
    attribute.values = std::move(now);
  }
}

Cast make_cast(const Scenario& scenario, const Playbook& playbook, const Model& model,
               std::uint64_t seed) {
  const Phase phase("cast");
  WorldSpec spec = scenario.world;
  spec.seed = seed;
  spec.size.days = scenario.run.days + scenario.run.burn_in;
  spec.size.end = scenario.run.end;
  check(playbook, spec);
  Cast cast;
  cast.days = static_cast<DayIndex>(spec.size.days);
  cast.first = spec.size.first_day();
  synthetic::Company company = synthetic::make_accounts(spec);
  synthetic::Staff staff = synthetic::make_people(spec, company);
  synthetic::Buying buying = synthetic::make_groups(spec, company, staff);

  Casting(scenario, spec, seed).draw_people(cast, staff);
  take_seats(cast, buying, spec.roles.size());
  for (const auto& role : spec.roles) cast.role_weight.push_back(role.weighting);
  cast.world.accounts = std::move(company.accounts);
  cast.world.people = std::move(staff.people);
  // Empty of those who work there, as only they are asked: recorded worlds say it of the others.
  cast.world.people.attributes.push_back(
      {"left", TextColumn(std::vector<std::string>(cast.world.people.size()))});
  std::ranges::sort(cast.world.people.attributes, {}, &Attribute::name);
  cast.world.solutions = std::move(buying.solutions);
  cast.world.groups = std::move(buying.groups);
  cast.world.members.offsets.assign(cast.groups() + 1, 0);
  cast.world.activities.offsets.assign(cast.people() + 1, 0);  // audiences may ask, and hear: none
  cast.groups_at = invert<GroupId>(cast.world.accounts.size(), cast.groups(),
                                   [&](std::size_t g) { return cast.world.groups.accounts[g]; });
  add_roles(cast.world, model);
  for (const auto& role : spec.roles) {
    const auto known = find_id(cast.world.roles, role.name);
    cast.role_of_seat.push_back(known ? RoleId{*known} : RoleId{});
  }
  draw_reparentings(cast, scenario.population.reparenting, seed);
  std::vector<std::uint32_t> everybody(cast.people());
  std::iota(everybody.begin(), everybody.end(), 0u);
  cast.card = find_cards(cast.world, model, everybody);
  cast.later_card = find_cards(promoted(cast, spec, everybody), model, everybody);
  return cast;
}

}  // namespace rolecall::sim
