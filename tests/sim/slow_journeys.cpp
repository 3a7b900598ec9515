#include "slow_journeys.hpp"

#include <algorithm>
#include <tuple>

namespace rolecall::sim {
namespace {

using People = std::vector<std::uint32_t>;

void act(const std::vector<Action>& actions, std::uint32_t group, const People& people, Moment at,
         KeyedHost& host) {
  for (const Action& action : actions) {
    if (!action.of_people())
      host.act(action, group, {}, at);
    else if (!people.empty())
      host.act(action, group, people, at);
  }
}

// Of the people, those whose first path with a condition that they meet is this one.
People on_path(const std::vector<node::PeoplePath>& paths, std::size_t path, const People& people,
               KeyedHost& host) {
  People chosen;
  for (const std::uint32_t person : people)
    for (std::size_t p = 0; p < paths.size(); ++p)
      if (!paths[p].where || !host.matching_people(*paths[p].where, {&person, 1}).empty()) {
        if (p == path) chosen.push_back(person);
        break;
      }
  return chosen;
}

std::chrono::sys_days day_of(Moment at) { return std::chrono::floor<std::chrono::days>(at); }

}  // namespace

void SlowJourneys::run_day(Day day, Rows groups, KeyedHost& host) {
  const Moment midnight(day), tomorrow = midnight + std::chrono::days(1);
  for (auto& [who, traveller] : travellers_)
    if (traveller.inside && std::ranges::find(groups, who.second) == groups.end())
      traveller = {.at = midnight, .entries = traveller.entries};
  for (std::size_t j = 0; j < journeys_.size(); ++j)
    for (const std::uint32_t group : groups) {
      Traveller& traveller = travellers_[{j, group}];
      if (traveller.inside || traveller.entries >= journeys_[j].max_entries) continue;
      if (traveller.entries > 0 && (day - day_of(traveller.at)).count() < journeys_[j].delay_days)
        continue;
      if (journeys_[j].where && host.matching_groups(*journeys_[j].where, {&group, 1}).empty())
        continue;
      ++traveller.entries;
      arrive(traveller, 0, midnight, 0);
      traveller.inside = true;
    }
  while (true) {
    const std::pair<std::size_t, std::uint32_t>* first = nullptr;
    const auto order = [&](const auto& who) {
      const Traveller& t = travellers_[who];
      return std::tuple(t.at, t.step, who.first, t.node, who.second);
    };
    for (const auto& [who, traveller] : travellers_)
      if (traveller.inside && traveller.at < tomorrow &&
          (first == nullptr || order(who) < order(*first)))
        first = &who;
    if (first == nullptr) return;
    move(first->first, first->second, host);
  }
}

void SlowJourneys::arrive(Traveller& traveller, NodeIndex next, Moment at, std::uint32_t step) {
  traveller.waited = false;
  traveller.at = at;
  traveller.step = step;
  traveller.node = next;
}

void SlowJourneys::move(std::size_t journey, std::uint32_t group, KeyedHost& host) {
  Traveller& traveller = travellers_[{journey, group}];
  const NodeIndex here = traveller.node;
  const Moment now = traveller.at;
  if (here == journey_end) {
    traveller.inside = false;
    return;
  }
  const JourneyNode& node = journeys_[journey].nodes[here];
  visits_[{journey, here}] += !traveller.waited;
  const auto go = [&](NodeIndex next) { arrive(traveller, next, now, traveller.step + 1); };

  if (const auto* groups = std::get_if<node::SplitGroups>(&node.kind)) {
    for (const auto& path : groups->paths)
      if (!path.where || !host.matching_groups(*path.where, {&group, 1}).empty())
        return go(path.next);
    return go(journey_end);
  }
  if (const auto* random = std::get_if<node::RandomGroups>(&node.kind)) {
    std::vector<std::uint64_t>& taken = taken_[{journey, here}];
    taken.resize(random->percents.size());
    std::uint64_t n = 1;
    for (const std::uint64_t t : taken) n += t;
    std::vector<std::int64_t> below;
    for (std::size_t p = 0; p < taken.size(); ++p)
      below.push_back(std::int64_t(random->percents[p] * n) - std::int64_t(100 * taken[p]));
    const auto path = std::size_t(std::ranges::max_element(below) - below.begin());
    ++taken[path];
    return go(random->next[path]);
  }
  if (const auto* split = std::get_if<node::SplitPeople>(&node.kind)) {
    const People people = host.people(group, split->among);
    for (std::size_t p = 0; p < split->paths.size(); ++p)
      act(split->paths[p].actions, group, on_path(split->paths, p, people, host), now, host);
    return go(split->next);
  }
  if (const auto* random = std::get_if<node::RandomPeople>(&node.kind)) {
    const People people = host.people(group, random->among);
    const std::vector<std::uint64_t> lots = host.lots(group, people, node, now);
    std::size_t dealt = 0;
    for (std::size_t p = 0; p < random->percents.size(); ++p) {
      const bool last = p + 1 == random->percents.size();
      const std::size_t share =
          last ? people.size() - dealt : random->percents[p] * people.size() / 100;
      People chosen;
      for (std::size_t i = 0; i < people.size(); ++i) {
        std::size_t before = 0;  // those whose lot comes first
        for (std::size_t k = 0; k < people.size(); ++k)
          before += std::tuple(lots[k], people[k]) < std::tuple(lots[i], people[i]);
        if (before >= dealt && before < dealt + share) chosen.push_back(people[i]);
      }
      dealt += share;
      act(random->actions[p], group, chosen, now, host);
    }
    return go(random->next);
  }
  if (const auto* does = std::get_if<node::Act>(&node.kind)) {
    const People people = on_path({does->does}, 0, host.people(group, does->among), host);
    act(does->does.actions, group, people, now, host);
    return go(does->next);
  }
  if (const auto* wait = std::get_if<node::Wait>(&node.kind)) {
    if (traveller.waited) return go(wait->next);
    const auto* until_then = std::get_if<WaitUntil>(&wait->until);
    const auto* hours = std::get_if<std::chrono::hours>(&wait->until);
    arrive(traveller, here, until_then ? until(*until_then, now) : now + *hours, 0);
    traveller.waited = true;
    return;
  }
  const auto& listen = std::get<node::Listen>(node.kind);
  const Moment timeout = now + listen.timeout;
  std::uint64_t count = 0;
  NodeIndex next = listen.too_late;
  Moment when = timeout;
  for (const auto& [at, type] : host.activities(group, now))
    if (at > now && at <= timeout && count < listen.count &&
        std::ranges::find(listen.types, type) != listen.types.end() && ++count == listen.count) {
      next = listen.then;
      when = at;
    }
  // At midnight it is asked about the day; then to go on at once is a step of that moment.
  arrive(traveller, next, when, when == day_of(when) ? 1 : 0);
}

}  // namespace rolecall::sim
