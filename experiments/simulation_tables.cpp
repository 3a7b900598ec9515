#include "experiments/simulation_tables.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "experiments/study_table.hpp"
#include "sim/measures/replicates.hpp"
#include "sim/outcome/kpis.hpp"
#include "sim/scenario.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

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

const StudyTable& table_of(const FinishedRun& run, std::string_view name) {
  return *std::ranges::find(run.tables, name, &StudyTable::name);
}

// A column of numbers as doubles, row by row.
std::vector<double> numbers_of(const TableColumn& column) {
  if (const auto* doubles = std::get_if<std::vector<double>>(&column.values)) return *doubles;
  const auto& whole = std::get<std::vector<std::int64_t>>(column.values);
  return {whole.begin(), whole.end()};
}

// A figure of every day: the sum of some columns of the panel, over another where there is one.
struct DailyFigure {
  const char *name, *unit, *meaning;
  std::vector<const char*> columns;
  const char* over = nullptr;
};

const std::vector<DailyFigure>& daily_figures() {
  static const std::vector<DailyFigure> all{
      {"known", "people", "in the database", {"known"}},
      {"in_market", "groups", "with a buyer in the market", {"in_market"}},
      {"engagement", "points", "mean of the groups", {"engagement"}, "groups"},
      {"completeness", "%", "mean of the groups", {"completeness"}, "groups"},
      {"hand_offs", "groups", "handed off that day", {"hand_offs"}},
      {"accepted", "groups", "taken on that day", {"accepted"}},
      {"opportunities", "deals", "opened that day", {"opportunities"}},
      {"won", "deals", "won that day", {"won"}},
      {"open_deals", "deals", "open", {"open_deals"}},
      {"waiting", "groups", "that wait for sales", {"waiting"}},
      {"revenue", "currency", "of deals won that day", {"revenue"}},
      {"spend", "currency", "", {"spend_messages", "spend_leads", "spend_enrichment"}},
      {"sales_hours", "hour", "worked", {"sales_hours"}},
  };
  return all;
}

std::vector<double> daily(const StudyTable& panel, const DailyFigure& figure) {
  std::vector<double> sum(panel.rows(), 0.);
  for (const char* column : figure.columns) {
    const std::vector<double> values = numbers_of(*panel.column(column));
    for (std::size_t d = 0; d < sum.size(); ++d) sum[d] += values[d];
  }
  if (figure.over == nullptr) return sum;
  const std::vector<double> over = numbers_of(*panel.column(figure.over));
  for (std::size_t d = 0; d < sum.size(); ++d) sum[d] = over[d] > 0 ? sum[d] / over[d] : nan;
  return sum;
}

// Tables of a run whose rows are the same in every run, and how many of their columns say what a
// row is about.
constexpr std::pair<const char*, std::size_t> segmented[]{
    {"solutions", 1}, {"personas", 1}, {"channels", 1}, {"alignment", 1}, {"lags", 2}};

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

std::vector<double> figures_of(const SimulatedArms& of, std::size_t arm, std::size_t kpi) {
  std::vector<double> values;
  for (std::size_t r = 0; r < of.seeds.size(); ++r)
    values.push_back(of.runs[arm * of.seeds.size() + r].figures[kpi]);
  return values;
}

void put_regret(SimulatedArms& of) {
  const std::size_t revenue = kpi_index("revenue"), regret = kpi_index("regret");
  const auto oracle =
      static_cast<std::size_t>(std::ranges::find(of.arms, sim::oracle_arm) - of.arms.begin());
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
  TableBuilder table("kpis", "what each run came down to, over the days after the burn-in");
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
  TableBuilder table("arms", "each figure of each arm: mean over replicates");
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
  TableBuilder table("differences", "each arm less the first, " + of.arms.front() +
                                        ", seed by seed: mean over replicates");
  name_rows(table, {of.arms.begin() + 1, of.arms.end()});
  table.intervals("difference", differences, "", "over replicates")
      .numbers("above", std::move(above), "", "share of replicates in which the arm has more")
      .numbers("equal", std::move(equal), "", "share in which it has as much")
      .counts("replicates", std::move(used), "", "in which both are defined");
  return table.done();
}

