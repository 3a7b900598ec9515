#include "deal_world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <tuple>

namespace rolecall::testing {
namespace {

template <class Get, class List>
TextColumn sorted_names(const List& list, Get get) {
  std::set<std::string> names;
  for (const auto& item : list) names.insert(get(item));
  TextColumn column;
  for (const std::string& name : names) column.push_back(name);
  return column;
}

std::size_t find_row(const TextColumn& names, std::string_view name) {
  std::size_t row = 0;
  while (row < names.size() && names[row] != name) ++row;
  return row;
}

Timestamp time_of(const std::string& text) {
  return text.empty() ? Timestamp{} : *parse_timestamp(text);
}

}  // namespace

World DealWorld::make() const {
  World world;
  world.accounts.ids = sorted_names(accounts, [](const std::string& a) { return a; });
  world.accounts.parents.resize(world.accounts.ids.size());
  std::vector<double> revenues(world.accounts.ids.size(), std::nan(""));
  for (std::size_t a = 0; a < revenue.size(); ++a)
    revenues[find_row(world.accounts.ids, accounts[a])] = revenue[a];
  world.accounts.attributes.push_back({"revenue", revenues});
  const auto account_of = [&](const std::string& name) {
    return name.empty() ? AccountId{} : AccountId{find_row(world.accounts.ids, name)};
  };

  auto persons = people;
  std::ranges::sort(persons);
  for (const auto& [id, account] : persons) {
    world.people.ids.push_back(id);
    world.people.accounts.push_back(account_of(account));
  }
  ActivityLog& log = world.activities;
  log.type_names = sorted_names(activities, [](const Activity& a) { return a.type; });
  for (std::size_t p = 0; p < world.people.size(); ++p) {
    std::vector<std::tuple<Timestamp, std::size_t, std::uint64_t>> rows;
    for (const Activity& a : activities)
      if (a.person == world.people.ids[p])
        rows.emplace_back(time_of(a.time), find_row(log.type_names, a.type), a.count);
    std::ranges::sort(rows);
    for (const auto& [time, type, count] : rows) {
      log.times.push_back(time);
      log.types.emplace_back(type);
      log.counts.push_back(count);
    }
    log.offsets.push_back(log.times.size());
  }

  auto all = deals;
  std::ranges::sort(all, {}, &Deal::id);
  DealEvents& events_of = world.deal_events;
  events_of.type_names = sorted_names(events, [](const Event& e) { return e.type; });
  for (const Deal& deal : all) {
    world.deals.ids.push_back(deal.id);
    world.deals.accounts.push_back(account_of(deal.account));
    world.deals.solutions.emplace_back();
    world.deals.pipelines.push_back(deal.pipeline);
    world.deals.stages.push_back(deal.stage);
    world.deals.opened.push_back(time_of(deal.opened));
    world.deals.closed.push_back(time_of(deal.closed));
    world.deals.values.push_back(deal.value);
    world.deals.outcomes.push_back(deal.outcome);
    std::set<std::size_t> contacts;
    for (const std::string& person : deal.contacts)
      contacts.insert(find_row(world.people.ids, person));
    for (const std::size_t person : contacts) {
      world.deal_contacts.people.emplace_back(person);
      world.deal_contacts.roles.emplace_back();
    }
    world.deal_contacts.offsets.push_back(world.deal_contacts.people.size());
    std::vector<std::tuple<Timestamp, std::size_t, std::string>> rows;
    for (const Event& e : events)
      if (e.deal == deal.id)
        rows.emplace_back(time_of(e.time), find_row(events_of.type_names, e.type), e.detail);
    std::ranges::sort(rows);
    for (const auto& [time, type, detail] : rows) {
      events_of.times.push_back(time);
      events_of.types.emplace_back(type);
      events_of.details.push_back(detail);
    }
    events_of.offsets.push_back(events_of.times.size());
  }
  return world;
}

namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : bits_(seed * 2 + 1) {}
  std::size_t below(std::size_t n) { return bits_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  T pick(std::initializer_list<T> choices) {
    return *(choices.begin() + static_cast<std::ptrdiff_t>(below(choices.size())));
  }
  std::string time(std::size_t days = 45) {
    const Day day = *parse_day("2026-02-20") + days_rep{static_cast<int>(below(days))};
    if (one_in(3)) return to_string(day);
    return to_string(Timestamp(Instant{day} + std::chrono::minutes{below(8) * 180 + 5}));
  }

 private:
  std::mt19937_64 bits_;
};

}  // namespace

