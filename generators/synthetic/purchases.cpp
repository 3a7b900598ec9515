#include "generators/synthetic/purchases.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"
#include "generators/synthetic/shares.hpp"

namespace rolecall::synthetic {
namespace {

constexpr std::size_t grain = 256;

// Positions of the names in bytewise order.
template <class Items>
std::vector<std::size_t> by_name(const Items& items) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return items[i].name; });
  return order;
}

Day day_of(const WorldSpec& spec, std::int64_t day) {
  return spec.size.first_day() + days_rep{static_cast<int>(day)};
}

Purchase draw_purchase(const WorldSpec& spec, std::uint64_t entity) {
  const auto days = static_cast<std::int64_t>(spec.size.days);
  Random random(spec.seed, RandomStream::groups, entity);
  Purchase purchase{.entity = entity};
  purchase.intent = draw_normal(random);
  const bool open = draw_chance(random, spec.groups.open);
  const double when = random.uniform();
  const double drawn = draw_log_normal(random, spec.groups.cycle_days, spec.groups.cycle_spread);
  const double cycle = std::clamp(std::floor(drawn + .5), 1., 100'000.);
  purchase.value =
      std::floor(draw_log_normal(random, spec.groups.deal_value, spec.groups.deal_spread) + .5);
  if (open) {
    purchase.decided = undecided;
    purchase.created = days - 1 - static_cast<std::int64_t>(std::floor(when * cycle));
  } else {
    const std::int64_t first =
        std::min(static_cast<std::int64_t>(spec.outcome.window_days), days / 2);
    purchase.decided =
        first + static_cast<std::int64_t>(std::floor(when * static_cast<double>(days - first)));
    purchase.created = purchase.decided - static_cast<std::int64_t>(cycle);
  }
  return purchase;
}

// Fills the roles of groups with candidates.
class Casting {
 public:
  struct Member {
    std::uint32_t person = 0;
    std::size_t role = 0;  // index into the specification's roles
    std::int64_t since = 0, until = 0;
    bool has_since = false, has_until = false;
    MemberSource source = MemberSource::job;
  };

  Casting(const WorldSpec& spec, const Staff& staff)
      : spec_(spec), staff_(staff), source_table_(table_of(spec.groups.sources)) {
    for (const auto& [name, share] : spec.groups.sources)
      for (const MemberSource s : {MemberSource::job, MemberSource::journey, MemberSource::manual})
        if (to_string(s) == name) sources_.push_back(s);
    const auto rank = [&](const std::string& persona) {
      return std::ranges::find(spec.personas, persona, &WorldSpec::Persona::name) -
             spec.personas.begin();
    };
    for (const auto& role : spec.roles) bounds_.emplace_back(rank(role.from), rank(role.to));
  }

  // In order of (person, role's name). `department` is that of the solution.
  std::vector<Member> cast(const Purchase& purchase, std::size_t department, std::uint64_t begin,
                           std::uint64_t end) const {
    Random random(spec_.seed, RandomStream::members, purchase.entity);
    std::vector<Member> members;
    std::vector<std::uint8_t> taken(end - begin, 0);
    for (std::size_t r = 0; r < spec_.roles.size(); ++r) {
      const bool missing = draw_chance(random, spec_.roles[r].missing);
      const std::uint64_t wanted = 1 + draw_poisson(random, spec_.roles[r].members - 1);
      if (missing) continue;
      for (const std::uint64_t person : choose(random, r, department, begin, taken, wanted)) {
        members.push_back(date(random, purchase, static_cast<std::uint32_t>(person), r));
        taken[person - begin] = 1;
      }
    }
    std::ranges::sort(members, [&](const Member& a, const Member& b) {
      return a.person != b.person ? a.person < b.person
                                  : spec_.roles[a.role].name < spec_.roles[b.role].name;
    });
    return members;
  }

 private:
  // The candidates nearest to what the role asks for, of equals at random.
  std::vector<std::uint64_t> choose(Random& random, std::size_t role, std::size_t department,
                                    std::uint64_t begin, const std::vector<std::uint8_t>& taken,
                                    std::uint64_t wanted) const {
    constexpr std::uint64_t per_persona = 4, other_department = 2, second_role = 7;
    const auto [highest, lowest] = bounds_[role];
    const bool own = spec_.roles[role].department == "own";
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranked;  // distance « 32 | lot, person
    for (std::uint64_t person = begin; person < begin + taken.size(); ++person) {
      const std::ptrdiff_t persona = staff_.persona[person];
      const auto off = static_cast<std::uint64_t>(
          std::max({highest - persona, persona - lowest, std::ptrdiff_t{0}}));
      const std::uint64_t distance =
          per_persona * off +
          (own && staff_.department[person] != department ? other_department : 0) +
          (taken[person - begin] != 0 ? second_role : 0);
      ranked.emplace_back(distance << 32 | random.word32(), person);
    }
    const auto n = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(wanted, ranked.size()));
    std::ranges::partial_sort(ranked, ranked.begin() + n);
    std::vector<std::uint64_t> chosen;
    for (std::ptrdiff_t i = 0; i < n; ++i)
      chosen.push_back(ranked[static_cast<std::size_t>(i)].second);
    return chosen;
  }

  // When and by whom someone came in. Every draw is made, whatever it is needed for.
  Member date(Random& random, const Purchase& purchase, std::uint32_t person,
              std::size_t role) const {
    const std::int64_t last =
        std::min(purchase.decided, static_cast<std::int64_t>(spec_.size.days));
    const auto uniform_day = [&](std::int64_t from) {
      return from + static_cast<std::int64_t>(
                        std::floor(random.uniform() * static_cast<double>(last - from)));
    };
    Member member;
    member.person = person;
    member.role = role;
    member.has_since = draw_chance(random, spec_.groups.dated_members);
    member.has_until = draw_chance(random, spec_.groups.leavers);
    member.since = uniform_day(purchase.created);
    member.until = uniform_day(member.has_since ? member.since : purchase.created);
    member.source = sources_[source_table_.draw(random)];
    return member;
  }

  const WorldSpec& spec_;
  const Staff& staff_;
  std::vector<MemberSource> sources_;
  AliasTable source_table_;
  std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>> bounds_;  // by role: personas it takes
};

