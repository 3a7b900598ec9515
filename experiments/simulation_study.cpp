#include "experiments/simulation_study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "core/error.hpp"
#include "core/profile.hpp"
#include "experiments/simulation_finding.hpp"
#include "experiments/simulation_tables.hpp"
#include "experiments/study_table.hpp"
#include "scoring/model_file.hpp"
#include "sim/outcome/kpis.hpp"
#include "sim/policies.hpp"
#include "sim/simulation.hpp"

namespace rolecall {
namespace {

using sim::Scenario;
using sim::Simulation;
using Arms = std::vector<std::pair<std::string, Scenario>>;
using Clock = std::chrono::steady_clock;

Simulation make(const Scenario& arm, std::uint64_t seed) {
  const Phase phase("draw the population");
  return Simulation(arm, seed);
}

// What is kept can only be of these runs, as long as nobody changed the file.
void check_kept(const RunJournal& journal, std::size_t runs) {
  const auto fits = [](const FinishedRun& run) { return run.figures.size() == kpi_list().size(); };
  if (journal.runs().size() >= runs || !std::ranges::all_of(journal.runs(), fits))
    journal.refuse(InputError({.what = "these are not the runs of this study"}));
}

void restore(Simulation& simulation, const Checkpoint& from, const Checkpoint& expected,
             const RunJournal& journal) {
  const Phase phase("restore the run");
  try {
    if (from.arm != expected.arm || from.replicate != expected.replicate)
      throw InputError({.field = "current", .what = "this is not the run that comes next"});
    simulation.restore(from.state);
  } catch (const InputError& error) {
    journal.refuse(error);
  }
}

StudyRecord record_of(const Scenario& scenario, SimulatedArms of, std::uint64_t days,
                      std::uint64_t people) {
  const Phase phase("put the runs together");
  put_regret(of);
  const SimulationFinding finding = finding_of(of, scenario.run.judged_by);
  StudyRecord record{.recipe = recipe_of(scenario)};
  record.summary = {{"finding", finding.text},
                    {"arms", static_cast<std::int64_t>(of.arms.size())},
                    {"replicates", static_cast<std::int64_t>(of.seeds.size())},
                    {"runs", static_cast<std::int64_t>(of.runs.size())},
                    {"days", static_cast<std::int64_t>(days)},
                    {"people", static_cast<std::int64_t>(people)},
                    {"confidence", of.confidence},
                    {"judged_by", scenario.run.judged_by},
                    {"best_arm", finding.best_arm}};
  put_interval(record.summary, scenario.run.judged_by, finding.mean);
  record.tables.push_back(kpi_table(of));
  record.tables.push_back(arm_table(of));
  record.tables.push_back(difference_table(of));
  record.tables.push_back(daily_table(of));
  record.tables.push_back(segment_table(of));
  for (StudyTable& table : joined_tables(std::move(of))) record.tables.push_back(std::move(table));
  return record;
}

// Leaves the columns of the event log, without rows.
void drop_events(std::vector<StudyTable>& tables) {
  for (StudyTable& table : tables)
    if (table.name == "events")
      for (TableColumn& column : table.columns)
        std::visit([](auto& values) { values = {}; }, column.values);
}

}  // namespace

Recipe recipe_of(const Scenario& scenario) {
  return {{"study", scenario.name},
          {"kind", simulation_kind},
          {"question", scenario.question},
          {"specification", to_toml(scenario, Comments::none)},
          {"base_model", to_toml(model_of(playbook_of(scenario)))},
          {"world_digest", ""},
          {"world_specification", to_toml(scenario.world, Comments::none)}};
}

bool is_simulation(const StudyRecord& study) {
  const std::string text = study.recipe_text("specification");
  return study.recipe_text("kind") == simulation_kind ||
         text.substr(0, text.find('\n')).find(sim::scenario_format) != std::string::npos;
}

Scenario scenario_of(const StudyRecord& study, const std::string& source) {
  return sim::parse_scenario(study.recipe_text("specification"), source + ", recipe@specification");
}

Scenario with_arms(Scenario scenario, const std::vector<std::string>& names) {
  if (names.empty()) return scenario;
  const Arms all = arms_of(scenario);
  std::vector<std::string> known;
  for (const auto& [name, arm] : all) known.push_back(name);
  for (const std::string& name : names)
    if (std::ranges::find(known, name) == known.end())
      throw InputError({.field = "--arm",
                        .value = name,
                        .what = "the scenario has no such arm",
                        .remedy = suggest(name, known)});
  const auto is_wanted = [&](const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  };
  const bool has_oracle = is_wanted(std::string(sim::oracle_arm));
  if (has_oracle &&
      std::ranges::all_of(names, [](const auto& name) { return name == sim::oracle_arm; }))
    throw InputError({.field = "--arm",
                      .value = std::string(sim::oracle_arm),
                      .what = "the oracle is there to be compared with",
                      .remedy = "Name another arm too."});
  scenario.run.oracle = has_oracle;
  std::erase_if(scenario.arms, [&](const auto& arm) { return !is_wanted(arm.name); });
  return scenario;
}

SimulationRun run_simulation(const Scenario& scenario, RunJournal& journal, Progress& progress,
                             const SimulationWatch& watch) {
  const Arms arms = arms_of(scenario);
  const std::size_t replicates = scenario.run.replicates;
  SimulatedArms of{.arms = {}, .seeds = {}, .runs = {}, .confidence = scenario.run.confidence};
  for (const auto& [name, arm] : arms) of.arms.push_back(name);
  for (std::size_t r = 0; r < replicates; ++r)
    of.seeds.push_back(static_cast<std::int64_t>(scenario.run.seed + r));
  SimulationRun result;
  const std::size_t runs = arms.size() * replicates, reused = journal.runs().size();
  check_kept(journal, runs);
  const auto start = Clock::now();
  std::uint64_t days = scenario.run.burn_in + scenario.run.days, people = 0;
  result.days = runs * days;
  result.reused_days = reused * days;
  for (std::size_t run = reused; run < runs; ++run) {
    const auto& [name, arm] = arms[of.arm_of(run)];
    const std::size_t replicate = of.replicate_of(run);
    Simulation simulation = make(arm, static_cast<std::uint64_t>(of.seeds[replicate]));
    Checkpoint now{.arm = name, .replicate = static_cast<std::int64_t>(replicate) + 1};
    if (const auto kept = journal.take_checkpoint()) {
      restore(simulation, *kept, now, journal);
      result.reused_days += simulation.done();
    }
    people = simulation.people();
    if (run == reused) {
      progress.begin("simulate", result.days * people, "person-days");
      progress.advance(result.reused_days * people);
    }
    const auto take = [&]() -> const Checkpoint& {
      now.day = static_cast<std::int64_t>(simulation.done());
      now.state = simulation.save();
      return now;
    };
    while (simulation.done() < simulation.days()) {
      {
        const Phase phase("simulate");
        simulation.step();
      }
      result.person_days += static_cast<double>(people);
      progress.advance(people);
      if (watch.is_stopped && watch.is_stopped()) {
        journal.save(take());
        progress.end();
        result.was_stopped = true;
        return result;
      }
      journal.day_ends(take);
    }
    const Phase phase("take the figures");
    sim::RunResult done = simulation.result();
    if (replicate == 0 && name == watch.world_of) result.world = simulation.world();
    if (replicate >= scenario.run.event_logs) drop_events(done.tables);
    journal.add({std::move(done.kpis), std::move(done.tables)});
  }
  progress.end();
  result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  of.runs = journal.take_runs();
  result.record = record_of(scenario, std::move(of), days, people);
  return result;
}

World simulated_world(const Scenario& scenario, const std::string& arm, Progress& progress) {
  const Arms arms = arms_of(scenario);
  const auto found = std::ranges::find(arms, arm, &Arms::value_type::first);
  Simulation simulation = make(found->second, scenario.run.seed);
  progress.begin("simulate", simulation.days() * simulation.people(), "person-days");
  while (simulation.done() < simulation.days()) {
    simulation.step();
    progress.advance(simulation.people());
  }
  progress.end();
  return simulation.world();
}

}  // namespace rolecall
