#include "experiments/search_space_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "experiments/model_part.hpp"

namespace rolecall {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_entry(const toml::node& node) {
  if (node.is_array()) return true;
  const auto* table = node.as_table();
  return table != nullptr && (table->get("low") != nullptr || table->get("high") != nullptr ||
                              table->get("values") != nullptr);
}

// The key as ModelPart reads it: one written "role.*.weighting" stays as it is.
std::string joined(const std::string& path, std::string_view key) {
  if (path.empty()) return std::string(key);
  const bool plain =
      key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_*") ==
      std::string_view::npos;
  return path + '.' + (plain ? std::string(key) : quoted_key(key));
}

class SpaceReader {
 public:
  SpaceReader(TomlTable& in, std::vector<SpaceEntry>& space) : in_(in), space_(space) {}

  void walk(const toml::table& table, const std::string& path) {
    for (const auto& [key, node] : table) {
      const std::string name = joined(path, key.str());
      if (is_entry(node))
        read_entry(node, name);
      else if (const auto* inner = node.as_table(); inner != nullptr && !inner->empty())
        walk(*inner, name);
      else
        in_.report(node, name, "this gives no values",
                   "Write { low = 1, high = 100 }, or a list of values.");
    }
  }

 private:
  void read_entry(const toml::node& node, const std::string& name) {
    SpaceEntry entry{.path = name};
    bool takes_words = false;
    try {
      const ModelPart part(name);
      entry.path = part.path();
      entry.whole = part.is_whole();
      takes_words = part.takes_words();
    } catch (const InputError& error) {
      const Problem& problem = error.problems().front();
      in_.report(node, name, problem.what, problem.remedy);
      return;
    }
    if (const auto* list = node.as_array()) {
      read_values(*list, name, takes_words, entry);
    } else {
      TomlTable one = in_.inner(*node.as_table(), name);
      read_details(one, takes_words, entry);
      one.reject_unknown_keys();
    }
    if (takes_words && entry.words.empty() && !node.is_array())
      in_.report(node, name, "it takes words, not a range", "Write values = [\"...\"].");
    if (std::ranges::find(space_, entry.path, &SpaceEntry::path) != space_.end())
      in_.report(node, name, "it is there twice", "Keep one of the two.");
    space_.push_back(std::move(entry));
  }

  void read_details(TomlTable& one, bool takes_words, SpaceEntry& entry) {
    const toml::table& raw = one.raw();
    entry.shared = one.boolean("shared").value_or(false);
    if (const toml::array* list = one.array("values"))
      return read_values(*list, "values", takes_words, entry);
    if (takes_words) return;
    if (const auto low = one.number("low", -1e12, 1e12)) entry.low = *low;
    if (const auto high = one.number("high", -1e12, 1e12)) entry.high = *high;
    for (const char* key : {"low", "high"})
      if (raw.get(key) == nullptr) one.report_missing(key, "A range has both ends.");
    const bool by_nature = entry.whole;
    entry.whole = one.boolean("whole").value_or(entry.whole);
    if (by_nature && !entry.whole)
      one.report(*raw.get("whole"), "whole", "days, caps and members are whole numbers by nature",
                 "Leave it out.");
    if (const auto scale = one.string("scale")) {
      entry.log = *scale == "log";
      if (*scale != "log" && *scale != "linear")
        one.report(*raw.get("scale"), "scale", "this is not one of the choices",
                   "Write linear or log.");
    }
    if (entry.low > entry.high)
      one.report(*raw.get("low"), "low", fmt::format("it is above high, {}", entry.high),
                 "Exchange the two.");
    if (entry.log && entry.low <= 0)
      one.report(*raw.get("low"), "low", "a logarithmic scale begins above 0",
                 "Take a low above 0, or the scale linear.");
  }

  void read_values(const toml::array& list, std::string_view key, bool takes_words,
                   SpaceEntry& entry) {
    if (list.empty()) in_.report(list, key, "the list is empty", "List at least one value.");
    for (const toml::node& node : list) {
      const auto* text = node.as_string();
      if (takes_words && text != nullptr)
        entry.words.push_back(text->get());
      else if (takes_words)
        in_.report(node, key, "this is not a word", "Put it in double quotes.");
      else if (text != nullptr && text->get() == "none")
        entry.values.push_back(infinity);
      else if (const auto value = in_.number(node, key, -1e12, 1e12)) {
        if (entry.whole && *value != std::floor(*value))
          in_.report(node, key, "days, caps and members are whole numbers by nature",
                     "List whole numbers.");
        entry.values.push_back(*value);
      }
    }
  }

