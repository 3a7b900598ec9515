#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "experiments/program/plan.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "experiments/score_filter.hpp"
#include "results/digest.hpp"
#include "results/output_file.hpp"
#include "scoring/model_file.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string world, model, as_of, output, sort, where;
  std::string level = "group", format = "table";
  std::size_t top = 0;  // 0: all
};

Level to_level(const std::string& word) {
  if (word == "person") return Level::person;
  return word == "account" ? Level::account : Level::group;
}

// A table for people leaves out what a terminal has no room for and most readers do not need.
void drop_exact_columns(Columns& columns) {
  std::erase_if(columns, [](const TableColumn& c) {
    return c.name == "engagement_display" || c.name == "completeness_display";
  });
}

void write_output(const Options& o, const World& world, const Model& model, const AsOf& as_of,
                  const Columns& columns, const Session& session) {
  const std::filesystem::path path = o.output;
  if (path.extension() == ".h5") {
    TableFile file;
    file.format = "rolecall.scores/1";
    file.recipe = {{"model", to_toml(model)},
                   {"as_of", to_string(as_of)},
                   {"level", o.level},
                   {"world_digest", content_digest(world)}};
    if (!o.where.empty()) file.recipe.emplace_back("where", o.where);
    file.columns = columns;
    const nlohmann::ordered_json parameters{
        {"world", o.world}, {"model", o.model}, {"as_of", o.as_of}, {"level", o.level},
        {"where", o.where}, {"sort", o.sort},   {"top", o.top}};
    write_table(file, o.output, session.provenance(parameters.dump()), session.overwrite());
  } else {
    write_text(path, path.extension() == ".json" ? to_json(columns) : to_csv(columns),
               session.overwrite());
  }
}

Plan plan_of(const Options& o) {
  const GivenWorld world = look_at_world(o.world);
  Plan plan{.output = o.output};
  plan.add(world);
  plan.cost = cost_of_reading(world)
                  .then(cost_of_scoring(world.size))
                  .then(cost_of_table(world.size, to_level(o.level)));
  return plan;
}

int run(const Options& o, const Session& session) {
  require_extension(o.output, {".h5", ".csv", ".json"});
  const AsOf as_of = parse_as_of(o.as_of);
  std::optional<Predicate> where;
  if (!o.where.empty()) where = Predicate::parse(o.where, {.field = "--where"});
  if (session.plan) return show(plan_of(o));
  if (!o.output.empty()) require_writable(o.output, o.world, session.overwrite());
  auto [world, model] = load_world_and_model(o.world, o.model, session);
  assign_missing_roles(world, model, as_of, session);
  const Scores scores = score(world, model, as_of);
  for (const std::string& warning : scores.warnings) session.warn(warning);

  const Level level = to_level(o.level);
  Columns columns = score_table(world, model, scores, level);
  if (where) {
    const SelectedRows selected = rows_where(*where, world, model, scores, columns, level, as_of);
    for (const std::string& warning : selected.warnings) session.warn(warning);
    pick(columns, selected.rows);
  }
  const std::size_t rows = row_count(columns);
  const bool for_people = o.format == "table" && o.output.empty();
  if (!o.sort.empty())
    sort_rows(columns, o.sort);
  else if (for_people)
    sort_rows(columns, "-engagement");
  if (o.top > 0) truncate(columns, o.top);
  if (!o.output.empty()) {
    write_output(o, world, model, as_of, columns, session);
    session.say(
        fmt::format("{} {} scores written to {}", grouped(row_count(columns)), o.level, o.output));
    return 0;
  }
  if (o.format == "csv") print(to_csv(columns));
  if (o.format == "json") print(to_json(columns));
  if (!for_people) return 0;
  if (o.top == 0) truncate(columns, rows_on_a_terminal);
  drop_exact_columns(columns);
  print(to_text(columns, terminal_width()) + more_rows(row_count(columns), rows));
  return 0;
}

}  // namespace

void add_score(CLI::App& app, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("score", "Score every buying group of a world");
  add_world_and_model_options(*command, o->world, o->model);
  command
      ->add_option("--as-of", o->as_of,
                   "The day to score as of: 2026-03-02; or for each group its own: outcome-7d is 7 "
                   "days before its outcome, created+30d 30 days after its creation")
      ->required()
      ->type_name("DAY");
  command->add_option("--level", o->level, "group, person, or account (sums its subtree)")
      ->check(CLI::IsMember({"group", "person", "account"}))
      ->type_name("LEVEL")
      ->capture_default_str();
  command
      ->add_option("--where", o->where,
                   "Only rows that a condition holds for, such as 'engagement > 100 and "
                   "missing(\"Champion\")'; docs/predicates.md has the language")
      ->type_name("EXPR");
  command
      ->add_option("--sort", o->sort,
                   "Column to order by, -COLUMN from high to low. Without it csv and json come in "
                   "order of id, and the table by engagement")
      ->type_name("[-]COLUMN");
  command->add_option("--top", o->top, "Only the first N rows")
      ->check(CLI::Range(1, 1'000'000'000))
      ->type_name("N");
  command->add_option("--format", o->format, "table (for people), csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  command->add_option("-o,--output", o->output, "Write to FILE.h5, FILE.csv or FILE.json instead")
      ->type_name("FILE");
  add_plan_option(*command, session);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Example: rolecall score examples/small --model ajo-seed --as-of 2026-03-31 --top 10");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
