#include "experiments/program/explanation_table.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "experiments/program/explanation_parts.hpp"
#include "scoring/score.hpp"

namespace rolecall::program {
namespace {

using Json = nlohmann::ordered_json;

// Columns of texts, filled row by row; cells that say nothing are empty.
class TextTable {
 public:
  explicit TextTable(std::initializer_list<const char*> names) {
    for (const char* name : names) columns_.push_back({name, TextColumn{}});
  }

  void add(const std::vector<std::string>& cells) {
    for (std::size_t c = 0; c < columns_.size(); ++c)
      std::get<TextColumn>(columns_[c].values).push_back(cells[c]);
  }

  Columns take() { return std::move(columns_); }

 private:
  Columns columns_;
};

std::string text(double v) { return fmt::format("{}", v); }
std::string text(std::uint64_t v) { return fmt::format("{}", v); }

class ExplanationRows {
 public:
  ExplanationRows(const Explanation& e, const World& world, const Model& model)
      : e_(e), world_(world), readings_(model.readings) {
    for (const ExplainedMember& m : e.members) {
      if (e.linear)
        for (const ExplainedActivity& a : m.activities) amounts_.push_back(m.share * a.points);
      else
        amounts_.push_back(m.contribution());
    }
    denominator_ = common_denominator(amounts_);
  }

  const BigFraction& denominator() const { return denominator_; }

  ExplanationRows& add_rows() {
    for (const ExplainedMember& m : e_.members) {
      if (!e_.linear) add(m, "", "", "", "", text(m.value.rounded()));
      if (e_.linear)
        for (const ExplainedActivity& a : m.activities)
          add(m, std::string(world_.activities.type_names[a.type.index()]), to_string(a.day),
              text(a.count), text(a.counted), text(a.weight.rounded()));
    }
    return *this;
  }

  ExplanationRows& add_steps() {
    for (const Step& step : steps_of(e_, readings_))
      table_.add({group(), step.member == nullptr ? "" : person(*step.member),
                  step.member == nullptr ? "" : role(*step.member), "= " + step.name, "", "", "",
                  text(step.value), "0", "0", "0", denominator_.to_string()});
    return *this;
  }

  Columns take() { return table_.take(); }

 private:
  std::string group() const { return std::string(world_.groups.ids[e_.group.index()]); }
  std::string person(const ExplainedMember& m) const {
    return std::string(world_.people.ids[m.person.index()]);
  }
  std::string role(const ExplainedMember& m) const {
    return std::string(world_.roles[m.role.index()]);
  }

  void add(const ExplainedMember& m, const std::string& activity, const std::string& day,
           const std::string& count, const std::string& counted, const std::string& weight) {
    const BigFraction& amount = amounts_[next_++];
    table_.add({group(), person(m), role(m), activity, day, count, counted, weight,
                text(m.share.rounded()), text(amount.rounded()),
                (amount * denominator_).to_string(), denominator_.to_string()});
  }

