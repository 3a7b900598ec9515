#include "random_world.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <tuple>

namespace rolecall::testing {
namespace {

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : bits_(seed) {}

  std::size_t below(std::size_t n) { return bits_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  Timestamp time() {
    const auto days = static_cast<std::int32_t>(below(40'000)) - 10'000;
    const Day day{days_rep{days}};
    if (one_in(3)) return Timestamp{day};
    return Timestamp{Instant{day} + std::chrono::microseconds{below(86'400'000'000)}};
  }
  Timestamp time_or_missing() { return one_in(3) ? Timestamp{} : time(); }

  std::string text() {
    static constexpr const char* words[] = {"",      "Zoë", "VP, \"Sales\"", "日本", "a\nb",
                                            "🦆 ", "x"};
    std::string text = words[below(std::size(words))];
    if (one_in(20)) text += std::string(300, 'y');
    return text;
  }

  double number() {
    if (one_in(5)) return std::nan("");
    if (one_in(9)) return -0.0;
    return static_cast<double>(bits_()) / 3.0;
  }

  Attributes attributes(std::size_t rows) {
    Attributes all;
    for (const char* name : {"", ".", "..", "50% off/new", "Größe", "a/b/c", "industry", "%2F"}) {
      if (one_in(3)) continue;
      Attribute attribute{name, {}};
      if (one_in(2)) {
        TextColumn column;
        for (std::size_t i = 0; i < rows; ++i) column.push_back(text());
        attribute.values = std::move(column);
      } else {
        std::vector<double> column(rows);
        for (double& value : column) value = number();
        attribute.values = std::move(column);
      }
      all.push_back(std::move(attribute));
    }
    std::ranges::sort(all, {}, &Attribute::name);
    return all;
  }

  TextColumn keys(const char* prefix, std::size_t n) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < n; ++i) texts.push_back(prefix + std::to_string(i));
    std::ranges::sort(texts);
    return TextColumn(texts);
  }

 private:
  std::mt19937_64 bits_;
};

std::vector<std::uint64_t> partition(Maker& make, std::size_t tables, std::size_t rows) {
  std::vector<std::uint64_t> offsets{0};
  for (std::size_t i = 1; i < tables; ++i) offsets.push_back(make.below(rows + 1));
  if (tables > 0) offsets.push_back(rows);
  std::ranges::sort(offsets);
  return offsets;
}

Memberships random_members(Maker& make, std::size_t groups, std::size_t people, std::size_t roles) {
  Memberships m;
  m.offsets = partition(make, groups, 3 * groups);
  for (std::size_t g = 0; g < groups; ++g) {
    std::vector<std::tuple<PersonId, RoleId, Timestamp>> keys(m.offsets[g + 1] - m.offsets[g]);
    for (auto& key : keys)
      key = {PersonId{make.below(people)}, RoleId{make.below(roles)}, make.time_or_missing()};
    std::ranges::sort(keys);
    for (const auto& [person, role, since] : keys) {
      m.people.push_back(person);
      m.roles.push_back(role);
      m.since.push_back(since);
      m.until.push_back(make.time_or_missing());
      m.sources.push_back(static_cast<MemberSource>(make.below(3)));
    }
  }
  m.attributes = make.attributes(m.size());
  return m;
}

ActivityLog random_activities(Maker& make, std::size_t people, std::size_t rows, bool counted) {
  ActivityLog log;
  log.type_names = make.keys("Öffnen ", 7);
  log.offsets = partition(make, people, rows);
  for (std::size_t p = 0; p < people; ++p) {
    std::vector<std::tuple<Timestamp, ActivityTypeId, std::uint64_t>> keys(log.offsets[p + 1] -
                                                                           log.offsets[p]);
    for (auto& key : keys)
      key = {make.time(), ActivityTypeId{make.below(7)},
             counted ? make.below(std::size_t{1} << (make.one_in(2) ? 3 : 50)) : 1};
    std::ranges::sort(keys);
    for (const auto& [time, type, count] : keys) {
      log.times.push_back(time);
      log.types.push_back(type);
      if (counted) log.counts.push_back(count);
    }
  }
  log.attributes = make.attributes(log.size());
  return log;
}

Truth random_truth(Maker& make, const World& world) {
  const auto numbers = [&](std::size_t n) {
    std::vector<double> values(n);
    for (double& value : values) value = make.number();
    return values;
  };
  Truth t;
  t.specification = make.text();
  for (const char* role : {"second", "", "first", "Größe"}) t.roles.push_back(role);
  t.types = make.keys("Öffnen ", 9);
  for (std::size_t r = 0; r < t.roles.size(); ++r)
    t.role_influence.push_back(static_cast<double>(make.below(100)) / 3);
  for (std::size_t k = 0; k < t.types.size(); ++k)
    t.type_influence.push_back(static_cast<double>(make.below(100)) / -7);
  t.window_days = 1 + static_cast<int>(make.below(400));
  t.daily_cap = make.one_in(3) ? UINT64_MAX : 1 + make.below(100);
  t.half_life_days = make.one_in(3) ? 0 : static_cast<double>(make.below(100)) / 3;
  t.intercept = make.number();
  t.slope = make.number();
  t.ceiling_auc = make.number();
  t.intent = numbers(world.groups.size());
  t.score = numbers(world.groups.size());
  t.probability = numbers(world.groups.size());
  t.person_rate = numbers(world.people.size());
  for (std::size_t p = 0; p < world.people.size(); ++p)
    t.person_kind.push_back(static_cast<std::uint8_t>(make.below(8)));
  for (std::size_t i = 0; i < world.activities.size(); ++i) {
    t.origin.push_back(static_cast<std::uint8_t>(make.below(16)));
    if (!make.one_in(5)) continue;
    t.late_rows.push_back(i);
    t.late_arrivals.push_back(make.time());
  }
  return t;
}

void add_random_deals(Maker& make, World& w) {
  constexpr std::size_t n = 20;
  Deals& d = w.deals;
  d.ids = make.keys("d", n);
  for (std::size_t i = 0; i < n; ++i) {
    d.accounts.push_back(make.one_in(4) ? AccountId{} : AccountId{make.below(w.accounts.size())});
    d.solutions.push_back(make.one_in(4) ? SolutionId{}
                                         : SolutionId{make.below(w.solutions.size())});
    d.pipelines.push_back(make.text());
    d.stages.push_back(make.text());
    d.opened.push_back(make.time_or_missing());
    d.closed.push_back(make.time_or_missing());
    d.values.push_back(make.number());
    d.outcomes.push_back(static_cast<Outcome>(make.below(4)));
  }
  d.attributes = make.attributes(n);

  DealContacts& c = w.deal_contacts;
  c.offsets.clear();
  for (std::size_t i = 0; i <= n; ++i) {
    c.offsets.push_back(c.size());
    if (i == n) break;
    std::set<std::pair<PersonId, RoleId>> contacts;
    for (std::size_t k = make.below(4); k > 0; --k)
      contacts.emplace(PersonId{make.below(w.people.size())},
                       make.one_in(3) ? RoleId{} : RoleId{make.below(w.roles.size())});
    for (const auto& [person, role] : contacts) {
      c.people.push_back(person);
      c.roles.push_back(role);
    }
  }
  c.attributes = make.attributes(c.size());

  DealEvents& e = w.deal_events;
  e.type_names = make.keys("Ereignis ", 3);
  e.offsets = partition(make, n, 50);
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<std::tuple<Timestamp, DealEventTypeId, std::string>> keys(e.offsets[i + 1] -
                                                                          e.offsets[i]);
    for (auto& key : keys) key = {make.time(), DealEventTypeId{make.below(3)}, make.text()};
    std::ranges::sort(keys);
    for (const auto& [time, type, detail] : keys) {
      e.times.push_back(time);
      e.types.push_back(type);
      e.details.push_back(detail);
    }
  }
  e.attributes = make.attributes(e.size());
}

}  // namespace

World random_world(std::uint64_t seed, std::size_t people, std::size_t activities) {
  Maker make(seed);
  World w;
  w.accounts.ids = make.keys("Konto ", 12);
  for (std::size_t a = 0; a < 12; ++a)
    w.accounts.parents.push_back(a == 0 || make.one_in(3) ? AccountId{} : AccountId{make.below(a)});
  w.accounts.attributes = make.attributes(12);
  w.people.ids = make.keys("p", people);
  for (std::size_t p = 0; p < people; ++p)
    w.people.accounts.push_back(make.one_in(5) ? AccountId{} : AccountId{make.below(12)});
  w.people.attributes = make.attributes(people);
  w.solutions = make.keys("Lösung ", 3);
  w.roles = make.keys("role ", 5);
  w.groups.ids = make.keys("g", 15);
  for (std::size_t g = 0; g < 15; ++g) {
    w.groups.accounts.emplace_back(make.below(12));
    w.groups.solutions.emplace_back(make.below(3));
    w.groups.created.push_back(make.time_or_missing());
    w.outcomes.outcome.push_back(static_cast<Outcome>(make.below(4)));
    w.outcomes.date.push_back(make.time_or_missing());
    w.outcomes.value.push_back(make.number());
  }
  w.groups.attributes = make.attributes(15);
  w.outcomes.attributes = make.attributes(15);
  w.members = random_members(make, 15, people, 5);
  w.activities = random_activities(make, people, activities, seed % 2 == 1);
  if (seed % 3 == 2) w.truth = random_truth(make, w);
  if (seed % 4 != 0) add_random_deals(make, w);
  return w;
}

}  // namespace rolecall::testing
