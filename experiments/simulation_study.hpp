#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.hpp"
#include "core/world.hpp"
#include "results/run_journal.hpp"
#include "results/study_file.hpp"
#include "sim/scenario.hpp"

// A scenario as a study: its arms over replicates, kept and told like any other study.
namespace rolecall {

inline constexpr const char* simulation_kind = "simulation";

// What says which simulation it is: name, kind, question, resolved scenario with its playbook, and
// the model that groups are scored by.
Recipe recipe_of(const sim::Scenario& scenario);

bool is_simulation(const StudyRecord& study);

// The scenario that a record was made by. Throws InputError.
sim::Scenario scenario_of(const StudyRecord& study, const std::string& source);

// The scenario with the arms named, in its own order. Throws InputError for one that it has not.
sim::Scenario with_arms(sim::Scenario scenario, const std::vector<std::string>& names);

struct SimulationWatch {
  std::function<bool()> is_stopped;  // asked at the end of each day; none: never
  std::string world_of;              // the arm whose first world is wanted; empty: none
};

struct SimulationRun {
  StudyRecord record;                       // unless it was stopped
  bool was_stopped = false;                 // and what was done is in the journal
  std::optional<World> world;               // that was wanted; none when its run was reused
  std::uint64_t reused_days = 0, days = 0;  // of all runs, those of an earlier program
  double person_days = 0, seconds = 0;      // of this program
};

// Runs every arm with every seed, arm by arm; replicates have the seeds run.seed, run.seed + 1, …,
// the same for all arms. Throws InputError when an arm cannot be run.
SimulationRun run_simulation(const sim::Scenario& scenario, RunJournal& journal, Progress& progress,
                             const SimulationWatch& watch = {});

// The world that the first replicate of an arm leaves, run for its sake.
World simulated_world(const sim::Scenario& scenario, const std::string& arm, Progress& progress);

}  // namespace rolecall
