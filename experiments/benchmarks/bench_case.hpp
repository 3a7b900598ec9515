#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace rolecall::bench {

// How large a case is to be.
struct Scale {
  std::size_t activities = 0;
  std::size_t threads = 0;
};

// One piece of work, ready to be timed.
struct Work {
  std::function<void()> run;        // the same again and again
  std::function<bool()> correct;    // whether the last run gave what the slow reference gives
  double items = 0;                 // of one run
  double bytes = 0;                 // read or written in one run; 0: no share of the bandwidth
  std::function<void()> peer = {};  // the same work by other means, timed beside it
  std::string times_peer = {};      // a counter's name: how many times as long as the peer it takes
};

// Runs once, verifies, and only then times. Reports items/s and bytes/s of the median run, the
// share of the read bandwidth measured just before and after, and the ratio to the peer. A wrong
// result is an error, and the program's exit code.
void run_case(benchmark::State& state, const Scale& scale, const std::function<Work()>& prepare);

// Registers <name>/activities:N/threads:N for every size, as far as `most_activities`.
void add_case(const std::string& name, const std::function<Work(const Scale&)>& prepare,
              std::size_t most_activities = SIZE_MAX);

// [byte/s] of all threads reading memory, the best of some passes.
double read_bandwidth();

extern bool any_wrong;

void add_score_cases();
void add_what_if_cases();
void add_storage_cases();
void add_world_cases();
void add_generator_cases();
void add_predicate_cases();
void add_deal_cases();
void add_sim_cases();

// Registers everything added, at these sizes.
void register_cases(const std::vector<std::size_t>& activities,
                    const std::vector<std::size_t>& threads);

}  // namespace rolecall::bench
