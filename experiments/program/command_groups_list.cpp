#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "experiments/group_table.hpp"
#include "experiments/program/command_groups.hpp"
#include "experiments/score_filter.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string world, playbook, model, as_of, where, search, sort;
  std::string format = "table";
  std::size_t top = 0;  // 0: all
};

// Rows of the table that are in both lists, which ascend.
std::vector<std::size_t> common(const std::vector<std::size_t>& a,
                                const std::vector<std::size_t>& b) {
  std::vector<std::size_t> rows;
  std::ranges::set_intersection(a, b, std::back_inserter(rows));
  return rows;
}

int run(const Options& o, const Session& session) {
  std::optional<Predicate> where;
  if (!o.where.empty()) where = Predicate::parse(o.where, {.field = "--where"});
  const Model model = model_for_groups(o.playbook, o.model);
  std::optional<Day> day;
  if (!o.as_of.empty()) day = read_day(o.as_of);
  const World world = load_world(o.world, session);
  const AsOf as_of{.date = day ? *day : last_day_of(world)};
  const Scores scores = score(world, model, as_of);
  Columns columns = group_table(world, model, scores.groups);
  std::vector<std::size_t> rows(scores.groups.size());
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = row;
  if (where) {
    const SelectedRows selected =
        rows_where(*where, world, model, scores, columns, Level::group, as_of);
    for (const std::string& warning : selected.warnings) session.warn(warning);
    rows = selected.rows;
  }
  if (!o.search.empty()) rows = common(rows, search_groups(world, scores.groups, o.search));
  pick(columns, rows);
  const std::size_t found = row_count(columns);
  if (!o.sort.empty()) sort_rows(columns, o.sort);
  const bool for_people = o.format == "table";
  if (for_people)  // ids of groups need the room, and names say these
    std::erase_if(columns, [](const TableColumn& c) {
      return c.name == "account_id" || c.name == "solution";
    });
  if (o.top > 0 || for_people) truncate(columns, o.top > 0 ? o.top : rows_on_a_terminal);
  print(columns, o.format);
  if (for_people) print(more_rows(row_count(columns), found));
  return 0;
}

}  // namespace

void add_groups_list(CLI::App& groups, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command =
      groups.add_subcommand("list", "Browse, search, filter and sort buying groups");
  command->add_option("world", o->world, "A world.h5, or the folder of a CSV bundle")
      ->required()
      ->type_name("WORLD");
  add_templates_options(*command, o->playbook, o->model);
  command->add_option("--as-of", o->as_of, "The day to look from; the last of the log unless given")
      ->type_name("DAY");
  command
      ->add_option("--where", o->where,
                   "Only groups that a condition holds for, such as 'missing(\"Champion\")'; "
                   "docs/predicates.md has the language")
      ->type_name("EXPR");
  command
      ->add_option("--search", o->search,
                   "Only groups with this text in their id or name, or in those of their account")
      ->type_name("TEXT");
  command->add_option("--sort", o->sort, "Sort by a column; -completeness sorts from high to low")
      ->type_name("[-]FIELD");
  command->add_option("--top", o->top, "Only the first N rows")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  add_format_option(*command, o->format);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Example: rolecall groups list examples/small --model ajo-seed --search bluefield "
      "--sort completeness");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
