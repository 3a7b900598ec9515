#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/run_journal.hpp"
#include "results/study_file.hpp"

// What runs of several arms come to.
namespace rolecall {

struct SimulatedArms {
  std::vector<std::string> arms;
  std::vector<std::int64_t> seeds;  // of the replicates, the same for all arms
  std::vector<FinishedRun> runs;    // arm by arm; figures as kpi_list()
  double confidence = .95;

  std::size_t arm_of(std::size_t run) const { return run / seeds.size(); }
  std::size_t replicate_of(std::size_t run) const { return run % seeds.size(); }
};

// A figure of an arm, by replicate; `kpi` is a place in kpi_list().
std::vector<double> figures_of(const SimulatedArms& of, std::size_t arm, std::size_t kpi);

// The KPI regret of every run: what the arm "oracle" won of the same seed, less what the run did.
// NaN without such an arm.
void put_regret(SimulatedArms& of);

// Every figure of every run; the mean of each arm; and each arm against the first, seed by seed.
StudyTable kpi_table(const SimulatedArms& of);
StudyTable arm_table(const SimulatedArms& of);
StudyTable difference_table(const SimulatedArms& of);

// The course of each arm, day by day: mean over replicates of what the panel has of it.
StudyTable daily_table(const SimulatedArms& of);

// What each arm came to by solution, persona and channel, and how its two clocks agree: mean over
// replicates.
StudyTable segment_table(const SimulatedArms& of);

// The tables of the runs, each one below the other, behind the columns arm and replicate. Give the
// arms away where they are not needed any more: nothing is then held twice.
std::vector<StudyTable> joined_tables(SimulatedArms of);

}  // namespace rolecall
