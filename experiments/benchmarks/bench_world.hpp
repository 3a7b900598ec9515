#pragma once

#include <cstdint>
#include <functional>

#include "core/world.hpp"
#include "experiments/benchmarks/bench_data.hpp"
#include "scoring/model.hpp"

namespace rolecall::bench {

// Accounts, people, groups and their members, one in each role; some of the memberships have dates.
// The log has the names of its types and nothing else. People keep their numbers.
World make_world(std::size_t people, std::size_t groups,
                 const std::function<std::uint32_t(std::size_t group, std::size_t role)>& member);

// The same of the benchmarks' data.
World make_world(const Data& data);

// What `plain()` rules and the weights of roles are as a model, with plain readings.
Model make_model(const Rules& rules, std::size_t window);

// The last day of the benchmarks' log, as of which their models score.
Day last_day();

// What the members who are there on the last day add to each group: by group and role.
struct Rollup {
  std::vector<std::int64_t> sum;       // of the people's totals
  std::vector<std::uint32_t> members;  // how many
};
Rollup roll_up(const World& world, const std::function<std::int64_t(std::size_t person)>& total);

}  // namespace rolecall::bench
