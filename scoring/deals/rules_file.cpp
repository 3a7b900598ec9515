#include "scoring/deals/rules_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "core/day_boundary.hpp"
#include "core/text_file.hpp"
#include "core/toml_table.hpp"
#include "scoring/deals/rules_check.hpp"

namespace rolecall {

template <>
struct Choices<ScoreLevel> {
  static constexpr std::array<std::pair<std::string_view, ScoreLevel>, 2> all{
      {{"deal", ScoreLevel::deal}, {"contact", ScoreLevel::contact}}};
};
template <>
struct Choices<Trigger::Feeds> {
  static constexpr std::array<std::pair<std::string_view, Trigger::Feeds>, 2> all{
      {{"each", Trigger::Feeds::each}, {"newest", Trigger::Feeds::newest}}};
};
template <>
struct Choices<Trigger::Direction> {
  static constexpr std::array<std::pair<std::string_view, Trigger::Direction>, 2> all{
      {{"up", Trigger::Direction::up}, {"down", Trigger::Direction::down}}};
};
template <>
struct Choices<DealRules::Readings::Rounding> {
  static constexpr std::array<std::pair<std::string_view, DealRules::Readings::Rounding>, 2> all{
      {{"floor", DealRules::Readings::Rounding::floor},
       {"ceil", DealRules::Readings::Rounding::ceil}}};
};

namespace {

constexpr std::string_view format_name = "rolecall.rules/1";
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t most_days = 100'000;
constexpr double most_factor = 1e6;

class Reader {
 public:
  Reader(const std::string& source, ProblemList& problems) : source_(source), problems_(problems) {}

  DealRules read(const toml::table& root) {
    TomlTable in(root, "", source_, problems_);
    read_head(in);
    rules_.competitive = predicate(in, "competitive");
    read_readings(in);
    for_each_table(in, "pipeline", [&](TomlTable one) { read_pipeline(one); });
    for_each_table(in, "score", [&](TomlTable one) { read_score(one); });
    if (rules_.scores.empty() && root.get("score") == nullptr)
      in.report_missing("score", "Describe at least one: [[score]] name = \"Fit\".");
    for_each_table(in, "action", [&](TomlTable one) { read_action(one); });
    for_each_table(in, "probability", [&](TomlTable one) { read_probability(one); });
    for_each_table(in, "grade", [&](TomlTable one) { read_grade(one); });
    in.reject_unknown_keys();
    return std::move(rules_);
  }

 private:
  void read_head(TomlTable& in) {
    if (const auto format = in.string("format"); format && *format != format_name)
      in.report(*in.raw().get("format"), "format", "this program does not read the format",
                fmt::format("It reads \"{}\".", format_name));
    else if (in.raw().get("format") == nullptr)
      in.report_missing("format",
                        fmt::format("Are these rules? Add format = \"{}\".", format_name));
    rules_.name = required_text(in, "name", "Name the rules.");
    rules_.description = in.string("description").value_or("");
    rules_.sources = texts(in, "source", {});
  }

  void read_readings(TomlTable& in) {
    const toml::table* table = in.table("readings");
    if (table == nullptr) return;
    TomlTable readings = in.inner(*table, "readings");
    DealRules::Readings& r = rules_.readings;
    r.static_unlatch = readings.boolean("static_unlatch").value_or(false);
    readings.choice("stagnation_rounding", r.stagnation_rounding);
    r.stagnation_recovers = readings.boolean("stagnation_recovers").value_or(false);
    r.stagnation_counts_itself = readings.boolean("stagnation_counts_itself").value_or(false);
    if (const auto zone = readings.string("day_boundary")) {
      r.day_boundary = *zone;
      try {
        DayBoundary check(*zone);
      } catch (const UnknownTimeZone&) {
        readings.report(*table->get("day_boundary"), "day_boundary",
                        "this is not a time zone of the IANA database",
                        "Write UTC or a name such as America/New_York.");
      }
    }
    readings.reject_unknown_keys();
  }

  void read_pipeline(TomlTable& in) {
    Pipeline pipeline;
    pipeline.name = required_text(in, "name", "Name the pipeline as deals do.");
    for (const Pipeline& other : rules_.pipelines)
      if (!pipeline.name.empty() && other.name == pipeline.name)
        in.report(*in.raw().get("name"), "name", "there is such a pipeline already",
                  "Keep one of the two.");
    pipeline.stages = texts(in, "stages", {});
    if (pipeline.stages.empty() && in.raw().get("stages") == nullptr)
      in.report_missing("stages", "List the stages in order: [\"Prospecting\", \"Engaging\"].");
    in.reject_unknown_keys();
    rules_.pipelines.push_back(std::move(pipeline));
  }

