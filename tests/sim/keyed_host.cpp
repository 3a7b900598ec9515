#include "keyed_host.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace rolecall::sim {
namespace {

constexpr std::uint32_t people_of_account = 12;

}  // namespace

std::uint64_t KeyedHost::key(std::initializer_list<std::uint64_t> parts,
                             std::string_view text) const {
  std::uint64_t hash = seed_;
  const auto add = [&](std::uint64_t part) {
    hash = (hash ^ part) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  };
  for (const std::uint64_t part : parts) add(part);
  for (const char c : text) add(static_cast<unsigned char>(c));
  return hash;
}

std::vector<std::uint32_t> KeyedHost::existing() const {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t g = 0; g < groups_; ++g) {
    const std::uint64_t from = 20'514 + key({1, g}) % 12, gone = from + 4 + key({2, g}) % 60;
    if (day_ >= from && day_ < gone) rows.push_back(g);
  }
  return rows;
}

std::vector<std::uint32_t> KeyedHost::matching_groups(const Predicate& where, Rows groups) {
  EXPECT_TRUE(std::ranges::is_sorted(groups));
  std::vector<std::uint32_t> rows;
  for (const std::uint32_t group : groups)
    if (key({3, group, day_}, where.text() + stages_[group]) % 2 == 0) rows.push_back(group);
  return rows;
}

std::vector<std::uint32_t> KeyedHost::matching_people(const Predicate& where, Rows people) {
  EXPECT_TRUE(std::ranges::is_sorted(people));
  std::vector<std::uint32_t> rows;
  for (const std::uint32_t person : people)
    if (key({4, person, day_}, where.text()) % 3 > 0) rows.push_back(person);
  return rows;
}

// Accounts of twelve people and two groups.
std::set<std::uint32_t>& KeyedHost::members(std::uint32_t group) {
  const auto [found, added] = members_.try_emplace(group);
  if (added)
    for (std::uint32_t p = 0; p < people_of_account; ++p)
      if (key({5, group, p}) % 3 == 0) found->second.insert(group / 2 * people_of_account + p);
  return found->second;
}

std::vector<std::uint32_t> KeyedHost::people(std::uint32_t group, Among among) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t p = 0; p < people_of_account; ++p) {
    const std::uint32_t person = group / 2 * people_of_account + p;
    if (members(group).contains(person) == (among == Among::members)) rows.push_back(person);
  }
  return rows;
}

std::vector<std::pair<Moment, std::string>> KeyedHost::activities(std::uint32_t group,
                                                                  Moment from) const {
  std::vector<std::pair<Moment, std::string>> all;
  const auto first = std::chrono::floor<std::chrono::days>(from);
  for (auto day = first; day < first + std::chrono::days(8); day += std::chrono::days(1)) {
    const auto number = static_cast<std::uint64_t>(day.time_since_epoch().count());
    for (std::uint64_t n = key({6, group, number}) % 4; n > 0; --n) {
      const std::uint64_t bits = key({7, group, number, n});
      // On the hour, so that moments meet; at midnight too.
      all.emplace_back(day + std::chrono::hours(bits % 24), types[bits / 24 % types.size()]);
    }
  }
  std::ranges::sort(all);
  return all;
}

std::vector<std::optional<Moment>> KeyedHost::heard(const node::Listen& node,
                                                    std::span<const Listener> listeners) {
  std::vector<std::optional<Moment>> moments;
  for (const Listener& listener : listeners) {
    std::uint64_t count = 0;
    std::optional<Moment> when;
    for (const auto& [at, type] : activities(listener.group, listener.since))
      if (at > listener.since && at <= listener.until && !when &&
          std::ranges::find(node.types, type) != node.types.end() && ++count == node.count)
        when = at;
    moments.push_back(when);
  }
  return moments;
}

std::vector<std::uint64_t> KeyedHost::lots(std::uint32_t group, Rows people,
                                           const JourneyNode& node, Moment at) {
  std::vector<std::uint64_t> all;
  for (const std::uint32_t person : people)  // some are equal
    all.push_back(key({8, group, person, std::uint64_t(at.time_since_epoch().count())}, node.id) %
                  64);
  return all;
}

void KeyedHost::act(const Action& action, std::uint32_t group, Rows people, Moment at) {
  EXPECT_EQ(action.of_people(), !people.empty());
  EXPECT_TRUE(std::ranges::is_sorted(people));
  log.push_back(fmt::format("{} {} {} {} {}: {} {}", at.time_since_epoch().count(), group,
                            word_for(action.kind), action.name, action.points,
                            word_for(action.channel), fmt::join(people, " ")));
  for (const std::uint32_t person : people) {
    if (action.kind == Action::Kind::assign) members(group).insert(person);
    if (action.kind == Action::Kind::remove) members(group).erase(person);
  }
  if (action.kind == Action::Kind::set_stage) stages_[group] = action.name;
}

}  // namespace rolecall::sim