World random_deal_world(std::uint64_t seed) {
  Dice dice(seed);
  DealWorld world{.accounts = {"a1", "a2"}, .revenue = {500, 2000}};
  const std::size_t people = 1 + dice.below(5);
  for (std::size_t p = 0; p < people; ++p)
    world.people.emplace_back(fmt::format("p{}", p), dice.pick<std::string>({"a1", "a2", ""}));
  for (std::size_t d = 1 + dice.below(5); d-- > 0;) {
    DealWorld::Deal deal{.id = fmt::format("d{}", d)};
    if (!dice.one_in(6)) deal.opened = dice.time(25);
    if (dice.one_in(2)) {
      deal.closed = dice.time();
      deal.outcome = dice.pick({Outcome::won, Outcome::lost});
    }
    deal.pipeline = dice.pick<std::string>({"New", "Renewal", ""});
    deal.stage = dice.pick<std::string>({"A", "B", "C", ""});
    deal.account = dice.pick<std::string>({"a1", "a2", ""});
    deal.value = dice.pick({100.0, 5000.0, std::nan("")});
    if (dice.one_in(2))
      for (std::size_t p = 0; p < people; ++p)
        if (dice.one_in(2)) deal.contacts.push_back(fmt::format("p{}", p));
    for (std::size_t e = dice.one_in(3) ? 0 : dice.below(8); e > 0; --e) {
      const auto type = dice.pick<std::string>({"stage", "stage", "pipeline", "meeting"});
      const auto detail = type == "stage"      ? dice.pick<std::string>({"A", "B", "C"})
                          : type == "pipeline" ? dice.pick<std::string>({"New", "Renewal"})
                                               : std::string("");
      world.events.push_back({deal.id, type, dice.time(), detail});
    }
    world.deals.push_back(std::move(deal));
  }
  for (std::size_t a = dice.below(60); a > 0; --a)
    world.activities.push_back({fmt::format("p{}", dice.below(people)),
                                dice.pick<std::string>({"Open", "Reply", "Visit"}), dice.time(),
                                dice.pick<std::uint64_t>({1, 1, 1, 2, 5, 0})});
  return world.make();
}

