#include "sim/journeys/node_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/predicate/condition_key.hpp"
#include "core/toml_lists.hpp"
#include "sim/journeys/action_reader.hpp"

namespace rolecall::sim {
namespace {

constexpr std::int64_t longest_days = 3650;  // of a wait or a listen

// Calls read(path) for each table under `paths`, of which there must be one.
template <class Read>
void for_each_path(TomlTable& in, Read read) {
  std::size_t paths = 0;
  for_each_table(in, "paths", [&](TomlTable path) {
    read(path);
    path.reject_unknown_keys();
    ++paths;
  });
  if (const toml::node* node = in.raw().get("paths"); node == nullptr)
    in.report_missing("paths", "A split has paths: paths = [{ ... }, { ... }].");
  else if (node->is_array() && paths == 0)
    in.report(*node, "paths", "a split has paths", "Write them as paths = [{ ... }, { ... }].");
}

// Reports a path behind one that takes all; `closed` says whether there was one before.
void check_order(TomlTable& in, bool& closed) {
  const toml::node* where = in.raw().get("where");
  if (closed && where == nullptr)
    in.report_missing("where", "The path before it has none either, and takes all: keep one.");
  else if (closed)
    in.report(*where, "where", "nobody comes to this path",
              "The one before it has no condition and takes all: put that last.");
  closed = where == nullptr;
}

std::uint32_t read_percent(TomlTable& in) {
  if (in.raw().get("percent") == nullptr)
    in.report_missing("percent", "Say how many of a hundred take the path.");
  return static_cast<std::uint32_t>(in.integer("percent", 1, 100).value_or(0));
}

void check_percents(TomlTable& in, const std::vector<std::uint32_t>& percents) {
  const auto sum = std::accumulate(percents.begin(), percents.end(), std::uint64_t{0});
  const bool all_read = std::ranges::find(percents, 0u) == percents.end();
  if (!percents.empty() && all_read && sum != 100)
    in.report(*in.raw().get("paths"), "paths", fmt::format("the percentages add up to {}", sum),
              "They must make 100.");
}

// Makes it a node of the kind of that name, if there is one.
template <class... Kinds>
bool make(std::variant<Kinds...>& node, std::string_view name) {
  return ((name == Kinds::name && (node = Kinds(), true)) || ...);
}

template <class... Kinds>
std::vector<std::string> names_of(const std::variant<Kinds...>&) {
  return {std::string(Kinds::name)...};
}

}  // namespace

JourneyNode NodeReader::read(TomlTable in) {
  JourneyNode node;
  node.row = in.raw().source().begin.line;
  const auto id = in.string("id"), kind = in.string("kind");
  if (in.raw().get("id") == nullptr) in.report_missing("id", "Other nodes name it by its id.");
  if (id && id->empty()) in.report(*in.raw().get("id"), "id", "the id is empty", "Give it one.");
  node.id = id.value_or("");
  if (kind && make(node.kind, *kind)) {
    std::visit([&](auto& one) { read(in, one); }, node.kind);
    in.reject_unknown_keys();
    return node;
  }
  targets_known_ = false;
  if (kind)
    in.report(*in.raw().get("kind"), "kind", "there is no such kind of node",
              suggest(*kind, names_of(node.kind)));
  else if (in.raw().get("kind") == nullptr)
    in.report_missing("kind", suggest("", names_of(node.kind)));
  return node;
}

NodeIndex NodeReader::target(TomlTable& in, std::string_view key) {
  const std::optional<std::string> id = in.string(key);
  if (!id) {
    targets_known_ = targets_known_ && in.raw().get(key) == nullptr;
    return journey_end;
  }
  const auto found = std::ranges::find(ids_, *id);
  if (found != ids_.end()) return static_cast<NodeIndex>(found - ids_.begin());
  targets_known_ = false;
  in.report(*in.raw().get(key), key, "the journey has no node of this id", suggest(*id, ids_));
  return journey_end;
}

void NodeReader::read(TomlTable& in, node::SplitGroups& split) {
  bool closed = false;
  for_each_path(in, [&](TomlTable& path) {
    check_order(path, closed);
    auto where = read_condition(path, "where");
    split.paths.push_back({std::move(where), target(path, "next")});
  });
}

void NodeReader::read(TomlTable& in, node::RandomGroups& split) {
  for_each_path(in, [&](TomlTable& path) {
    split.percents.push_back(read_percent(path));
    split.next.push_back(target(path, "next"));
  });
  check_percents(in, split.percents);
}

void NodeReader::read(TomlTable& in, node::SplitPeople& split) {
  in.choice("among", split.among);
  bool closed = false;
  for_each_path(in, [&](TomlTable& path) {
    check_order(path, closed);
    auto where = read_condition(path, "where");
    split.paths.push_back({std::move(where), read_actions(path, Actors::people)});
  });
  split.next = target(in, "next");
}

void NodeReader::read(TomlTable& in, node::RandomPeople& split) {
  in.choice("among", split.among);
  for_each_path(in, [&](TomlTable& path) {
    split.percents.push_back(read_percent(path));
    split.actions.push_back(read_actions(path, Actors::people));
  });
  check_percents(in, split.percents);
  split.next = target(in, "next");
}

void NodeReader::read(TomlTable& in, node::Act& act) {
  in.choice("among", act.among);
  act.does.where = read_condition(in, "where");
  act.does.actions = read_actions(in, Actors::people_and_group);
  act.next = target(in, "next");
  if (std::ranges::none_of(act.does.actions, &Action::of_people))
    for (const char* key : {"where", "among"})
      if (const toml::node* node = in.raw().get(key); node != nullptr && !act.does.actions.empty())
        in.report(*node, key, "no action of the node is about people", "Leave it out.");
}

void NodeReader::read(TomlTable& in, node::Wait& wait) {
  const auto given = [&](const char* key) { return in.raw().get(key) != nullptr; };
  if (given("until") == (given("days") || given("hours")))
    in.report_missing("until",
                      "Say how long in one way: days = 3, hours = 12, or until = \"9:00\".");
  const auto days = in.integer("days", 1, longest_days);
  const auto hours = in.integer("hours", 1, 24 * longest_days);
  if (days || hours) wait.until = std::chrono::hours(days.value_or(0) * 24 + hours.value_or(0));
  if (const auto text = in.string("until")) {
    if (const auto until = parse_wait_until(*text))
      wait.until = *until;
    else
      in.report(*in.raw().get("until"), "until", "this is no time to wait for",
                "Write \"9:00\", \"Tuesday\", or \"10:00, Monday to Friday\".");
  }
  wait.next = target(in, "next");
}

void NodeReader::read(TomlTable& in, node::Listen& listen) {
  listen.types = texts(in, "activities");
  if (in.raw().get("activities") == nullptr)
    in.report_missing("activities", "Name what to listen for: activities = [\"Visit\"].");
  else if (in.raw().get("activities")->is_array() && listen.types.empty())
    in.report(*in.raw().get("activities"), "activities", "there is nothing to listen for",
              "Name at least one type of activity.");
  listen.count =
      static_cast<std::uint64_t>(in.integer("count", 1, std::int64_t{1'000'000'000}).value_or(1));
  if (in.raw().get("timeout_days") == nullptr)
    in.report_missing("timeout_days", "Say after how many days it ends: timeout_days = 7.");
  listen.timeout = std::chrono::days(in.integer("timeout_days", 1, longest_days).value_or(1));
  listen.then = target(in, "then");
  listen.too_late = target(in, "timeout");
}

}  // namespace rolecall::sim
