#include "sim/journeys/journey_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/predicate/condition_key.hpp"
#include "core/toml_lists.hpp"
#include "sim/journeys/node_reader.hpp"

namespace rolecall::sim {
namespace {

// The ids of all nodes, "" for one without, so that nodes can name those behind them.
std::vector<std::string> ids_of(const TomlTable& journey) {
  std::vector<std::string> ids;
  if (const auto* nodes = journey.raw()["node"].as_array())
    for (const toml::node& node : *nodes)
      if (const auto* table = node.as_table())
        ids.push_back((*table)["id"].value<std::string>().value_or(""));
  return ids;
}

void check_name(TomlTable& in, const Journey& journey, const std::vector<Journey>& before) {
  const toml::node* node = in.raw().get("name");
  if (node == nullptr) return in.report_missing("name", "Give it a name.");
  if (!node->is_string()) return;
  if (journey.name.empty()) in.report(*node, "name", "the name is empty", "Give it one.");
  if (std::ranges::find(before, journey.name, &Journey::name) != before.end())
    in.report(*node, "name", "another one has this name", "Names tell journeys apart: change one.");
}

// What is wrong with the way that nodes hang together. Their targets must be known.
void check_ways(TomlTable& in, const Journey& journey,
                const std::vector<const toml::node*>& nodes) {
  for (const NodeIndex n : unreachable(journey))
    in.report(*nodes[n], "node", fmt::format("no way leads to the node '{}'", journey.nodes[n].id),
              fmt::format("Groups enter at '{}': lead them here, or leave it out.",
                          journey.nodes.front().id));
  for (const auto& [from, to] : endless(journey))
    in.report(*nodes[from], "node",
              fmt::format("'{}' leads back to '{}' without a wait or a listen between",
                          journey.nodes[from].id, journey.nodes[to].id),
              "Groups would go round without end within a moment: put a wait there.");
}

void read_nodes(TomlTable& in, Journey& journey) {
  const toml::node* list = in.raw().get("node");
  const std::vector<std::string> ids = ids_of(in);
  if (ids.size() > most_nodes) {
    in.take("node");
    return in.report(*list, "node", fmt::format("the journey has {} nodes", ids.size()),
                     fmt::format("It may have {}.", most_nodes));
  }
  NodeReader reader(ids);
  std::vector<const toml::node*> nodes;
  bool distinct = true;
  for_each_table(in, "node", [&](TomlTable node) {
    const auto here = ids.begin() + static_cast<std::ptrdiff_t>(nodes.size());
    if (!here->empty() && std::find(ids.begin(), here, *here) != here) {
      distinct = false;
      node.report(*node.raw().get("id"), "id", "another node of the journey has this id",
                  "Ids tell nodes apart: change one.");
    }
    nodes.push_back(&node.raw());
    journey.nodes.push_back(reader.read(std::move(node)));
  });
  if (list == nullptr)
    in.report_missing("node", "A journey has nodes: write each as [[journey.node]].");
  else if (list->is_array() && list->as_array()->empty())
    in.report(*list, "node", "the journey has no nodes", "Write each as [[journey.node]].");
  if (!journey.nodes.empty() && distinct && reader.targets_known()) check_ways(in, journey, nodes);
}

Journey read_journey(TomlTable in, const std::vector<Journey>& before) {
  Journey journey;
  journey.file = in.source();
  journey.row = in.raw().source().begin.line;
  journey.name = in.string("name").value_or("");
  check_name(in, journey, before);
  journey.where = read_condition(in, "where");
  journey.max_entries =
      static_cast<std::uint32_t>(in.integer("max_entries", 1, 1'000'000).value_or(1));
  journey.delay_days = static_cast<std::int32_t>(in.integer("delay_days", 0, 36'500).value_or(0));
  read_nodes(in, journey);
  in.reject_unknown_keys();
  return journey;
}

// "at most 10 flows": each action that activates people there is one.
void check_flows(TomlTable& in, const std::vector<Journey>& journeys) {
  std::map<std::string_view, std::size_t> flows;
  for (const Action* action : actions_of(journeys))
    if (action->kind == Action::Kind::activate && ++flows[action->name] > most_flows)
      in.report(InputError(
          {.file = in.source(),
           .row = action->row,
           .field = in.name("journey.node.actions.destination"),
           .value = action->name,
           .what = fmt::format("a paid destination takes {} flows at most", most_flows),
           .remedy = "Let fewer actions of all journeys together activate people there."}));
}

}  // namespace

std::vector<Journey> read_journeys(TomlTable& in) {
  std::vector<Journey> journeys;
  for_each_table(in, "journey", [&](TomlTable table) {
    journeys.push_back(read_journey(std::move(table), journeys));
  });
  check_flows(in, journeys);
  return journeys;
}

}  // namespace rolecall::sim