StudyTable daily_table(const SimulatedArms& of) {
  const StudyTable& first = table_of(of.runs.front(), "panel");
  std::vector<std::string> arm;
  TextColumn date;
  std::vector<std::int64_t> day;
  for (const std::string& name : of.arms) {
    arm.insert(arm.end(), first.rows(), name);
    append(date, std::get<TextColumn>(first.column("date")->values));
    append(day, std::get<std::vector<std::int64_t>>(first.column("day")->values));
  }
  TableBuilder table("daily", "the course of each arm: mean over replicates");
  std::vector<std::string> dates;
  for (std::size_t row = 0; row < date.size(); ++row) dates.emplace_back(date[row]);
  table.texts("arm", arm, "")
      .texts("date", dates, "")
      .counts("day", std::move(day), "day", "since the end of the burn-in");
  for (const DailyFigure& figure : daily_figures()) {
    std::vector<Interval> means;
    for (std::size_t a = 0; a < of.arms.size(); ++a) {
      std::vector<std::vector<double>> runs;
      for (std::size_t r = 0; r < of.seeds.size(); ++r)
        runs.push_back(daily(table_of(of.runs[a * of.seeds.size() + r], "panel"), figure));
      for (std::size_t d = 0; d < first.rows(); ++d) {
        std::vector<double> values;
        for (const std::vector<double>& run : runs) values.push_back(run[d]);
        means.push_back(sim::over_replicates(values, of.confidence).mean);
      }
    }
    table.intervals(figure.name, means, figure.unit, figure.meaning);
  }
  return table.done();
}

StudyTable segment_table(const SimulatedArms& of) {
  std::vector<std::string> arm, source, segment, name, unit;
  std::vector<Interval> means;
  std::vector<std::int64_t> used;
  for (std::size_t a = 0; a < of.arms.size(); ++a)
    for (const auto& [which, keys] : segmented) {
      const StudyTable& first = table_of(of.runs[a * of.seeds.size()], which);
      std::vector<std::vector<std::vector<double>>> figures;  // by column, replicate, row
      for (std::size_t c = keys; c < first.columns.size(); ++c) {
        auto& of_column = figures.emplace_back();
        for (std::size_t r = 0; r < of.seeds.size(); ++r)
          of_column.push_back(
              numbers_of(table_of(of.runs[a * of.seeds.size() + r], which).columns[c]));
      }
      for (std::size_t row = 0; row < first.rows(); ++row) {
        std::string about;
        for (std::size_t k = 0; k < keys; ++k)
          about +=
              (k > 0 ? ", " : "") + std::string(std::get<TextColumn>(first.columns[k].values)[row]);
        for (std::size_t c = keys; c < first.columns.size(); ++c) {
          std::vector<double> values;
          for (const std::vector<double>& run : figures[c - keys]) values.push_back(run[row]);
          const auto figure = sim::over_replicates(values, of.confidence);
          arm.push_back(of.arms[a]);
          source.emplace_back(which);
          segment.push_back(about);
          name.push_back(first.columns[c].name);
          unit.push_back(first.columns[c].unit);
          means.push_back(figure.mean);
          used.push_back(static_cast<std::int64_t>(figure.used));
        }
      }
    }
  TableBuilder table("segments", "each arm by what groups and people are of: mean over replicates");
  table.texts("arm", arm, "")
      .texts("table", source, "of the runs")
      .texts("segment", segment, "the solution, persona, channel, or stage and funnel state")
      .texts("figure", name, "column of that table")
      .texts("unit", unit, "of the figures")
      .intervals("mean", means, "", "over replicates")
      .counts("replicates", std::move(used), "", "in which it is defined");
  return table.done();
}

std::vector<StudyTable> joined_tables(SimulatedArms of) {
  std::vector<StudyTable> joined;
  for (std::size_t t = 0; t < of.runs.front().tables.size(); ++t) {
    StudyTable& first = of.runs.front().tables[t];
    TextColumn arm;
    std::vector<std::int64_t> replicate;
    StudyTable table{first.name, first.description};
    for (std::size_t r = 0; r < of.runs.size(); ++r) {
      assert(of.runs[r].tables.size() == of.runs.front().tables.size());
      StudyTable more = std::move(of.runs[r].tables[t]);  // and is given back when it is appended
      for (std::size_t row = 0; row < more.rows(); ++row) arm.push_back(of.arms[of.arm_of(r)]);
      replicate.insert(replicate.end(), more.rows(),
                       static_cast<std::int64_t>(of.replicate_of(r)) + 1);
      if (r == 0) {
        table.columns = std::move(more.columns);
        continue;
      }
      assert(more.name == table.name && more.columns.size() == table.columns.size());
      for (std::size_t c = 0; c < more.columns.size(); ++c)
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
