#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.hpp"
#include "experiments/audit.hpp"
#include "experiments/program/plan.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "generators/world_spec.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::vector<std::string> worlds;
  std::string format = "table";
};

using Audits = std::vector<std::vector<AuditRow>>;

// A row for each quantity of each world.
Columns long_table(const Options& o, const Audits& audits) {
  TextColumn worlds, quantities, units;
  std::vector<double> asked, made, tolerance;
  std::vector<std::int64_t> within;
  for (std::size_t w = 0; w < audits.size(); ++w)
    for (const AuditRow& row : audits[w]) {
      worlds.push_back(o.worlds[w]);
      quantities.push_back(row.quantity);
      units.push_back(row.unit);
      asked.push_back(row.asked);
      made.push_back(row.made);
      tolerance.push_back(row.tolerance);
      within.push_back(row.is_within());
    }
  return {{"world", std::move(worlds)}, {"quantity", std::move(quantities)},
          {"unit", std::move(units)},   {"asked", std::move(asked)},
          {"made", std::move(made)},    {"tolerance", std::move(tolerance)},
          {"within", std::move(within)}};
}

// A row for each quantity, worlds side by side; those beyond the tolerance are marked.
Columns side_by_side(const Options& o, const Audits& audits) {
  const auto figure = [](double v) {
    return v == std::floor(v) && std::abs(v) < 1e15 ? fmt::format("{:.0f}", v)
                                                    : fmt::format("{:.4f}", v);
  };
  const auto find = [](const std::vector<AuditRow>& rows, const std::string& quantity) {
    const auto it = std::ranges::find(rows, quantity, &AuditRow::quantity);
    return it == rows.end() ? nullptr : &*it;
  };
  TextColumn quantities, units, asked, tolerance;
  std::vector<TextColumn> made(audits.size());
  for (const AuditRow& row : audits.front()) {
    quantities.push_back(row.quantity);
    units.push_back(row.unit);
    asked.push_back(figure(row.asked));
    tolerance.push_back(figure(row.tolerance));
    for (std::size_t w = 0; w < audits.size(); ++w) {
      const AuditRow* other = find(audits[w], row.quantity);
      made[w].push_back(other == nullptr ? "-"
                                         : figure(other->made) + (other->is_within() ? " " : "!"));
    }
  }
  Columns columns{
      {"quantity", std::move(quantities)}, {"unit", std::move(units)}, {"asked", std::move(asked)}};
  for (std::size_t w = 0; w < audits.size(); ++w)
    columns.push_back({o.worlds[w], std::move(made[w])});
  columns.push_back({"tolerance", std::move(tolerance)});
  return columns;
}

// Worlds of one specification but for its seed.
bool are_alike(const std::vector<WorldSpec>& specs) {
  std::set<std::string> texts;
  for (WorldSpec spec : specs) {
    spec.seed = 0;
    texts.insert(to_toml(spec, Comments::none));
  }
  return texts.size() <= 1;
}

// One world after the other, none of them kept.
Plan plan_of(const Options& o) {
  Plan plan;
  for (const std::string& path : o.worlds) {
    const GivenWorld world = look_at_world(path);
    plan.add(world);
    Cost cost = cost_of_reading(world).then(cost_of_audit(world.size));
    cost.held_bytes = 0;
    plan.cost = plan.cost.then(cost);
  }
  return plan;
}

int run(const Options& o, const Session& session) {
  if (session.plan) return show(plan_of(o));
  Audits audits;
  std::vector<WorldSpec> specs;
  std::size_t compared = 0, beyond = 0;
  for (const std::string& path : o.worlds) {
    const World world = load_world(path, session);
    audits.push_back(audit(world, path));
    specs.push_back(parse_world_spec(world.truth->specification, path, {}));
    compared += audits.back().size();
    beyond += static_cast<std::size_t>(
        std::ranges::count_if(audits.back(), [](const auto& row) { return !row.is_within(); }));
  }
  if (o.format == "table" && !are_alike(specs))
    throw InputError({.field = "WORLD",
                      .what = "these worlds were asked for by different specifications, so that "
                              "they cannot stand side by side",
                      .remedy = "Audit each by itself, or take --format csv."});
  if (o.format == "csv") print(to_csv(long_table(o, audits)));
  if (o.format == "json") print(to_json(long_table(o, audits)));
  if (o.format == "table") {
    print(to_text(side_by_side(o, audits), terminal_width()));
    print(fmt::format("\n{} of {} figures are beyond four standard deviations of chance{}{}\n",
                      beyond, compared, beyond > 0 ? ", marked !" : "",
                      audits.size() > 1
                          ? ". Asked and tolerance are those of the first world; each is judged by "
                            "its own."
                          : ""));
  }
  return beyond > 0 ? 1 : 0;
}

}  // namespace

void add_audit(CLI::App& app, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "audit", "Compare generated worlds with what their specification asked for");
  command->add_option("worlds", o->worlds, "Worlds of rolecall generate")
      ->required()
      ->type_name("WORLD.h5");
  command->add_option("--format", o->format, "table (worlds side by side), csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  add_plan_option(*command, session);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Exit code 1: a figure is further off than chance explains.\n"
      "Example: rolecall audit seed1.h5 seed2.h5 seed3.h5");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