struct Opening {
  std::uint64_t account;
  std::size_t solution;  // index into the specification's
};

// Which accounts have a group for which solution. A group needs candidates.
std::vector<Opening> find_openings(const WorldSpec& spec, const Company& company,
                                   const Staff& staff) {
  std::vector<Opening> openings;
  for (std::size_t a = 0; a < company.accounts.size(); ++a) {
    for (std::size_t s = 0; s < spec.solutions.size(); ++s) {
      const bool whole = spec.solutions[s].level == "company";
      if (whole && company.accounts.parents[a]) continue;
      Random random(spec.seed, RandomStream::openings, a * spec.solutions.size() + s);
      const bool wanted = draw_chance(random, spec.solutions[s].share);
      const std::size_t end = whole ? company.family_end[a] : a + 1;
      if (wanted && staff.offsets[end] > staff.offsets[a]) openings.push_back({a, s});
    }
  }
  return openings;
}

}  // namespace

Buying make_groups(const WorldSpec& spec, const Company& company, const Staff& staff) {
  const Phase phase("purchases");
  Buying buying;
  std::vector<std::size_t> solution_id(spec.solutions.size());
  for (const std::size_t s : by_name(spec.solutions)) {
    solution_id[s] = buying.solutions.size();
    buying.solutions.push_back(spec.solutions[s].name);
  }
  std::vector<RoleId> role_id(spec.roles.size());
  buying.role_rank = by_name(spec.roles);
  for (const std::size_t r : buying.role_rank) {
    role_id[r] = RoleId{buying.roles.size()};
    buying.roles.push_back(spec.roles[r].name);
  }

  const std::vector<Opening> openings = find_openings(spec, company, staff);
  const Casting casting(spec, staff);
  const std::size_t n = openings.size();
  buying.purchases.resize(n);
  std::vector<std::vector<Casting::Member>> casts(n);
  parallel::for_blocks(n, grain, [&](std::size_t from, std::size_t to) {
    for (std::size_t g = from; g < to; ++g) {
      const auto [account, s] = openings[g];
      const WorldSpec::Solution& solution = spec.solutions[s];
      const auto department =
          std::ranges::find(spec.departments, solution.department, &WorldSpec::Department::name) -
          spec.departments.begin();
      const std::size_t end =
          solution.level == "company" ? company.family_end[account] : account + 1;
      buying.purchases[g] = draw_purchase(spec, account * spec.solutions.size() + s);
      casts[g] = casting.cast(buying.purchases[g], static_cast<std::size_t>(department),
                              staff.offsets[account], staff.offsets[end]);
    }
  });

  const TextColumn& account_names =
      std::get<TextColumn>(find(company.accounts.attributes, "name")->values);
  TextColumn names;
  Groups& groups = buying.groups;
  Memberships& members = buying.members;
  for (std::size_t g = 0; g < n; ++g) {
    const auto [account, s] = openings[g];
    groups.ids.push_back(numbered('G', g, n));
    groups.accounts.emplace_back(account);
    groups.solutions.emplace_back(solution_id[s]);
    groups.created.emplace_back(day_of(spec, buying.purchases[g].created));
    names.push_back(spec.solutions[s].name + " for " + std::string(account_names[account]));
    for (const Casting::Member& m : casts[g]) {
      members.people.emplace_back(m.person);
      members.roles.push_back(role_id[m.role]);
      members.sources.push_back(m.source);
      members.since.push_back(m.has_since ? Timestamp(day_of(spec, m.since)) : Timestamp{});
      members.until.push_back(m.has_until ? Timestamp(day_of(spec, m.until)) : Timestamp{});
    }
    members.offsets.push_back(members.people.size());
  }
  groups.attributes = {{"name", std::move(names)}};
  return buying;
}

}  // namespace rolecall::synthetic