  void read_score(TomlTable& in) {
    ScoreRules score;
    score.name = required_text(in, "name", "Name the score.");
    if (!score.name.empty() && rules_.find_score(score.name))
      in.report(*in.raw().get("name"), "name", "there is such a score already",
                "Names of scores are unique; choose another.");
    static const std::vector<std::string> taken = {
        "deal_id", "person_id", "account_id", "pipeline",    "stage",
        "outcome", "value",     "date",       "competitive", "scored_on"};
    if (std::ranges::find(taken, score.name) != taken.end())
      in.report(*in.raw().get("name"), "name", "the table of scores has such a column already",
                "Choose another name.");
    in.choice("of", score.of);
    score.start = number(in, "start").value_or(0);
    score.least = number(in, "min");
    score.most = number(in, "max");
    if (score.least && score.most && *score.least > *score.most)
      in.report(*in.raw().get("max"), "max", "this is below min", "Let min be the smaller one.");
    score.sum = texts(in, "sum", {});
    score.contacts = in.string("contacts").value_or("");
    if (score.of == ScoreLevel::contact && !score.contacts.empty())
      in.report(*in.raw().get("contacts"), "contacts", "this is a contact score itself",
                "Add contact scores up in a score of deals, or use sum.");
    for_each_table(in, "rule", [&](TomlTable one) { read_rule(one, score); });
    for_each_table(in, "stagnation", [&](TomlTable one) { read_stagnation(one, score); });
    for_each_table(in, "multiplier", [&](TomlTable one) { read_multiplier(one, score); });
    score.factor_millionths =
        millionths(in, "factor", -most_factor, most_factor).value_or(score.factor_millionths);
    in.reject_unknown_keys();
    rules_.scores.push_back(std::move(score));
  }

  void read_rule(TomlTable& in, ScoreRules& score) {
    PointsRule rule{.name = in.string("name").value_or(""), .occasion = occasion(in, score.of)};
    std::size_t changes = 0;
    const auto change = [&](std::string_view key, auto&& take) {
      if (in.raw().get(key) == nullptr) return (void)in.take(key);
      ++changes;
      take(key);
    };
    change("add", [&](auto key) { rule.points = number(in, key).value_or(0); });
    change("subtract", [&](auto key) { rule.points = -number(in, key).value_or(0); });
    change("set", [&](auto key) {
      rule.change = PointsRule::Change::set;
      rule.points = number(in, key).value_or(0);
    });
    change("reset", [&](auto key) {
      rule.change = PointsRule::Change::set;
      if (const auto yes = in.boolean(key); yes && !*yes)
        in.report(*in.raw().get(key), key, "a rule that does not reset does nothing",
                  "Write reset = true, or leave it out.");
    });
    if (changes != 1)
      in.report_missing("add", changes == 0
                                   ? "Say what the rule does: add, subtract, set or reset = true."
                                   : "A rule does one of add, subtract, set and reset: write two.");
    if (!rule.occasion.on && rule.change == PointsRule::Change::set)
      in.report_missing("on", "A rule without a trigger adds or subtracts; name what sets it off.");
    if (const auto days = in.integer("expires_days", 1, most_days))
      rule.expires_days = static_cast<int>(*days);
    if (const toml::table* decay = in.table("decay")) {
      rule.decay = read_decay(in.inner(*decay, "decay"));
      if (rule.change == PointsRule::Change::set)
        in.report(*in.raw().get("decay"), "decay", "a rule that sets a score does not fade",
                  "Use add, or expires_days.");
    }
    in.reject_unknown_keys();
    if (rule.name.empty()) rule.name = name_of(rule.occasion);
    score.rules.push_back(std::move(rule));
  }

  PointsDecay read_decay(TomlTable in) {
    PointsDecay decay;
    if (const auto days = in.integer("every_days", 1, most_days))
      decay.every_days = static_cast<int>(*days);
    if (const auto loss = millionths(in, "loss", 1e-6, 1))
      decay.loss_millionths = *loss;
    else if (in.raw().get("loss") == nullptr)
      in.report_missing("loss", "Say which share is lost each time: loss = 0.25.");
    in.reject_unknown_keys();
    return decay;
  }

  void read_multiplier(TomlTable& in, ScoreRules& score) {
    std::optional<Predicate> when = predicate(in, "when");
    const auto factor = millionths(in, "factor", -most_factor, most_factor);
    if (in.raw().get("when") == nullptr)
      in.report_missing("when", "Say when it applies; the score's own factor is for the rest.");
    if (in.raw().get("factor") == nullptr)
      in.report_missing("factor", "Say what the score is multiplied with: factor = 1.5.");
    in.reject_unknown_keys();
    if (when && factor) score.multipliers.push_back({std::move(*when), *factor});
  }