namespace {

std::string random_trigger(Dice& dice, bool of_deals, const std::vector<std::string>& scores) {
  const std::size_t kind = of_deals ? dice.below(6) : dice.below(2) * 4;
  switch (kind) {
    case 1:
      return R"(event = "meeting")";
    case 2:
      return fmt::format("stage = \"{}\"{}", dice.pick({"A", "B", "*"}),
                         dice.one_in(3) ? ", from = \"A\"" : "");
    case 3:
      return fmt::format("enters_pipeline = \"{}\"", dice.pick({"New", "*"}));
    case 4:
      return fmt::format("score = \"{}\", crosses = {}, direction = \"{}\"",
                         scores[dice.below(scores.size())], dice.pick({5, 10, 20, -3}),
                         dice.pick({"up", "down"}));
    default: {
      std::string on =
          fmt::format("activity = {}", dice.pick({"\"Reply\"", "\"*\"", "[\"Open\", \"Visit\"]"}));
      if (of_deals && dice.one_in(3)) on += ", feeds = \"newest\"";
      if (of_deals && dice.one_in(4)) on += ", pipeline = \"New\"";
      return on;
    }
  }
}

std::string random_condition(Dice& dice, bool of_deals) {
  if (of_deals)
    return dice.pick({"account.revenue > 1000", "value >= 1000", "count(*, last 5 days) >= 3",
                      "stage = \"A\"", "days_since(\"Reply\") < 7", "outcome = \"open\"",
                      "pipeline = \"New\" and not (stage = \"C\")"});
  return dice.pick({"account.revenue > 1000", "count(\"Reply\", last 9 days) >= 2"});
}

std::string random_score(Dice& dice, const std::string& name, bool of_deals,
                         const std::vector<std::string>& scores) {
  std::string text =
      fmt::format("[[score]]\nname = \"{}\"\nof = \"{}\"\n", name, of_deals ? "deal" : "contact");
  if (dice.one_in(2)) text += fmt::format("start = {}\n", dice.pick({"10", "2.5", "-4"}));
  if (dice.one_in(6)) text += "factor = 1.25\n";
  if (dice.one_in(4)) text += "min = 0\n";
  if (dice.one_in(4)) text += "max = 22.25\n";
  if (name == scores.back() && dice.one_in(2)) text += fmt::format("sum = [\"{}\"]\n", scores[0]);
  if (of_deals && dice.one_in(3)) text += "contacts = \"c2\"\n";
  for (std::size_t r = 1 + dice.below(4); r > 0; --r) {
    text += "[[score.rule]]\n";
    const bool is_static = dice.one_in(3);
    if (!is_static) text += fmt::format("on = {{ {} }}\n", random_trigger(dice, of_deals, scores));
    if (is_static || dice.one_in(4))
      text += fmt::format("when = '{}'\n", random_condition(dice, of_deals));
    const bool sets = !is_static && dice.one_in(4);
    text += sets ? std::string(dice.pick({"set = 7", "reset = true"}))
                 : fmt::format("{} = {}", dice.pick({"add", "subtract"}),
                               dice.pick({"5", "2.5", "0.125", "10"}));
    text += '\n';
    if (dice.one_in(3)) text += fmt::format("expires_days = {}\n", dice.pick({1, 3, 10}));
    if (!sets && dice.one_in(3))
      text += fmt::format("decay = {{ every_days = {}, loss = {} }}\n", dice.pick({1, 2, 7}),
                          dice.pick({"0.5", "0.25", "0.333333", "1"}));
    if (dice.one_in(5)) text += "once = true\n";
  }
  for (std::size_t s = dice.one_in(3) ? 1 + dice.below(2) : 0; s > 0; --s)
    text += fmt::format("[[score.stagnation]]\nidle_days = {}\nevery_days = {}\npoints = 1.5\n{}",
                        dice.pick({0, 3, 7}), dice.pick({1, 2, 3}),
                        dice.one_in(2) ? "activities = [\"Reply\"]\nevents = []\n" : "");
  for (std::size_t m = dice.one_in(3) ? 1 + dice.below(2) : 0; m > 0; --m)
    text += fmt::format("[[score.multiplier]]\nwhen = '{}'\nfactor = {}\n",
                        random_condition(dice, of_deals), dice.pick({"2.0", "0.5", "-1.333333"}));
  return text;
}

}  // namespace

std::string random_deal_rules(std::uint64_t seed) {
  Dice dice(seed ^ 0xfeed);
  std::string text = fmt::format(
      "format = \"rolecall.rules/1\"\nname = \"random\"\n[readings]\nstatic_unlatch = {}\n"
      "stagnation_rounding = \"{}\"\nstagnation_recovers = {}\n"
      "stagnation_counts_itself = {}\nday_boundary = \"{}\"\n",
      dice.one_in(2), dice.pick({"floor", "ceil"}), dice.one_in(2), dice.one_in(2),
      dice.pick({"UTC", "UTC", "America/New_York", "Asia/Kolkata"}));
  const std::vector<std::string> deal_scores{"d1", "d2", "d3"}, contact_scores{"c1", "c2"};
  for (const std::string& name : deal_scores) text += random_score(dice, name, true, deal_scores);
  for (const std::string& name : contact_scores)
    text += random_score(dice, name, false, contact_scores);
  for (std::size_t a = dice.below(3); a > 0; --a)
    text += fmt::format("[[action]]\non = {{ {} }}\nnotify = \"owner\"\nonce = {}\n",
                        random_trigger(dice, true, deal_scores), dice.one_in(2));
  if (dice.one_in(3)) text += "[[action]]\nwhen = 'stage = \"B\"'\nhand_off = \"sales\"\n";
  return text;
}

}  // namespace rolecall::testing
