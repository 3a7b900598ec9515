#include "core/predicate/relation.hpp"

#include <utility>

#include "core/predicate/filter.hpp"

namespace rolecall {
namespace {

// How many of a row's others hold, up to `most`.
struct Tally {
  Relation relation;
  std::shared_ptr<Filter> filter;  // null: all of them
  Day as_of{};
  std::vector<std::uint8_t> holds = {};

  void prepare(Day day) {
    as_of = day;
    if (filter && (holds.empty() || filter->changes_with_day())) holds = filter->holds(day);
  }

  std::size_t of(std::uint32_t row, std::size_t most) const {
    std::vector<std::uint32_t> others;
    relation.others(row, as_of, others);
    if (!filter) return others.size();
    std::size_t n = 0;
    for (std::size_t i = 0; i < others.size() && n < most; ++i) n += holds[others[i]];
    return n;
  }
};

std::shared_ptr<Tally> tally(const Relation& relation, const Predicate* condition) {
  const auto result = std::make_shared<Tally>(Tally{relation, nullptr});
  if (condition != nullptr)
    result->filter = std::make_shared<Filter>(*condition, *relation.subject());
  return result;
}

void describe(Column& column, const std::shared_ptr<Tally>& tally) {
  column.changes_with_day = tally->relation.changes_with_day ||
                            (tally->filter != nullptr && tally->filter->changes_with_day());
  column.prepare = [tally](Day as_of) { tally->prepare(as_of); };
  if (tally->filter && !tally->filter->warnings().empty())
    column.warning = tally->filter->warnings().front();
}

}  // namespace

SubjectFunction any_function(Relation relation) {
  const std::string name = "any_" + relation.other;
  const std::string usage = name + "(condition on the " + relation.other + ")";
  return {name, usage, [relation = std::move(relation)](std::span<const Argument> arguments) {
            if (arguments.size() != 1 || !std::holds_alternative<Predicate>(arguments[0]))
              throw BadArgument{0, "one condition is expected here"};
            const auto t = tally(relation, &std::get<Predicate>(arguments[0]));
            Column column{ValueType::truth, FillTruths([t](Rows rows, std::span<std::uint8_t> out) {
                            for (std::size_t i = 0; i < rows.size(); ++i)
                              out[i] = t->of(rows[i], 1) > 0;
                          })};
            describe(column, t);
            return column;
          }};
}

Column count_column(const Relation& relation, const Predicate* condition) {
  const auto t = tally(relation, condition);
  Column column{ValueType::number, FillNumbers([t](Rows rows, std::span<double> out) {
                  for (std::size_t i = 0; i < rows.size(); ++i)
                    out[i] = static_cast<double>(t->of(rows[i], no_row));
                })};
  describe(column, t);
  return column;
}

}  // namespace rolecall
