#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/activity_index.hpp"
#include "core/error.hpp"
#include "experiments/program/plan.hpp"
#include "experiments/program/series_csv.hpp"
#include "experiments/program/series_text.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "results/digest.hpp"
#include "scoring/model_file.hpp"
#include "scoring/series.hpp"

namespace rolecall::program {
namespace {

constexpr double bytes_per_line = 30;  // a date, an id of 8 and a score of some digits

struct Options {
  std::string world, model, from, to, output;
  std::string level = "group", format = "table";
  std::size_t top = 0;  // 0: as many as a terminal likes

  bool of_groups() const { return level == "group"; }
};

using Bound = std::optional<Day>;  // none: that of the log

Bound parse_bound(const char* field, const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (const auto day = parse_day(text)) return day;
  throw InputError({.field = field,
                    .value = text,
                    .what = "this is not a day",
                    .remedy = "Write a date such as 2026-03-02."});
}

void require_order(Day from, Day to, const char* remedy) {
  if (from > to)
    throw InputError({.field = "--from",
                      .value = to_string(from),
                      .what = fmt::format("it is after the last day, {}", to_string(to)),
                      .remedy = remedy});
}

// The days asked for; what was left out is the first or the last day of the log.
DaySpan days_asked_for(const Bound& from, const Bound& to, const World& world, const Model& model,
                       const Session& session) {
  if (from && to) return {*from, *to};
  const std::optional<DaySpan> log =
      days_of(world.activities, DayBoundary(model.readings.day_boundary));
  if (!log)
    throw InputError({.field = from ? "--to" : "--from",
                      .what = "it was left out, and the world has no activities to take it from",
                      .remedy = "Give both --from and --to."});
  const DaySpan days{from.value_or(log->first), to.value_or(log->last)};
  require_order(days.first, days.last,
                from ? "Give --to as well: without it the last day is that of the log."
                     : "Give --from as well: without it the first day is that of the log.");
  session.say(fmt::format("from {} to {}: {} of the log", to_string(days.first),
                          to_string(days.last),
                          from ? "the last day is that"
                          : to ? "the first day is that"
                               : "the first and the last day"));
  return days;
}

std::size_t count(const DaySpan& days) {
  return static_cast<std::size_t>((days.last - days.first).count()) + 1;
}

// Better now than by the system, once it has no memory left.
void require_memory(const DaySpan& days, std::size_t rows, const Options& o) {
  const double machine =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  const double needed = static_cast<double>(rows) * static_cast<double>(count(days)) * 8;
  if (needed <= machine) return;
  throw InputError(
      {.field = "--from, --to",
       .value = fmt::format("{} … {}", to_string(days.first), to_string(days.last)),
       .what = fmt::format("{} days of {} {} take {:.0f} GB, and this machine has {:.0f} GB",
                           grouped(count(days)), grouped(rows), o.of_groups() ? "groups" : "people",
                           needed / 1e9, machine / 1e9),
       .remedy = "Take a shorter range; --plan says what one takes."});
}

Plan plan_of(const Options& o, const Bound& from, const Bound& to) {
  if (!from || !to)
    throw InputError({.field = from ? "--to" : "--from",
                      .what = "it was left out, and a plan does not read the log to find its days",
                      .remedy = "Give both --from and --to."});
  const GivenWorld world = look_at_world(o.world);
  bool one_pass = true;
  if (o.model != "truth" && o.model != "vendor")
    one_pass = takes_one_pass(load_model(o.model), o.of_groups());
  const DaySpan days{*from, *to};
  Plan plan{.output = o.output};
  plan.add(world);
  plan.items.emplace_back(
      "days", fmt::format("{}, {}", grouped(count(days)), one_pass ? "in one pass" : "one by one"));
  const auto days_count = static_cast<double>(count(days));
  const bool as_text = o.output.empty() ? o.format == "csv" : !o.output.ends_with(".h5");
  plan.cost =
      cost_of_reading(world).then(cost_of_series(world.size, days_count, o.of_groups(), one_pass));
  const double cells = days_count * (o.of_groups() ? world.size.groups : world.size.people);
  if (as_text) {
    plan.cost = plan.cost.then(cost_of_series_text(cells));
    if (!o.output.empty()) plan.file_bytes = cells * bytes_per_line;
  } else if (!o.output.empty()) {
    plan.cost = plan.cost.then(cost_of_series_file(cells));
  }
  return plan;
}

void write_output(const Options& o, const SeriesTable& series, const Session& session) {
  if (o.output.ends_with(".h5")) {
    const nlohmann::ordered_json parameters{{"world", o.world},
                                            {"model", o.model},
                                            {"from", to_string(series.day(0))},
                                            {"to", to_string(series.day(series.days - 1))},
                                            {"level", o.level}};
    write_series(series, o.output, session.provenance(parameters.dump()), session.overwrite());
  } else {
    write_text(
        o.output, [&](const TextSink& write) { write_csv(series, write); }, session.overwrite());
  }
  session.say(fmt::format("{} {} x {} days written to {}", grouped(series.ids.size()),
                          o.of_groups() ? "groups" : "people", grouped(series.days), o.output));
}

void check(const Options& o) {
  require_extension(o.output, {".h5", ".csv"});
  if (o.top > 0 && (!o.output.empty() || o.format != "table"))
    throw InputError({.field = "--top",
                      .value = fmt::format("{}", o.top),
                      .what = "files and csv hold every row",
                      .remedy = "Leave it out, or let --format be table, without --output."});
}

int run(const Options& o, const Session& session) {
  check(o);
  const Bound from = parse_bound("--from", o.from), to = parse_bound("--to", o.to);
  if (from && to) require_order(*from, *to, "Swap them.");
  if (session.plan) return show(plan_of(o, from, to));
  if (!o.output.empty()) require_writable(o.output, o.world, session.overwrite());
  auto [world, model] = load_world_and_model(o.world, o.model, session);
  const DaySpan days = days_asked_for(from, to, world, model, session);
  assign_missing_roles(world, model, {.date = days.last}, session);
  SeriesTable table{.level = o.level, .ids = o.of_groups() ? world.groups.ids : world.people.ids};
  require_memory(days, table.ids.size(), o);
  Series series = o.of_groups() ? group_series(world, model, days.first, days.last)
                                : person_series(world, model, days.first, days.last);
  for (const std::string& warning : series.warnings) session.warn(warning);
  table.first = series.first;
  table.days = series.days;
  table.engagement = std::move(series.scores);
  if (!o.output.empty()) {
    if (o.output.ends_with(".h5")) {
      table.model = to_toml(model);
      table.world_digest = content_digest(world);
    }
    write_output(o, table, session);
  } else if (o.format == "csv") {
    write_csv(table, [](std::string_view text) { print(text); });
  } else {
    print(fmt::format("engagement of {} from {} to {}: {} {}\n\n", model.name,
                      to_string(days.first), to_string(days.last), grouped(table.ids.size()),
                      o.of_groups() ? "groups" : "people") +
          to_text(table, o.top > 0 ? o.top : rows_on_a_terminal, terminal_width()));
  }
  return 0;
}

}  // namespace

void add_series(CLI::App& app, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("series", "Every day's engagement of every group or person");
  add_world_and_model_options(*command, o->world, o->model);
  command->add_option("--from", o->from, "The first day: 2026-01-01. Without it, that of the log")
      ->type_name("DATE");
  command->add_option("--to", o->to, "The last day, included. Without it, that of the log")
      ->type_name("DATE");
  command->add_option("--level", o->level, "group or person")
      ->check(CLI::IsMember({"group", "person"}))
      ->type_name("LEVEL")
      ->capture_default_str();
  command
      ->add_option("--top", o->top,
                   "Rows of the table, those highest on the last day; 20 unless said")
      ->check(CLI::Range(1, 1'000'000'000))
      ->type_name("N");
  command
      ->add_option("--format", o->format,
                   "table (for people; the course of each row from 0 to its own highest) or csv "
                   "(date, id, engagement)")
      ->check(CLI::IsMember({"table", "csv"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  command->add_option("-o,--output", o->output, "Write to FILE.h5 or FILE.csv instead")
      ->type_name("FILE");
  add_plan_option(*command, session);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Example: rolecall series examples/small --model ajo-seed --from 2026-01-01 --to 2026-03-31");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
