#include "experiments/model_part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <utility>

#include "core/day_boundary.hpp"
#include "core/error.hpp"
#include "core/toml_table.hpp"
#include "scoring/model_names.hpp"

namespace rolecall {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

[[noreturn]] void refuse(std::string_view path, std::string what, std::string remedy) {
  throw InputError({.field = "space",
                    .value = std::string(path),
                    .what = std::move(what),
                    .remedy = std::move(remedy)});
}

// "role."Decision Maker".weighting" as {role, Decision Maker, weighting}.
std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '"') {
      quoted = !quoted;
    } else if (quoted && c == '\\' && i + 1 < path.size()) {
      parts.back() += path[++i];
    } else if (c == '.' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (quoted) refuse(path, "a double quote is not closed", "Close it.");
  return parts;
}

bool is_plain(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '*';
  });
}

std::vector<std::string> reading_names() {
  std::vector<std::string> names{"day_boundary", "since_creation"};
  Readings readings;
  for_each_choice(readings, [&](std::string_view key, auto&) { names.emplace_back(key); });
  return names;
}

const std::vector<std::string>& keys_of(std::string_view table) {
  static const std::vector<std::string> top{"daily_cap", "window_days"},
      role{"weighting", "members_required"}, activity{"weight", "daily_cap"},
      decay{"half_life_days", "kind", "step_loss"}, readings = reading_names();
  return table.empty()         ? top
         : table == "role"     ? role
         : table == "activity" ? activity
         : table == "decay"    ? decay
                               : readings;
}

std::uint64_t cap_of(double value) {
  return std::isinf(value) ? no_cap : static_cast<std::uint64_t>(value);
}
double number_of(std::uint64_t cap) { return cap == no_cap ? infinity : static_cast<double>(cap); }

template <class E>
void set_word(std::string_view path, E& member, const std::string& word) {
  std::vector<std::string> words;
  for (const auto& [name, meaning] : Choices<E>::all) {
    words.emplace_back(name);
    if (name != word) continue;
    member = meaning;
    return;
  }
  refuse(path, fmt::format("'{}' is not one of its choices", word), suggest(word, words));
}

template <class E>
std::string word_of(E member) {
  for (const auto& [name, meaning] : Choices<E>::all)
    if (meaning == member) return std::string(name);
  return {};
}

// The cards of this name in any template; the first of them when read.
template <class M, class Visit>
void for_each_card(M& model, std::string_view name, Visit visit) {
  for (auto& roles : model.templates)
    for (auto& card : roles.roles)
      if (card.name == name) visit(card);
}

template <class M>
auto rule_of(M& model, std::string_view name) {
  if (name == "*") return model.every_other ? &*model.every_other : nullptr;
  const auto found = std::ranges::find(model.activities, name, &ActivityRule::name);
  return found == model.activities.end() ? nullptr : &*found;
}

void check_range(std::string_view path, double value, double low, double high) {
  if (!(value >= low && value <= high))
    refuse(path, fmt::format("{} is out of range", value),
           fmt::format("Take values from {} to {}.", low, high));
}

void check_cap(std::string_view path, double value) {
  if (!std::isinf(value) || value < 0) check_range(path, value, 0, 1e15);
}

}  // namespace

ModelPart::ModelPart(std::string table, std::string name, std::string key)
    : table_(std::move(table)), name_(std::move(name)), key_(std::move(key)) {
  for (const std::string& part : {table_, name_})
    if (!part.empty()) path_ += (is_plain(part) ? part : quoted_key(part)) + '.';
  path_ += key_;
}

ModelPart::ModelPart(std::string_view path) : ModelPart("", "", "") {
  const std::vector<std::string> parts = split(path);
  static const std::vector<std::string> firsts{"role",     "activity",    "decay",
                                               "readings", "window_days", "daily_cap"};
  const std::string& first = parts.front();
  if (std::ranges::find(firsts, first) == firsts.end())
    refuse(path, "a model has no such part", suggest(first, firsts));
  const bool named = first == "role" || first == "activity";
  const bool top = first == "window_days" || first == "daily_cap";
  const std::size_t expected = top ? 1 : named ? 3 : 2;
  if (parts.size() != expected)
    refuse(path, "this is not the name of a part of a model",
           named ? fmt::format("Write {0}.NAME.{1}, with NAME in double quotes, or {0}.*.{1} for "
                               "every one.",
                               first, keys_of(first).front())
           : top
               ? "Write it alone."
               : fmt::format("Write {}.{} or another of its keys.", first, keys_of(first).front()));
  const std::string table = top ? "" : first, &key = parts.back();
  if (std::ranges::find(keys_of(table), key) == keys_of(table).end())
    refuse(path, fmt::format("'{}' is nothing that can be varied", key),
           suggest(key, keys_of(table)));
  *this = ModelPart(table, named ? parts[1] : "", key);
}

bool ModelPart::takes_words() const { return table_ == "readings" || key_ == "kind"; }

bool ModelPart::is_whole() const {
  return key_ == "window_days" || key_ == "daily_cap" || key_ == "members_required";
}

