#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/world.hpp"
#include "results/snapshot.hpp"
#include "results/study_file.hpp"
#include "scoring/score.hpp"
#include "sim/scenario.hpp"

namespace rolecall::sim {

// What one run gives.
struct RunResult {
  std::vector<double> kpis;        // as kpi_list()
  std::vector<StudyTable> tables;  // panel, deals, events, occupancy …: docs/simulation.md
};

// One run of one arm: a population drawn from the seed, and its days, one after another in the
// order of docs/simulation.md. The same scenario and seed give the same bits for any number of
// threads, and whether or not a run was saved and restored on the way.
class Simulation {
 public:
  // Draws the population. Throws InputError when the scenario cannot be run.
  explicit Simulation(const Scenario& arm, std::uint64_t seed);
  ~Simulation();
  Simulation(Simulation&&) noexcept;

  std::size_t days() const;  // in all, burn-in included
  std::size_t done() const;  // days
  std::size_t people() const;
  void step();  // one more day, while there is one

  // All that the days so far have changed; the rest is drawn again.
  Snapshot save() const;
  // Throws InputError when the snapshot is not of such a simulation.
  void restore(const Snapshot& snapshot);

  RunResult result() const;
  // What a vendor's database would hold of it: people known, groups made, memberships, recorded
  // activities, deals and outcomes.
  World world() const;
  // The scores at the end of the last day, of all groups of the population, made or not: those that
  // score() gives for world(). Valid until the next step.
  const GroupScores& scores() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rolecall::sim