  // The name of a column of the results, and of what table.
  std::string column_name(TomlTable& in, ScoreLevel& of) {
    std::string name = required_text(in, "name", "Name the column.");
    in.choice("of", of);
    if (!name.empty() &&
        (rules_.find_score(name) || rules_.find_grade(name) || rules_.find_probability(name)))
      in.report(*in.raw().get("name"), "name", "there is such a column already",
                "Names of scores, grades and probabilities are unique; choose another.");
    return name;
  }

  void read_probability(TomlTable& in) {
    Probability probability;
    probability.name = column_name(in, probability.of);
    probability.score = required_text(in, "score", "Name the score of log odds.");
    in.reject_unknown_keys();
    rules_.probabilities.push_back(std::move(probability));
  }

  void read_grade(TomlTable& in) {
    Grade grade;
    grade.name = column_name(in, grade.of);
    grade.score = in.string("score").value_or("");
    grade.join = texts(in, "join", {});
    grade.below = in.string("below").value_or("");
    if (const toml::table* steps = in.table("from")) {
      TomlTable inner = in.inner(*steps, "from");
      for (const auto& [key, node] : *steps)
        if (const auto from = inner.number(node, key.str(), -infinity, infinity))
          grade.steps.push_back({*from, std::string(key.str())});
    }
    std::ranges::stable_sort(grade.steps, std::greater<>(), &Grade::Step::from);
    const auto twin = std::ranges::adjacent_find(grade.steps, {}, &Grade::Step::from);
    if (twin != grade.steps.end())
      in.report(*in.raw().get("from"), "from", "two grades begin at the same points",
                "Let each begin at points of its own.");
    const bool joins = in.raw().get("join") != nullptr;
    if (joins == (in.raw().get("score") != nullptr))
      in.report_missing("score", "A grade has a score, or it joins other grades.");
    if (!joins && in.raw().get("from") == nullptr)
      in.report_missing("from", "Say where grades begin: from = { A = 75, B = 50 }.");
    for (const std::string& name : grade.join)
      if (const auto other = rules_.find_grade(name);
          !other || rules_.grades[*other].of != grade.of) {
        std::vector<std::string> known;
        for (const Grade& one : rules_.grades)
          if (one.of == grade.of) known.push_back(one.name);
        in.report(*in.raw().get("join"), "join", fmt::format("no grade '{}' stands above", name),
                  suggest(name, known));
      }
    in.reject_unknown_keys();
    rules_.grades.push_back(std::move(grade));
  }

  void read_stagnation(TomlTable& in, ScoreRules& score) {
    Stagnation s;
    s.name = in.string("name").value_or(s.name);
    s.idle_days = static_cast<int>(in.integer("idle_days", 0, most_days).value_or(s.idle_days));
    s.every_days = static_cast<int>(in.integer("every_days", 1, most_days).value_or(s.every_days));
    if (const auto points = in.number("points", 0, infinity))
      s.points = *points;
    else if (in.raw().get("points") == nullptr)
      in.report_missing("points", "Say how many points are lost each time.");
    s.activities = texts(in, "activities", s.activities);
    s.events = texts(in, "events", s.events);
    in.reject_unknown_keys();
    score.stagnation.push_back(std::move(s));
  }

  void read_action(TomlTable& in) {
    ActionRule action;
    action.name = in.string("name").value_or("");
    in.choice("of", action.of);
    action.occasion = occasion(in, action.of);
    std::size_t verbs = 0;
    for (const char* verb : {"notify", "hand_off", "enter_journey"})
      if (const auto object = in.string(verb)) {
        ++verbs;
        action.verb = verb;
        action.object = *object;
      }
    if (verbs != 1)
      in.report_missing("notify",
                        "Say one thing to do: notify = \"whom\", hand_off = \"to whom\" or "
                        "enter_journey = \"which\".");
    in.reject_unknown_keys();
    if (action.name.empty()) action.name = name_of(action.occasion);
    rules_.actions.push_back(std::move(action));
  }

  Occasion occasion(TomlTable& in, ScoreLevel level) {
    Occasion result;
    if (const toml::table* on = in.table("on")) result.on = trigger(in.inner(*on, "on"), level);
    result.when = predicate(in, "when");
    if (in.raw().get("on") == nullptr && in.raw().get("when") == nullptr)
      in.report_missing("on",
                        "Say when it acts: on = { activity = \"Reply\" }, or when = \"a "
                        "condition\".");
    result.once = in.boolean("once").value_or(false);
    return result;
  }

