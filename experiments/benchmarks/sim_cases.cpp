#include <algorithm>
#include <cstring>
#include <memory>

#include "core/parallel.hpp"
#include "experiments/benchmarks/bench_case.hpp"
#include "scoring/score.hpp"
#include "sim/policies.hpp"
#include "sim/simulation.hpp"

// A simulated year: a hundredth of the activities as people, ten people an account.
namespace rolecall::bench {
namespace {

sim::Scenario scenario_of(std::size_t people) {
  sim::Scenario scenario = sim::load_scenario("small");
  scenario.arms.clear();
  scenario.run.burn_in = 0;
  scenario.world.size.people = people;
  scenario.world.size.accounts = people / 10;
  return scenario;
}

std::shared_ptr<sim::Simulation> simulate(const sim::Scenario& scenario) {
  auto simulation = std::make_shared<sim::Simulation>(scenario, scenario.run.seed);
  while (simulation->done() < simulation->days()) simulation->step();
  return simulation;
}

// Bit for bit: NaN is the same as itself.
bool same(const Snapshot& a, const Snapshot& b) {
  return std::ranges::equal(a, b, [](const SnapshotColumn& x, const SnapshotColumn& y) {
    return x.name == y.name && std::visit(
                                   [&]<class Values>(const Values& values) {
                                     const auto* others = std::get_if<Values>(&y.values);
                                     return others != nullptr && others->size() == values.size() &&
                                            std::memcmp(others->data(), values.data(),
                                                        values.size() * sizeof(values[0])) == 0;
                                   },
                                   x.values);
  });
}

// The last day's engagement, added up over the groups, against the scores of the recorded world.
bool has_true_scores(const sim::Simulation& simulation, const sim::Scenario& scenario) {
  const World world = simulation.world();
  const Model model = model_of(sim::playbook_of(scenario));
  const Scores scores = score(world, model, {.date = scenario.run.end});
  double sum = 0;
  for (const double engagement : scores.groups.engagement) sum += engagement;
  const sim::RunResult result = simulation.result();
  const auto panel = std::ranges::find(result.tables, "panel", &StudyTable::name);
  return std::get<std::vector<double>>(panel->column("engagement")->values).back() == sum;
}

// Against the same year on one thread, bit for bit.
Work year(const Scale& scale) {
  const sim::Scenario scenario = scenario_of(std::max<std::size_t>(scale.activities / 100, 1000));
  const auto last = std::make_shared<std::shared_ptr<sim::Simulation>>();
  const auto alone = std::make_shared<Snapshot>();
  return {.run = [=] { *last = simulate(scenario); },
          .correct =
              [=] {
                if (alone->empty()) {
                  const parallel::ThreadLimit one(1);
                  *alone = simulate(scenario)->save();
                }
                return same((*last)->save(), *alone) && has_true_scores(**last, scenario);
              },
          .items = static_cast<double>(scenario.world.size.people) *
                   static_cast<double>(scenario.run.days)};
}

}  // namespace

void add_sim_cases() { add_case("simulate/year", year); }

}  // namespace rolecall::bench
