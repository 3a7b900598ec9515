// Tables of a run that count the same people agree.
#include <gtest/gtest.h>

#include <numeric>

#include "results/table_file.hpp"
#include "sim/outcome/kpis.hpp"
#include "simulated.hpp"

namespace rolecall::sim {
namespace {

template <class T>
const std::vector<T>& cells(const RunResult& run, std::string_view table, std::string_view column) {
  const auto at = std::ranges::find(run.tables, table, &StudyTable::name);
  return std::get<std::vector<T>>(
      std::ranges::find(at->columns, column, &TableColumn::name)->values);
}

double sum_of(const std::vector<std::int64_t>& counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
}

TEST(RunTables, CountPersonasAsThePanelAndTheKpisDo) {
  const Scenario scenario = testing::small_scenario(
      {"population.leavers = 3", "population.joiners = 0.9", "population.title_changes = 2",
       "enrichment.people_a_day = 1", "sales.finds_contact = 0.3"});
  const Cast cast = testing::cast_of(scenario, 7);
  Simulation simulation(scenario, 7);
  while (simulation.done() < simulation.days()) simulation.step();
  const RunResult run = simulation.result();

  EXPECT_EQ(sum_of(cells<std::int64_t>(run, "personas", "people")),
            cells<double>(run, "panel", "employed").back());
  EXPECT_EQ(sum_of(cells<std::int64_t>(run, "personas", "known")),
            cells<double>(run, "panel", "known").back());
  const double leads = sum_of(cells<std::int64_t>(run, "personas", "leads"));
  EXPECT_EQ(leads, run.kpis[kpi_index("leads")]);
  const auto& by_channel = cells<double>(run, "channels", "leads");
  EXPECT_EQ(leads, std::accumulate(by_channel.begin(), by_channel.end(), 0.));

  // Each at the persona of that day.
  std::vector<std::int64_t> expected(scenario.world.personas.size());
  std::size_t before = 0, gone = 0;
  for (const testing::Event& e :
       testing::of_kind(testing::events_of(simulation.save()), EventKind::known)) {
    if (e.day < static_cast<DayIndex>(scenario.run.burn_in)) {
      ++before;
      continue;
    }
    const Promotion& promotion = cast.promotion[e.person];
    ++expected[e.day >= promotion.day ? promotion.persona : cast.persona[e.person]];
    gone += cast.leaves[e.person] < cast.days;
  }
  EXPECT_EQ(cells<std::int64_t>(run, "personas", "leads"), expected);
  EXPECT_GT(before, 0u);
  EXPECT_GT(gone, 0u);
}

}  // namespace
}  // namespace rolecall::sim
