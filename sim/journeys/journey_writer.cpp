#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/journeys/journey_file.hpp"

namespace rolecall::sim {
namespace {

using Parts = std::vector<std::string>;  // "key = value", of an inline table

std::string table(const Parts& parts) { return fmt::format("{{ {} }}", fmt::join(parts, ", ")); }
std::string list(const Parts& parts) { return fmt::format("[{}]", fmt::join(parts, ", ")); }

void add_text(Parts& parts, std::string_view key, std::string_view text) {
  parts.push_back(fmt::format("{} = {}", key, quoted_key(text)));
}

void add_where(Parts& parts, const std::optional<Predicate>& where) {
  if (where) add_text(parts, "where", where->text());
}

std::string text_of(const Action& action) {
  Parts parts;
  add_text(parts, "do", word_for(action.kind));
  if (const std::string_view key = name_key(action.kind); !key.empty())
    add_text(parts, key, action.name);
  if (action.kind == Action::Kind::send) add_text(parts, "channel", word_for(action.channel));
  if (action.kind == Action::Kind::adjust_score)
    parts.push_back(fmt::format("points = {}", action.points));
  return table(parts);
}

void add_actions(Parts& parts, const std::vector<Action>& actions) {
  Parts all;
  for (const Action& action : actions) all.push_back(text_of(action));
  parts.push_back("actions = " + list(all));
}

// The lines of a node, by kind.
class NodeWriter {
 public:
  NodeWriter(const Journey& journey, Parts& lines) : journey_(journey), lines_(lines) {}

  void operator()(const node::SplitGroups& split) const {
    Parts paths;
    for (const auto& path : split.paths) {
      Parts parts;
      add_where(parts, path.where);
      add_target(parts, "next", path.next);
      paths.push_back(table(parts));
    }
    lines_.push_back("paths = " + list(paths));
  }
  void operator()(const node::RandomGroups& split) const {
    Parts paths;
    for (std::size_t p = 0; p < split.percents.size(); ++p) {
      Parts parts{fmt::format("percent = {}", split.percents[p])};
      add_target(parts, "next", split.next[p]);
      paths.push_back(table(parts));
    }
    lines_.push_back("paths = " + list(paths));
  }
  void operator()(const node::SplitPeople& split) const {
    Parts paths;
    for (const auto& path : split.paths) {
      Parts parts;
      add_where(parts, path.where);
      add_actions(parts, path.actions);
      paths.push_back(table(parts));
    }
    add_among(split.among);
    lines_.push_back("paths = " + list(paths));
    add_target(lines_, "next", split.next);
  }
  void operator()(const node::RandomPeople& split) const {
    Parts paths;
    for (std::size_t p = 0; p < split.percents.size(); ++p) {
      Parts parts{fmt::format("percent = {}", split.percents[p])};
      add_actions(parts, split.actions[p]);
      paths.push_back(table(parts));
    }
    add_among(split.among);
    lines_.push_back("paths = " + list(paths));
    add_target(lines_, "next", split.next);
  }
  void operator()(const node::Act& act) const {
    add_among(act.among);
    add_where(lines_, act.does.where);
    add_actions(lines_, act.does.actions);
    add_target(lines_, "next", act.next);
  }
  void operator()(const node::Wait& wait) const {
    if (const auto* until = std::get_if<WaitUntil>(&wait.until))
      add_text(lines_, "until", to_string(*until));
    else
      lines_.push_back(fmt::format("hours = {}", std::get<0>(wait.until).count()));
    add_target(lines_, "next", wait.next);
  }
  void operator()(const node::Listen& listen) const {
    Parts types;
    for (const std::string& type : listen.types) types.push_back(quoted_key(type));
    lines_.push_back("activities = " + list(types));
    lines_.push_back(fmt::format("count = {}", listen.count));
    lines_.push_back(fmt::format("timeout_days = {}", listen.timeout.count()));
    add_target(lines_, "then", listen.then);
    add_target(lines_, "timeout", listen.too_late);
  }

 private:
  void add_target(Parts& parts, std::string_view key, NodeIndex next) const {
    if (next != journey_end) add_text(parts, key, journey_.nodes[next].id);
  }
  void add_among(Among among) const {
    if (among != Among::members) add_text(lines_, "among", word_for(among));
  }

  const Journey& journey_;
  Parts& lines_;
};

}  // namespace

std::string to_toml(const std::vector<Journey>& journeys) {
  std::string out;
  for (const Journey& journey : journeys) {
    Parts lines{"[[journey]]"};
    add_text(lines, "name", journey.name);
    add_where(lines, journey.where);
    lines.push_back(fmt::format("max_entries = {}", journey.max_entries));
    lines.push_back(fmt::format("delay_days = {}", journey.delay_days));
    for (const JourneyNode& node : journey.nodes) {
      lines.emplace_back("\n[[journey.node]]");
      add_text(lines, "id", node.id);
      std::visit([&](const auto& kind) { add_text(lines, "kind", kind.name); }, node.kind);
      std::visit(NodeWriter(journey, lines), node.kind);
    }
    out += fmt::format("{}{}\n", out.empty() ? "" : "\n", fmt::join(lines, "\n"));
  }
  return out;
}

}  // namespace rolecall::sim
