#include "sim/journeys/action_reader.hpp"

#include <fmt/format.h>

#include "core/toml_lists.hpp"

namespace rolecall::sim {
namespace {

Action read_action(TomlTable in, Actors actors) {
  Action action;
  action.row = in.raw().source().begin.line;
  const toml::node* kind = in.raw().get("do");
  if (kind == nullptr) in.report_missing("do", "Say what is done: { do = \"alert_sales\" }.");
  in.choice("do", action.kind);
  // Of a word that is none, the other keys cannot be judged.
  if (kind == nullptr || kind->value<std::string_view>() != word_for(action.kind)) return action;
  if (actors == Actors::people && !action.of_people())
    in.report(*kind, "do", "a path of people does things to people alone",
              "Give it a node of its own, of the kind \"action\".");
  if (const std::string_view key = name_key(action.kind); !key.empty()) {
    const auto name = in.string(key);
    if (in.raw().get(key) == nullptr)
      in.report_missing(key, fmt::format("Name the {}.", key));
    else if (name && name->empty())
      in.report(*in.raw().get(key), key, "the name is empty", fmt::format("Name the {}.", key));
    action.name = name.value_or("");
  }
  if (action.kind == Action::Kind::send) in.choice("channel", action.channel);
  if (action.kind == Action::Kind::adjust_score) {
    if (in.raw().get("points") == nullptr)
      in.report_missing("points", "Say by how many points: points = 5, or -5.");
    action.points = in.number("points", -1e6, 1e6).value_or(0);
  }
  in.reject_unknown_keys();
  return action;
}

}  // namespace

std::vector<Action> read_actions(TomlTable& in, Actors actors) {
  std::vector<Action> actions;
  for_each_table(in, "actions",
                 [&](TomlTable action) { actions.push_back(read_action(action, actors)); });
  if (const toml::node* node = in.raw().get("actions"); node == nullptr)
    in.report_missing("actions", "List what is done: actions = [{ do = \"alert_sales\" }].");
  else if (node->is_array() && node->as_array()->empty())
    in.report(*node, "actions", "nothing is done", "List at least one action.");
  return actions;
}

}  // namespace rolecall::sim
