#include "experiments/simulation_tables.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sim/outcome/kpis.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double t_2 = 4.302652729911275;  // Student's t of 2 degrees of freedom, 97.5 %

// Two arms and the oracle over three seeds; revenue by run, every other figure 0.
SimulatedArms arms() {
  SimulatedArms of{.arms = {"base", "strict", "oracle"}, .seeds = {7, 8, 9}};
  for (const double revenue : {10., 20., 30., 12., 21., 36., 40., 50., 60.}) {
    FinishedRun run{.figures = std::vector<double>(kpi_list().size())};
    run.figures[kpi_index("revenue")] = revenue;
    run.figures[kpi_index("contact_days")] = of.runs.size() == 1 ? nan : revenue;
    run.tables = {{"deals",
                   "all deals",
                   {{"state", TextColumn({"won", "lost"})},
                    {"pair", std::vector<double>{1, 2, 3, revenue}, "day", "both", 2}}}};
    if (of.runs.size() == 4)
      run.tables[0].columns = {{"state", TextColumn()},
                               {"pair", std::vector<double>{}, "day", "both", 2}};
    of.runs.push_back(std::move(run));
  }
  return of;
}

double at(const StudyTable& table, const std::string& column, std::size_t row) {
  return std::get<std::vector<double>>(table.column(column)->values)[row];
}

std::size_t row_of(std::size_t arm, const char* kpi) {
  return arm * kpi_list().size() + kpi_index(kpi);
}

TEST(SimulationTables, RegretIsWhatTheOracleWinsMoreOfTheSameSeed) {
  SimulatedArms of = arms();
  put_regret(of);
  const std::vector<double> expected{30, 30, 30, 28, 29, 24, 0, 0, 0};
  for (std::size_t r = 0; r < of.runs.size(); ++r)
    EXPECT_EQ(of.runs[r].figures[kpi_index("regret")], expected[r]) << r;
  of.arms[2] = "other";
  put_regret(of);
  for (const FinishedRun& run : of.runs) EXPECT_TRUE(std::isnan(run.figures[kpi_index("regret")]));
}

TEST(SimulationTables, EveryRunIsARow) {
  const StudyTable table = kpi_table(arms());
  ASSERT_EQ(table.rows(), 9);
  EXPECT_EQ(table.columns.size(), 3 + kpi_list().size());
  EXPECT_EQ(std::get<TextColumn>(table.column("arm")->values)[3], "strict");
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(table.column("replicate")->values)[5], 3);
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(table.column("seed")->values)[5], 9);
  EXPECT_EQ(at(table, "revenue", 5), 36);
  EXPECT_EQ(table.column("revenue")->unit, "currency");
}

TEST(SimulationTables, ArmsHaveMeansWithStudentsIntervals) {
  const StudyTable table = arm_table(arms());
  ASSERT_EQ(table.rows(), 3 * kpi_list().size());
  const std::size_t row = row_of(0, "revenue");
  EXPECT_EQ(std::get<TextColumn>(table.column("kpi")->values)[row], "revenue");
  EXPECT_EQ(at(table, "mean", row), 20);
  EXPECT_NEAR(at(table, "mean_high", row), 20 + t_2 * 10 / std::sqrt(3.), 1e-9);
  EXPECT_NEAR(at(table, "mean_low", row), 20 - t_2 * 10 / std::sqrt(3.), 1e-9);
  const std::size_t partly = row_of(0, "contact_days");
  EXPECT_EQ(at(table, "mean", partly), 20);
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(table.column("replicates")->values)[partly], 2);
}

TEST(SimulationTables, DifferencesArePairedBySeed) {
  const StudyTable table = difference_table(arms());
  ASSERT_EQ(table.rows(), 2 * kpi_list().size());
  const std::size_t row = row_of(0, "revenue");  // 2, 1 and 6: mean 3, variance 7
  EXPECT_EQ(std::get<TextColumn>(table.column("arm")->values)[row], "strict");
  EXPECT_EQ(at(table, "difference", row), 3);
  EXPECT_NEAR(at(table, "difference_high", row), 3 + t_2 * std::sqrt(7. / 3), 1e-9);
  EXPECT_EQ(at(table, "above", row), 1);
  EXPECT_EQ(at(table, "equal", row_of(0, "won")), 1);
  EXPECT_EQ(difference_table({.arms = {"base"}, .seeds = {1}, .runs = {arms().runs[0]}}).rows(), 0);
}

TEST(SimulationTables, TablesOfRunsStandOneBelowTheOther) {
  const std::vector<StudyTable> tables = joined_tables(arms());
  ASSERT_EQ(tables.size(), 1);
  const StudyTable& deals = tables[0];
  EXPECT_EQ(deals.name, "deals");
  EXPECT_EQ(deals.description, "all deals");
  ASSERT_EQ(deals.rows(), 16) << "one run has none";
  for (const TableColumn& column : deals.columns) EXPECT_EQ(column.size(), 16) << column.name;
  EXPECT_EQ(deals.columns[0].name, "arm");
  EXPECT_EQ(deals.columns[1].name, "replicate");
  EXPECT_EQ(std::get<TextColumn>(deals.columns[0].values)[8], "strict");
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(deals.columns[1].values)[8], 3)
      << "after the empty one";
  EXPECT_EQ(deals.columns[3].per_row, 2);
  EXPECT_EQ(at(deals, "pair", 19), 36);
}

}  // namespace
}  // namespace rolecall