std::vector<ModelPart> ModelPart::of_each(const Model& model) const {
  if (!is_of_every()) return {*this};
  std::vector<ModelPart> parts;
  if (table_ == "role") {
    for (const RolesTemplate& roles : model.templates)
      for (const RoleCard& card : roles.roles) {
        ModelPart part(table_, card.name, key_);
        if (std::ranges::find(parts, part.path_, &ModelPart::path_) == parts.end())
          parts.push_back(std::move(part));
      }
  } else {
    for (const ActivityRule& rule : model.activities)
      parts.push_back(ModelPart(table_, rule.name, key_));
    if (parts.empty() && model.every_other) parts.push_back(*this);
  }
  return parts;
}

void ModelPart::set(Model& model, const Value& value) const {
  if (takes_words()) {
    const auto* word = std::get_if<std::string>(&value);
    if (word == nullptr) refuse(path_, "it takes words, not numbers", "List words in quotes.");
    if (key_ == "kind") return set_word(path_, model.decay.kind, *word);
    if (key_ == "day_boundary") {
      try {
        const DayBoundary check(*word);
      } catch (const UnknownTimeZone&) {
        refuse(path_, fmt::format("'{}' is not a time zone of the IANA database", *word),
               "Write UTC or a name such as America/New_York.");
      }
      model.readings.day_boundary = *word;
    } else if (key_ == "since_creation") {
      if (*word != "true" && *word != "false")
        refuse(path_, fmt::format("'{}' is neither true nor false", *word), "Write one of them.");
      model.readings.since_creation = *word == "true";
    } else {
      for_each_choice(model.readings, [&](std::string_view key, auto& member) {
        if (key == key_) set_word(path_, member, *word);
      });
    }
    return;
  }
  const auto* given = std::get_if<double>(&value);
  if (given == nullptr) refuse(path_, "it takes numbers, not words", "List numbers.");
  const double number = *given;
  if (is_whole() && number != std::floor(number))
    refuse(path_, fmt::format("{} is no whole number", number), "List whole numbers.");
  if (table_ == "role") {
    bool found = false;
    check_range(path_, number, key_ == "weighting" ? 0 : 1, 1e12);
    for_each_card(model, name_, [&](RoleCard& card) {
      found = true;
      if (key_ == "members_required") {
        card.members_required = static_cast<std::uint64_t>(number);
      } else {
        card.weighting = number;
        card.band.clear();
      }
    });
    if (found) return;
    std::vector<std::string> names;
    for (const RolesTemplate& roles : model.templates)
      for (const RoleCard& card : roles.roles) names.push_back(card.name);
    refuse(path_, fmt::format("the model {} has no such role", model.name), suggest(name_, names));
  }
  if (table_ == "activity") {
    ActivityRule* rule = rule_of(model, name_);
    if (rule == nullptr) {
      std::vector<std::string> names;
      for (const ActivityRule& other : model.activities) names.push_back(other.name);
      refuse(path_, fmt::format("the model {} does not name this activity", model.name),
             suggest(name_, names));
    }
    if (key_ == "weight") {
      check_range(path_, number, -1e12, 1e12);
      rule->weight = number;
    } else {
      check_cap(path_, number);
      rule->daily_cap = cap_of(number);
    }
  } else if (key_ == "window_days") {
    check_range(path_, number, 1, 1'000'000);
    model.window_days = static_cast<int>(number);
  } else if (key_ == "daily_cap") {
    check_cap(path_, number);
    model.daily_cap = cap_of(number);
    for (ActivityRule& rule : model.activities) rule.daily_cap = model.daily_cap;
    if (model.every_other) model.every_other->daily_cap = model.daily_cap;
  } else if (key_ == "half_life_days") {
    check_range(path_, number, 1e-3, infinity);
    model.decay.kind = std::isinf(number) ? Decay::Kind::none : Decay::Kind::half_life;
    if (std::isfinite(number)) model.decay.half_life_days = number;
  } else {
    check_range(path_, number, 0, 1);
    model.decay.step_loss = number;
    // As without an end of its half-life: nothing decays, and scores stay whole.
    model.decay.kind = number == 0 ? Decay::Kind::none : Decay::Kind::monthly_steps;
  }
}

ModelPart::Value ModelPart::get(const Model& model) const {
  if (key_ == "kind") return word_of(model.decay.kind);
  if (key_ == "day_boundary") return model.readings.day_boundary;
  if (key_ == "since_creation") return model.readings.since_creation ? "true" : "false";
  if (table_ == "readings") {
    std::string word;
    for_each_choice(model.readings, [&](std::string_view key, auto& member) {
      if (key == key_) word = word_of(member);
    });
    return word;
  }
  if (table_ == "role") {
    double value = std::numeric_limits<double>::quiet_NaN();
    for_each_card(model, name_, [&](const RoleCard& card) {
      if (std::isnan(value))
        value = key_ == "weighting" ? card.weighting : static_cast<double>(card.members_required);
    });
    return value;
  }
  if (table_ == "activity") {
    const ActivityRule* rule = rule_of(model, name_);
    if (rule == nullptr) return std::numeric_limits<double>::quiet_NaN();
    return key_ == "weight" ? rule->weight : number_of(rule->daily_cap);
  }
  if (key_ == "window_days") return static_cast<double>(model.window_days);
  if (key_ == "daily_cap") return number_of(model.daily_cap);
  if (key_ == "half_life_days")
    return model.decay.kind == Decay::Kind::half_life ? model.decay.half_life_days : infinity;
  return model.decay.kind == Decay::Kind::monthly_steps ? model.decay.step_loss : 0;
}

}  // namespace rolecall
