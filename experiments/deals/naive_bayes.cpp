#include "experiments/deals/naive_bayes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.hpp"
#include "core/predicate/filter.hpp"
#include "core/toml_table.hpp"

namespace rolecall {
namespace {

constexpr std::size_t most_values = 50;  // of an attribute not named; more are ids, not kinds

struct Value {
  std::string text, condition;
  std::size_t won = 0, lost = 0;
};

std::string condition_of(const std::string& attribute, std::string_view value) {
  std::string quoted;
  for (const char c : value) (c == '"' ? quoted += '\\' : quoted) += c;
  return fmt::format("`{}` = \"{}\"", attribute, quoted);
}

class Learner {
 public:
  Learner(const World& world, const Subject& subject, Day day,
          const std::vector<std::uint32_t>& deals, const std::vector<std::uint8_t>& won,
          const NaiveBayesOptions& options)
      : world_(world), subject_(subject), day_(day), deals_(deals), won_(won), options_(options) {
    won_count_ = static_cast<std::size_t>(std::ranges::count(won, std::uint8_t{1}));
    lost_count_ = won.size() - won_count_;
    if (won_count_ == 0 || lost_count_ == 0)
      throw InputError({.field = "outcome",
                        .what = "of the deals to learn from, none is won or none is lost",
                        .remedy = "Choose a later day, or another condition."});
  }

  std::string run() {
    std::string text = fmt::format(
        "# Made by rolecall deals --learn naive-bayes from {} deals: {} won, {} lost. A value "
        "adds\n"
        "# the logarithm of how much likelier it is among the won; smoothing {}.\n"
        "format = \"rolecall.rules/1\"\nname = \"naive-bayes\"\n"
        "description = \"naive Bayes of {} deals\"\n\n"
        "[[score]]\nname = \"Log odds\"\nstart = {:.6f} # ln({} / {})\n",
        won_.size(), won_count_, lost_count_, options_.smoothing, won_.size(),
        std::log(static_cast<double>(won_count_) / static_cast<double>(lost_count_)), won_count_,
        lost_count_);
    std::size_t used = 0;
    for (const Attribute* attribute : attributes()) used += add(*attribute, text);
    if (used == 0)
      throw InputError({.field = "--attributes",
                        .what = "no attribute of the deals has values to tell them apart by",
                        .remedy = "Give deals columns of texts with a few values each."});
    return text + "\n[[probability]]\nname = \"Win probability\"\nscore = \"Log odds\"\n";
  }

 private:
  std::vector<const Attribute*> attributes() const {
    std::vector<const Attribute*> found;
    std::vector<std::string> known;
    for (const Attribute& attribute : world_.deals.attributes) {
      if (!std::holds_alternative<TextColumn>(attribute.values)) continue;
      known.push_back(attribute.name);
      if (options_.attributes.empty() && attribute.name.find('`') == std::string::npos)
        found.push_back(&attribute);
    }
    for (const std::string& name : options_.attributes) {
      const Attribute* attribute = find(world_.deals.attributes, name);
      if (attribute == nullptr || !std::holds_alternative<TextColumn>(attribute->values))
        throw InputError({.field = "--attributes",
                          .value = name,
                          .what = "deals have no such column of texts",
                          .remedy = suggest(name, known)});
      found.push_back(attribute);
    }
    return found;
  }

  // The values as conditions tell them apart, so that the rules count what was counted here.
  std::vector<Value> values_of(const Attribute& attribute) const {
    const TextColumn& texts = std::get<TextColumn>(attribute.values);
    std::set<std::string_view> distinct;
    for (const std::uint32_t deal : deals_)
      if (!texts[deal].empty()) distinct.insert(texts[deal]);
    if (options_.attributes.empty() && (distinct.size() < 2 || distinct.size() > most_values))
      return {};
    std::vector<Value> values;
    std::vector<std::uint8_t> taken(texts.size(), 0);
    for (const std::string_view text : distinct) {
      Value value{std::string(text), condition_of(attribute.name, text)};
      Filter filter(Predicate::parse(value.condition, {.field = "--attributes"}), subject_);
      const std::vector<std::uint8_t> holds = filter.holds(day_);
      for (std::size_t i = 0; i < deals_.size(); ++i) {
        if (!holds[deals_[i]] || taken[deals_[i]]) continue;
        taken[deals_[i]] = 1;
        ++(won_[i] ? value.won : value.lost);
      }
      if (value.won + value.lost > 0) values.push_back(std::move(value));
    }
    return values;
  }

  std::size_t add(const Attribute& attribute, std::string& text) const {
    const std::vector<Value> values = values_of(attribute);
    double won = 0, lost = 0;
    for (const Value& value : values) {
      won += static_cast<double>(value.won);
      lost += static_cast<double>(value.lost);
    }
    const double a = options_.smoothing, all = a * static_cast<double>(values.size());
    for (const Value& value : values) {
      const double odds = std::log((static_cast<double>(value.won) + a) / (won + all)) -
                          std::log((static_cast<double>(value.lost) + a) / (lost + all));
      text +=
          fmt::format("\n[[score.rule]]\nname = {}\nwhen = {}\nadd = {:.6f} # {} won, {} lost\n",
                      quoted_key(attribute.name + ": " + value.text), quoted_key(value.condition),
                      odds, value.won, value.lost);
    }
    return values.size();
  }

  const World& world_;
  const Subject& subject_;
  Day day_;
  const std::vector<std::uint32_t>& deals_;
  const std::vector<std::uint8_t>& won_;
  const NaiveBayesOptions& options_;
  std::size_t won_count_ = 0, lost_count_ = 0;
};

}  // namespace

std::string learn_naive_bayes(const World& world, const Subject& subject, Day day,
                              const std::vector<std::uint32_t>& deals,
                              const std::vector<std::uint8_t>& won,
                              const NaiveBayesOptions& options) {
  return Learner(world, subject, day, deals, won, options).run();
}

}  // namespace rolecall