  const Explanation& e_;
  const World& world_;
  const Readings& readings_;
  std::vector<BigFraction> amounts_;
  BigFraction denominator_;
  std::size_t next_ = 0;
  TextTable table_{"group_id",   "person_id",    "role",      "activity",
                   "day",        "count",        "counted",   "weight",
                   "role_share", "contribution", "numerator", "denominator"};
};

// Texts that are numbers become numbers, but for numerators and denominators, which a reader of
// JSON could cut to 53 bits.
Json rows_of(const Columns& columns) {
  Json rows = Json::array();
  for (std::size_t row = 0; row < row_count(columns); ++row) {
    Json object;
    for (const TableColumn& c : columns) {
      const std::string value(std::get<TextColumn>(c.values)[row]);
      const bool is_count = c.name == "count" || c.name == "counted";
      const bool is_number =
          c.name == "weight" || c.name == "role_share" || c.name == "contribution";
      if (value.empty())
        object[c.name] = nullptr;
      else if (is_count)
        object[c.name] = std::stoull(value);
      else if (is_number)
        object[c.name] = std::stod(value);
      else
        object[c.name] = value;
    }
    rows.push_back(std::move(object));
  }
  return rows;
}

Json summary_of(const Explanation& e, const Model& model) {
  Json json{{"as_of", to_string(e.as_of)}, {"window", nullptr}};
  if (e.created)
    json["window"] = Json{{"first", to_string(e.window.first)}, {"last", to_string(e.window.last)}};
  json["engagement"] = e.engagement;
  json["engagement_display"] = displayed(e.engagement, model.readings.display_rounding);
  json["completeness"] = e.completeness;  // NaN becomes null
  json["members"] = e.people;
  json["missing_roles"] = missing_roles(e, model);
  return json;
}

Json people_of(const Explanation& e, const World& world) {
  Json people = Json::array();
  for (const ExplainedMember& m : e.members) {
    Json activities = Json::array();
    for (const TypeTotal& t : by_type(m))
      activities.push_back({{"activity", std::string(world.activities.type_names[t.type.index()])},
                            {"days", t.days},
                            {"clipped_days", t.clipped_days},
                            {"count", t.count},
                            {"counted", t.counted},
                            {"points", t.points.rounded()}});
    people.push_back({{"person_id", std::string(world.people.ids[m.person.index()])},
                      {"role", std::string(world.roles[m.role.index()])},
                      {"points", m.points.rounded()},
                      {"score", m.value.rounded()},
                      {"role_share", m.share.rounded()},
                      {"contribution", m.contribution().rounded()},
                      {"activities", std::move(activities)}});
  }
  return people;
}

}  // namespace

Columns to_columns(const Explanation& e, const World& world, const Model& model) {
  return ExplanationRows(e, world, model).add_rows().add_steps().take();
}

Columns to_columns(const Change& change, const World& world) {
  TextTable table{"group_id", "cause",   "person_id",    "role",      "activity",   "day",
                  "count",    "counted", "contribution", "numerator", "denominator"};
  std::vector<BigFraction> amounts;
  for (const ChangeRow& row : change.rows) amounts.push_back(row.amount);
  const BigFraction denominator = common_denominator(amounts);
  const std::string group(world.groups.ids[change.after.group.index()]);
  for (const ChangeRow& row : change.rows) {
    const bool of_person = !row.person.is_none(), of_activity = !row.type.is_none();
    table.add({group, std::string(word_for(row.cause)),
               of_person ? std::string(world.people.ids[row.person.index()]) : "",
               of_person ? std::string(world.roles[row.role.index()]) : "",
               of_activity ? std::string(world.activities.type_names[row.type.index()]) : "",
               of_activity ? to_string(row.day) : "", of_activity ? text(row.count) : "",
               of_activity ? text(row.counted) : "", text(row.amount.rounded()),
               (row.amount * denominator).to_string(), denominator.to_string()});
  }
  return table.take();
}

std::string to_json(const Explanation& e, const World& world, const Model& model) {
  ExplanationRows rows(e, world, model);
  Json json{{"group_id", std::string(world.groups.ids[e.group.index()])}, {"model", model.name}};
  json.update(summary_of(e, model));
  json["linear"] = e.linear;
  json["sum"] = {{"value", e.sum.rounded()},
                 {"numerator", (e.sum * rows.denominator()).to_string()},
                 {"denominator", rows.denominator().to_string()}};
  json["steps"] = Json::array();
  for (const Step& step : steps_of(e, model.readings)) {
    Json object{{"step", step.name}, {"value", step.value}};
    if (step.member != nullptr) {
      object["person_id"] = std::string(world.people.ids[step.member->person.index()]);
      object["role"] = std::string(world.roles[step.member->role.index()]);
    }
    if (!step.detail.empty()) object["detail"] = step.detail;
    json["steps"].push_back(std::move(object));
  }
  json["people"] = people_of(e, world);
  json["without_card"] = Json::array();
  for (const auto& [person, role] : e.without_card)
    json["without_card"].push_back({{"person_id", std::string(world.people.ids[person.index()])},
                                    {"role", std::string(world.roles[role.index()])}});
  json["weightless"] = Json::array();
  for (const auto& [type, count] : weightless(e))
    json["weightless"].push_back(
        {{"activity", std::string(world.activities.type_names[type.index()])}, {"count", count}});
  json["rows"] = rows_of(rows.add_rows().take());
  return json.dump(2) + '\n';
}

std::string to_json(const Change& change, const World& world, const Model& model) {
  std::map<Cause, BigFraction> by_cause;
  for (const ChangeRow& row : change.rows) by_cause[row.cause] += row.amount;
  Json json{{"group_id", std::string(world.groups.ids[change.after.group.index()])},
            {"model", model.name},
            {"before", summary_of(change.before, model)},
            {"after", summary_of(change.after, model)},
            {"change", change.sum.rounded()},
            {"causes", Json::array()}};
  for (const auto& [cause, amount] : by_cause)
    json["causes"].push_back(
        {{"cause", std::string(word_for(cause))}, {"contribution", amount.rounded()}});
  json["rows"] = rows_of(to_columns(change, world));
  return json.dump(2) + '\n';
}

}  // namespace rolecall::program