  Trigger trigger(TomlTable in, ScoreLevel level) {
    Trigger t;
    std::size_t kinds = 0;
    const auto kind = [&](std::string_view key, Trigger::Kind value) {
      if (in.raw().get(key) == nullptr) return (void)in.take(key);
      ++kinds;
      t.kind = value;
      if (value == Trigger::Kind::score)
        t.score = in.string(key).value_or("");
      else
        t.names = texts(in, key, {});
      if (level == ScoreLevel::contact && value != Trigger::Kind::activity &&
          value != Trigger::Kind::score)
        in.report(*in.raw().get(key), key, "this happens to deals, not to contacts",
                  "Contacts know activity and score.");
    };
    kind("activity", Trigger::Kind::activity);
    kind("event", Trigger::Kind::event);
    kind("enters_pipeline", Trigger::Kind::pipeline);
    kind("stage", Trigger::Kind::stage);
    kind("score", Trigger::Kind::score);
    if (kinds != 1)
      in.report_missing("activity",
                        "Name one trigger: activity, event, enters_pipeline, stage or score.");
    if (t.kind == Trigger::Kind::stage) t.from = in.string("from").value_or("");
    if (t.kind == Trigger::Kind::activity && level == ScoreLevel::deal) {
      in.choice("feeds", t.feeds);
      t.pipeline = in.string("pipeline").value_or("");
    }
    if (t.kind == Trigger::Kind::score) {
      if (const auto at = number(in, "crosses"))
        t.threshold = *at;
      else if (in.raw().get("crosses") == nullptr)
        in.report_missing("crosses", "Say which number the score crosses.");
      in.choice("direction", t.direction);
    }
    in.reject_unknown_keys();
    return t;
  }

  static std::string name_of(const Occasion& occasion) {
    if (occasion.on) return to_string(*occasion.on);
    return occasion.when ? occasion.when->text() : "";
  }

  // A decimal of up to six digits after the point.
  static std::optional<std::int64_t> millionths(TomlTable& in, std::string_view key, double low,
                                                double high) {
    const auto value = in.number(key, low, high);
    if (!value) return std::nullopt;
    const double units = *value * 1e6;
    if (std::abs(units - std::round(units)) > 1e-6 * std::max(1.0, std::abs(units) * 1e-6))
      in.report(*in.raw().get(key), key, "there are more than six digits after the point",
                "Round it to millionths.");
    return std::llround(units);
  }

  std::optional<double> number(TomlTable& in, std::string_view key) {
    return in.number(key, -infinity, infinity);
  }

  std::string required_text(TomlTable& in, std::string_view key, std::string remedy) {
    const auto text = in.string(key);
    if (in.raw().get(key) == nullptr) in.report_missing(key, std::move(remedy));
    return text.value_or("");
  }

  // One text, or a list of them.
  std::vector<std::string> texts(TomlTable& in, std::string_view key,
                                 std::vector<std::string> otherwise) {
    const toml::node* node = in.take(key);
    if (node == nullptr) return otherwise;
    std::vector<std::string> found;
    if (const auto* text = node->as_string()) {
      found.push_back(text->get());
    } else if (const auto* list = node->as_array()) {
      for (const toml::node& item : *list) {
        if (const auto* one = item.as_string())
          found.push_back(one->get());
        else
          in.report(item, key, "this is not a text", "Put it in double quotes.");
      }
    } else {
      in.report(*node, key, "this is neither a text nor a list of texts",
                "Write \"name\" or [\"name\", \"name\"].");
    }
    return found;
  }

  std::optional<Predicate> predicate(TomlTable& in, std::string_view key) {
    const auto text = in.string(key);
    if (!text) return std::nullopt;
    try {
      return Predicate::parse(
          *text,
          {.file = source_, .row = in.raw().get(key)->source().begin.line, .field = in.name(key)});
    } catch (const InputError& error) {
      for (const Problem& problem : error.problems()) problems_.add(problem);
      return std::nullopt;
    }
  }

  template <class Read>
  void for_each_table(TomlTable& in, std::string_view key, Read read) {
    const toml::array* list = in.array(key);
    if (list == nullptr) return;
    for (const toml::node& node : *list) {
      if (const auto* table = node.as_table())
        read(in.inner(*table, key));
      else
        in.report(node, key, "this is not a table", fmt::format("Write it as [[{}]].", key));
    }
  }

  const std::string& source_;
  ProblemList& problems_;
  DealRules rules_;
};

}  // namespace

DealRules parse_deal_rules(std::string_view text, const std::string& source) {
  const toml::table root = parse_toml(text, source);
  ProblemList problems;
  DealRules rules = Reader(source, problems).read(root);
  problems.throw_if_any();
  check_references(rules, source);
  return rules;
}

DealRules load_deal_rules(const std::string& path) {
  return parse_deal_rules(read_text(path), path);
}

}  // namespace rolecall
