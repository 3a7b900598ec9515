#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.hpp"
#include "core/find_id.hpp"
#include "experiments/group_table.hpp"
#include "experiments/program/command_groups.hpp"
#include "scoring/score.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string world, group, playbook, model, as_of;
  std::string format = "table";
};

GroupId find_group(const World& world, const std::string& id) {
  if (const auto row = find_id(world.groups.ids, id)) return GroupId{*row};
  throw InputError(
      {.field = "GROUP_ID",
       .value = id,
       .what = "the world has no such group",
       .remedy = suggest_id(world.groups.ids, id, "`rolecall groups list` has them all.")});
}

// What a group is, as names and values; completeness apart.
std::vector<std::pair<std::string, std::string>> facts(GroupId group, const Columns& row) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const TableColumn& column : row)
    if (const auto* texts = std::get_if<TextColumn>(&column.values))
      result.emplace_back(column.name, std::string((*texts)[group.index()]));
  return result;
}

int run(const Options& o, const Session& session) {
  const Model model = model_for_groups(o.playbook, o.model);
  std::optional<Day> day;
  if (!o.as_of.empty()) day = read_day(o.as_of);
  const World world = load_world(o.world, session);
  const GroupId group = find_group(world, o.group);
  const AsOf as_of{.date = day ? *day : last_day_of(world)};
  const Scores scores = score(world, model, as_of);  // with a date, a row for each group
  const double completeness = scores.groups.completeness[group.index()];
  const DayBoundary boundary(model.readings.day_boundary);
  const auto what = facts(group, group_table(world, model, scores.groups));
  const Columns members = membership_table(world, group, as_of.date, boundary);
  const Columns history = membership_history(world, group, as_of.date, boundary);
  if (o.format == "csv") {
    print(to_csv(members));
  } else if (o.format == "json") {
    nlohmann::ordered_json json;
    for (const auto& [name, value] : what) json[name] = value;
    json["missing_roles"] = missing_roles(scores.groups, group.index(), model);
    json["as_of"] = to_string(as_of.date);
    json["completeness"] = completeness;
    json["members"] = nlohmann::ordered_json::parse(to_json(members));
    json["history"] = nlohmann::ordered_json::parse(to_json(history));
    print(json.dump(2) + "\n");
  } else {
    std::string text;
    for (const auto& [name, value] : what)
      text += fmt::format("{:14}{}\n", name, printable(value.empty() ? "-" : value));
    text += fmt::format("{:14}{:.2f} % as of {}\n\n", "completeness", completeness,
                        to_string(as_of.date));
    text += to_text(members, terminal_width());
    if (row_count(history) > 0) text += "\n" + to_text(history, terminal_width());
    print(text);
  }
  return 0;
}

}  // namespace

void add_groups_show(CLI::App& groups, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command = groups.add_subcommand(
      "show", "One buying group: its members, open roles, and who joined and left when");
  command->add_option("world", o->world, "A world.h5, or the folder of a CSV bundle")
      ->required()
      ->type_name("WORLD");
  command->add_option("group", o->group, "External id of the group")
      ->required()
      ->type_name("GROUP_ID");
  add_templates_options(*command, o->playbook, o->model);
  command->add_option("--as-of", o->as_of, "The day to look from; the last of the log unless given")
      ->type_name("DAY");
  add_format_option(*command, o->format);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer("Example: rolecall groups show examples/small grp-001 --model ajo-seed");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