  TomlTable& in_;
  std::vector<SpaceEntry>& space_;
};

std::string number_text(double value) {
  return std::isinf(value) ? "\"none\"" : fmt::format("{}", value);
}

void read_numbers(TomlTable& in, std::string_view key,
                  std::vector<std::pair<std::string, double>>& pairs) {
  const toml::table* table = in.table(key);
  if (table == nullptr) return;
  TomlTable inner = in.inner(*table, key);
  for (const auto& [path, node] : *table) {
    const bool is_none = key == "fixed" && node.value<std::string_view>() == "none";
    const auto value =
        is_none ? std::optional(infinity) : inner.number(node, path.str(), -1e12, 1e12);
    try {
      const ModelPart part(path.str());
      if (value && part.takes_words())
        inner.report(node, path.str(), "it takes words, and a number is what can be fixed",
                     "Change the base model instead.");
      if (std::ranges::any_of(pairs, [&](const auto& p) { return p.first == part.path(); }))
        inner.report(node, path.str(), "it is there twice", "Keep one of the two.");
      pairs.emplace_back(part.path(), value.value_or(0));
    } catch (const InputError& error) {
      inner.report(node, path.str(), error.problems().front().what,
                   error.problems().front().remedy);
    }
  }
  std::ranges::sort(pairs);
}

std::string pairs_toml(const std::vector<std::pair<std::string, double>>& pairs) {
  std::vector<std::string> texts;
  for (const auto& [path, value] : pairs)
    texts.push_back(fmt::format("{} = {}", quoted_key(path), number_text(value)));
  return fmt::format("{{ {} }}", fmt::join(texts, ", "));
}

}  // namespace

void read_space(TomlTable& root, std::vector<SpaceEntry>& space) {
  const toml::table* table = root.table("space");
  if (table == nullptr) return;
  TomlTable in = root.inner(*table, "space");
  SpaceReader(in, space).walk(*table, "");
  std::ranges::sort(space, {}, &SpaceEntry::path);  // however the file spells them
}

void read_constraints(TomlTable& root, StudySpec::Constraints& constraints) {
  const toml::table* table = root.table("constraints");
  if (table == nullptr) return;
  TomlTable in = root.inner(*table, "constraints");
  if (const toml::array* chains = in.array("ordered"))
    for (const toml::node& chain : *chains) {
      const auto* parts = chain.as_array();
      if (parts == nullptr || parts->size() < 2) {
        in.report(chain, "ordered", "this is not a list of two parts or more",
                  "List parts of the model, the largest first.");
        continue;
      }
      std::vector<std::string> paths;
      for (const toml::node& part : *parts) {
        try {
          paths.push_back(ModelPart(part.value_or(std::string_view())).path());
        } catch (const InputError& error) {
          in.report(part, "ordered", error.problems().front().what,
                    error.problems().front().remedy);
        }
      }
      constraints.ordered.push_back(std::move(paths));
    }
  read_numbers(in, "sum", constraints.sums);
  read_numbers(in, "fixed", constraints.fixed);
  in.reject_unknown_keys();
}

std::string space_toml(const std::vector<SpaceEntry>& space, Comments comments) {
  if (space.empty()) return {};
  std::string out = "\n";
  if (comments == Comments::meanings)
    out +=
        "# What is searched: parts of the model, and a range or a list of values for each.\n"
        "# * is every role or activity, each by itself, or with shared = true all alike;\n"
        "# scale is linear or log.\n";
  out += "[space]\n";
  for (const SpaceEntry& entry : space) {
    out += quoted_key(entry.path) + " = ";
    std::vector<std::string> values;
    for (const double value : entry.values) values.push_back(number_text(value));
    for (const std::string& word : entry.words) values.push_back(quoted_key(word));
    if (!entry.is_range())
      out +=
          fmt::format("{{ values = [{}], shared = {} }}\n", fmt::join(values, ", "), entry.shared);
    else
      out += fmt::format("{{ low = {}, high = {}, whole = {}, scale = \"{}\", shared = {} }}\n",
                         entry.low, entry.high, entry.whole, entry.log ? "log" : "linear",
                         entry.shared);
  }
  return out;
}

std::string constraints_toml(const StudySpec::Constraints& constraints, Comments comments) {
  std::string out = "\n";
  const auto explain = [&](const char* text) {
    if (comments == Comments::meanings) out += fmt::format("# {}\n", text);
  };
  explain("What candidates must hold to.");
  out += "[constraints]\n";
  explain("Lists of parts, each no less than the next: monotone bands.");
  std::vector<std::string> chains;
  for (const auto& chain : constraints.ordered) {
    std::vector<std::string> parts;
    for (const std::string& part : chain) parts.push_back(quoted_key(part));
    chains.push_back(fmt::format("[{}]", fmt::join(parts, ", ")));
  }
  out += fmt::format("ordered = [{}]\n", fmt::join(chains, ", "));
  explain("What the values of a * add up to.");
  out += "sum = " + pairs_toml(constraints.sums) + '\n';
  explain("Parts that are not searched, and the value they have in place of the base model's.");
  return out + "fixed = " + pairs_toml(constraints.fixed) + '\n';
}

}  // namespace rolecall
