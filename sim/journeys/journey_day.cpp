#include "sim/journeys/journey_day.hpp"

#include <algorithm>

#include "sim/journeys/quota.hpp"

namespace rolecall::sim {
namespace {

Moment moment(std::int64_t seconds) { return Moment(std::chrono::seconds(seconds)); }
std::int64_t seconds(Moment at) { return at.time_since_epoch().count(); }

// For each of the rows, which ascend, the first path whose condition holds for it, or the number of
// paths. `ask` gives those of some rows that a condition holds for.
template <class Path, class Ask>
std::vector<std::size_t> first_matches(std::span<const Path> paths, Rows rows, Ask ask) {
  std::vector<std::size_t> taken(rows.size(), paths.size());
  std::vector<std::uint32_t> left(rows.begin(), rows.end());
  for (std::size_t p = 0; p < paths.size() && !left.empty(); ++p) {
    const std::vector<std::uint32_t> matched = paths[p].where ? ask(*paths[p].where, left) : left;
    std::vector<std::uint32_t> others;
    std::ranges::set_difference(left, matched, std::back_inserter(others));
    for (const std::uint32_t row : matched)
      taken[static_cast<std::size_t>(std::ranges::lower_bound(rows, row) - rows.begin())] = p;
    left = std::move(others);
  }
  return taken;
}

}  // namespace

void JourneyDay::run(Rows groups) {
  look_through(groups);
  enter(groups);
  std::vector<std::uint32_t> together;
  while (!agenda_.empty()) {
    here_ = agenda_.top();
    const JourneyRun::Place& place = run_.places()[here_.node];
    together.clear();
    while (!agenda_.empty()) {
      const Stop& next = agenda_.top();
      if (next.at != here_.at || next.step != here_.step || next.node != here_.node) break;
      together.push_back(next.group);
      state_.visits[here_.node] +=
          state_.since[slot(next.group, place.journey)] == JourneyState::not_begun;
      agenda_.pop();
    }
    std::visit([&](const auto& node) { move(node, together); }, place.node->kind);
  }
}

bool JourneyDay::may_enter(const Journey& journey, std::size_t slot) const {
  if (state_.node[slot] != JourneyState::outside) return false;
  if (state_.entries[slot] == 0) return true;
  const auto left = std::chrono::floor<std::chrono::days>(moment(state_.moment[slot]));
  return state_.entries[slot] < journey.max_entries &&
         midnight_ >= left + std::chrono::days(journey.delay_days);
}

void JourneyDay::look_through(Rows groups) {
  const std::size_t journeys = run_.journeys().size();
  auto existing = groups.begin();
  for (std::size_t s = 0; s < state_.node.size(); ++s) {
    if (state_.node[s] == JourneyState::outside) continue;
    const auto group = static_cast<std::uint32_t>(s / journeys);
    while (existing != groups.end() && *existing < group) ++existing;
    if (existing == groups.end() || *existing != group)
      leave(group, s % journeys, midnight_);
    else if (const Moment at = moment(state_.moment[s]); at < tomorrow())
      agenda_.push({at, 0, state_.node[s], group});
  }
}

void JourneyDay::enter(Rows groups) {
  for (std::size_t j = 0; j < run_.journeys().size(); ++j) {
    const Journey& journey = run_.journeys()[j];
    std::vector<std::uint32_t> entering;
    std::ranges::copy_if(groups, std::back_inserter(entering),
                         [&](std::uint32_t group) { return may_enter(journey, slot(group, j)); });
    if (journey.where && !entering.empty())
      entering = host_.matching_groups(*journey.where, entering);
    for (const std::uint32_t group : entering) {
      const std::size_t s = slot(group, j);
      state_.node[s] = run_.first_place(j);
      ++state_.entries[s];
      ++state_.entered[j];
      schedule(s, {midnight_, 0, state_.node[s], group});
    }
  }
}

void JourneyDay::schedule(std::size_t slot, const Stop& stop) {
  state_.moment[slot] = seconds(stop.at);
  if (stop.at < tomorrow()) agenda_.push(stop);
}

void JourneyDay::go(std::uint32_t group, NodeIndex next, Moment at) {
  const std::size_t journey = run_.places()[here_.node].journey, s = slot(group, journey);
  if (next == journey_end) return leave(group, journey, at);
  state_.node[s] = run_.first_place(journey) + next;
  state_.since[s] = JourneyState::not_begun;
  schedule(s, {at, at == here_.at ? here_.step + 1 : 0, state_.node[s], group});
}

void JourneyDay::leave(std::uint32_t group, std::size_t journey, Moment at) {
  const std::size_t s = slot(group, journey);
  state_.node[s] = JourneyState::outside;
  state_.since[s] = JourneyState::not_begun;
  state_.moment[s] = seconds(at);
  ++state_.left[journey];
}

void JourneyDay::move(const node::SplitGroups& node, Rows groups) {
  const std::span<const node::SplitGroups::Path> paths = node.paths;
  const auto taken = first_matches(paths, groups, [&](const Predicate& where, Rows rows) {
    return host_.matching_groups(where, rows);
  });
  for (std::size_t i = 0; i < groups.size(); ++i)
    go(groups[i], taken[i] < paths.size() ? paths[taken[i]].next : journey_end);
}

void JourneyDay::move(const node::RandomGroups& node, Rows groups) {
  const auto taken =
      std::span(state_.taken).subspan(run_.places()[here_.node].taken, node.percents.size());
  for (const std::uint32_t group : groups) {
    const std::size_t path = furthest_below(node.percents, taken);
    ++taken[path];
    go(group, node.next[path]);
  }
}

void JourneyDay::move(const node::SplitPeople& node, Rows groups) {
  act_by_path(node.paths, node.among, groups);
  for (const std::uint32_t group : groups) go(group, node.next);
}

void JourneyDay::move(const node::Act& node, Rows groups) {
  if (std::ranges::any_of(node.does.actions, &Action::of_people))
    act_by_path({&node.does, 1}, node.among, groups);
  else
    for (const std::uint32_t group : groups) act(node.does.actions, group, {});
  for (const std::uint32_t group : groups) go(group, node.next);
}

void JourneyDay::move(const node::RandomPeople& node, Rows groups) {
  for (const std::uint32_t group : groups) {
    const std::vector<std::uint32_t> people = host_.people(group, node.among);
    const JourneyNode& whole = *run_.places()[here_.node].node;
    const std::vector<std::uint64_t> lots = host_.lots(group, people, whole, here_.at);
    std::vector<std::pair<std::uint64_t, std::uint32_t>> drawn;
    for (std::size_t i = 0; i < people.size(); ++i) drawn.emplace_back(lots[i], people[i]);
    std::ranges::sort(drawn);
    auto dealt = drawn.begin();
    const std::vector<std::size_t> shares = shares_of(node.percents, people.size());
    for (std::size_t path = 0; path < shares.size(); ++path) {
      std::vector<std::uint32_t> chosen;
      for (std::size_t i = 0; i < shares[path]; ++i) chosen.push_back((dealt++)->second);
      std::ranges::sort(chosen);
      act(node.actions[path], group, chosen);
    }
    go(group, node.next);
  }
}

void JourneyDay::move(const node::Wait& node, Rows groups) {
  for (const std::uint32_t group : groups) {
    const std::size_t s = slot(group, run_.places()[here_.node].journey);
    if (state_.since[s] != JourneyState::not_begun) {
      go(group, node.next);
      continue;
    }
    const auto* hours = std::get_if<std::chrono::hours>(&node.until);
    state_.since[s] = seconds(here_.at);
    schedule(
        s, {hours != nullptr ? here_.at + *hours : until(std::get<WaitUntil>(node.until), here_.at),
            0, here_.node, group});
  }
}

void JourneyDay::move(const node::Listen& node, Rows groups) {
  std::vector<Listener> listeners;
  for (const std::uint32_t group : groups) {
    std::int64_t& since = state_.since[slot(group, run_.places()[here_.node].journey)];
    if (since == JourneyState::not_begun) since = seconds(here_.at);
    const Moment begun = moment(since), last = tomorrow() - std::chrono::seconds(1);
    listeners.push_back({group, begun, std::min<Moment>(begun + node.timeout, last)});
  }
  const std::vector<std::optional<Moment>> heard = host_.heard(node, listeners);
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    const auto& [group, since, until] = listeners[i];
    if (heard[i])
      go(group, node.then, std::max(*heard[i], here_.at));  // new members bring what they did
    else if (until == since + node.timeout)
      go(group, node.too_late, until);
    else
      schedule(slot(group, run_.places()[here_.node].journey), {tomorrow(), 0, here_.node, group});
  }
}

