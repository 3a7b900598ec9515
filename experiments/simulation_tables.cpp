#include "experiments/simulation_tables.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "experiments/study_table.hpp"
#include "sim/kpis.hpp"
#include "sim/measures/replicates.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// A figure of an arm, by replicate.
std::vector<double> figures_of(const SimulatedArms& of, std::size_t arm, std::size_t kpi) {
  std::vector<double> values;
  for (std::size_t r = 0; r < of.seeds.size(); ++r)
    values.push_back(of.runs[arm * of.seeds.size() + r].figures[kpi]);
  return values;
}

// The columns that say what the rows of a table by arm and KPI are about.
void name_rows(TableBuilder& table, const std::vector<std::string>& arms) {
  std::vector<std::string> arm, kpi, unit;
  for (const std::string& name : arms)
    for (const KpiInfo& info : kpi_list()) {
      arm.push_back(name);
      kpi.emplace_back(info.name);
      unit.emplace_back(info.unit);
    }
  table.texts("arm", arm, "").texts("kpi", kpi, "").texts("unit", unit, "of the figures");
}

void append(TextColumn& to, const TextColumn& from) {
  for (std::size_t row = 0; row < from.size(); ++row) to.push_back(from[row]);
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

void append(TableColumn& to, const TableColumn& from) {
  assert(to.name == from.name && to.per_row == from.per_row);
  std::visit([&]<class Values>(Values& values) { append(values, std::get<Values>(from.values)); },
             to.values);
}

}  // namespace

void put_regret(SimulatedArms& of) {
  const std::size_t revenue = kpi_index("revenue"), regret = kpi_index("regret");
  const auto oracle =
      static_cast<std::size_t>(std::ranges::find(of.arms, "oracle") - of.arms.begin());
  for (std::size_t run = 0; run < of.runs.size(); ++run)
    of.runs[run].figures[regret] =
        oracle == of.arms.size()
            ? nan
            : of.runs[oracle * of.seeds.size() + of.replicate_of(run)].figures[revenue] -
                  of.runs[run].figures[revenue];
}

StudyTable kpi_table(const SimulatedArms& of) {
  std::vector<std::string> arm;
  std::vector<std::int64_t> replicate, seed;
  for (std::size_t run = 0; run < of.runs.size(); ++run) {
    arm.push_back(of.arms[of.arm_of(run)]);
    replicate.push_back(static_cast<std::int64_t>(of.replicate_of(run)) + 1);
    seed.push_back(of.seeds[of.replicate_of(run)]);
  }
  TableBuilder table("kpis", "What each run came down to, over the days after the burn-in.");
  table.texts("arm", arm, "")
      .counts("replicate", std::move(replicate), "", "from 1")
      .counts("seed", std::move(seed), "", "the same for all arms");
  for (std::size_t k = 0; k < kpi_list().size(); ++k) {
    std::vector<double> values;
    for (const FinishedRun& run : of.runs) values.push_back(run.figures[k]);
    const KpiInfo& info = kpi_list()[k];
    table.numbers(std::string(info.name), std::move(values), std::string(info.unit),
                  std::string(info.meaning));
  }
  return table.done();
}

StudyTable arm_table(const SimulatedArms& of) {
  std::vector<Interval> means;
  std::vector<double> deviation;
  std::vector<std::int64_t> used;
  for (std::size_t a = 0; a < of.arms.size(); ++a)
    for (std::size_t k = 0; k < kpi_list().size(); ++k) {
      const auto figure = sim::over_replicates(figures_of(of, a, k), of.confidence);
      means.push_back(figure.mean);
      deviation.push_back(figure.deviation);
      used.push_back(static_cast<std::int64_t>(figure.used));
    }
  TableBuilder table("arms", "Each figure of each arm: mean over replicates.");
  name_rows(table, of.arms);
  table.intervals("mean", means, "", "over replicates")
      .numbers("deviation", std::move(deviation), "", "standard deviation over replicates")
      .counts("replicates", std::move(used), "", "in which it is defined");
  return table.done();
}

StudyTable difference_table(const SimulatedArms& of) {
  std::vector<Interval> differences;
  std::vector<double> above, equal;
  std::vector<std::int64_t> used;
  for (std::size_t a = 1; a < of.arms.size(); ++a)
    for (std::size_t k = 0; k < kpi_list().size(); ++k) {
      const auto compared =
          sim::compare_arms(figures_of(of, a, k), figures_of(of, 0, k), of.confidence);
      differences.push_back(compared.difference.mean);
      above.push_back(compared.above);
      equal.push_back(compared.equal);
      used.push_back(static_cast<std::int64_t>(compared.difference.used));
    }
  TableBuilder table("differences", "Each arm less the first, " + of.arms.front() +
                                        ", seed by seed: mean over replicates.");
  name_rows(table, {of.arms.begin() + 1, of.arms.end()});
  table.intervals("difference", differences, "", "over replicates")
      .numbers("above", std::move(above), "", "share of replicates in which the arm has more")
      .numbers("equal", std::move(equal), "", "share in which it has as much")
      .counts("replicates", std::move(used), "", "in which both are defined");
  return table.done();
}

std::vector<StudyTable> joined_tables(const SimulatedArms& of) {
  std::vector<StudyTable> joined;
  for (std::size_t t = 0; t < of.runs.front().tables.size(); ++t) {
    const StudyTable& first = of.runs.front().tables[t];
    TextColumn arm;
    std::vector<std::int64_t> replicate;
    StudyTable table{first.name, first.description, first.columns};
    for (std::size_t r = 0; r < of.runs.size(); ++r) {
      assert(of.runs[r].tables.size() == of.runs.front().tables.size());
      const StudyTable& more = of.runs[r].tables[t];
      assert(more.name == first.name && more.columns.size() == first.columns.size());
      for (std::size_t row = 0; row < more.rows(); ++row) arm.push_back(of.arms[of.arm_of(r)]);
      replicate.insert(replicate.end(), more.rows(),
                       static_cast<std::int64_t>(of.replicate_of(r)) + 1);
      for (std::size_t c = 0; r > 0 && c < more.columns.size(); ++c)
        append(table.columns[c], more.columns[c]);
    }
    table.columns.insert(
        table.columns.begin(),
        {{"arm", std::move(arm)}, {"replicate", std::move(replicate), "", "from 1"}});
    joined.push_back(std::move(table));
  }
  return joined;
}

}  // namespace rolecall