void JourneyDay::act(const std::vector<Action>& actions, std::uint32_t group, Rows people) {
  for (const Action& action : actions) {
    if (!action.of_people())
      host_.act(action, group, {}, here_.at);
    else if (!people.empty())
      host_.act(action, group, people, here_.at);
  }
}

void JourneyDay::act_by_path(std::span<const node::PeoplePath> paths, Among among, Rows groups) {
  // Everyone is asked once, whatever groups they are in.
  std::vector<std::vector<std::uint32_t>> people;
  std::vector<std::uint32_t> everyone;
  for (const std::uint32_t group : groups) {
    people.push_back(host_.people(group, among));
    everyone.insert(everyone.end(), people.back().begin(), people.back().end());
  }
  std::ranges::sort(everyone);
  everyone.erase(std::unique(everyone.begin(), everyone.end()), everyone.end());
  const auto taken = first_matches(paths, everyone, [&](const Predicate& where, Rows rows) {
    return host_.matching_people(where, rows);
  });
  std::vector<std::vector<std::uint32_t>> chosen(paths.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (auto& path : chosen) path.clear();
    for (const std::uint32_t person : people[g]) {
      const auto at = std::ranges::lower_bound(everyone, person) - everyone.begin();
      if (const std::size_t path = taken[static_cast<std::size_t>(at)]; path < paths.size())
        chosen[path].push_back(person);
    }
    for (std::size_t path = 0; path < paths.size(); ++path)
      act(paths[path].actions, groups[g], chosen[path]);
  }
}

}  // namespace rolecall::sim
