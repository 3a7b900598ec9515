#pragma once

#include <toml++/toml.h>

#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/choices.hpp"
#include "core/error.hpp"

// The one door to TOML, for readers and writers of our own files; include it in sources alone.
namespace rolecall {

// Parses a text. Throws InputError with the line when it is not TOML; `source` names it.
toml::table parse_toml(std::string_view text, const std::string& source);

// A key in double quotes, with what TOML wants escaped. (The library writes keys with quotes or
// line ends as they are, which nobody can read back.)
std::string quoted_key(std::string_view key);

// A TOML table under reading: values are taken out by key and type, what has the wrong type or
// range is reported, and what is left when the reader is done is an unknown key.
class TomlTable {
 public:
  TomlTable(const toml::table& table, std::string path, const std::string& source,
            ProblemList& problems)
      : table_(table), path_(std::move(path)), source_(source), problems_(problems) {}

  const toml::node* take(std::string_view key) {
    known_.emplace_back(key);
    return table_.get(key);
  }

  void report(const toml::node& node, std::string_view key, std::string what, std::string remedy) {
    problems_.add({.file = source_,
                   .row = node.source().begin.line,
                   .field = name(key),
                   .value = text_of(node),
                   .what = std::move(what),
                   .remedy = std::move(remedy)});
  }
  void report_missing(std::string_view key, std::string remedy) {
    problems_.add({.file = source_,
                   .row = table_.source().begin.line,
                   .field = name(key),
                   .what = "the key is missing",
                   .remedy = std::move(remedy)});
  }

  // A problem found by another reader, of a value of this table.
  void report(const InputError& error) {
    for (const Problem& problem : error.problems()) problems_.add(problem);
  }

  std::optional<std::string> string(std::string_view key) {
    const toml::node* node = take(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* text = node->as_string()) return text->get();
    report(*node, key, "this is not a text", "Put it in double quotes.");
    return std::nullopt;
  }

  std::optional<bool> boolean(std::string_view key) {
    const toml::node* node = take(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* flag = node->as_boolean()) return flag->get();
    report(*node, key, "this is neither true nor false", "Write true or false.");
    return std::nullopt;
  }

  // A finite number in [low, high].
  std::optional<double> number(std::string_view key, double low, double high) {
    const toml::node* node = take(key);
    return node == nullptr ? std::nullopt : number(*node, key, low, high);
  }
  std::optional<double> number(const toml::node& node, std::string_view key, double low,
                               double high) {
    const std::optional<double> value = node.is_number() ? node.value<double>() : std::nullopt;
    if (value && std::isfinite(*value) && *value >= low && *value <= high) return value;
    report(node, key, "this is not a number in the range", range_text(low, high));
    return std::nullopt;
  }

  std::optional<std::int64_t> integer(std::string_view key, std::int64_t low, std::int64_t high) {
    const toml::node* node = take(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* value = node->as_integer();
        value && value->get() >= low && value->get() <= high)
      return value->get();
    report(*node, key, "this is not a whole number in the range",
           range_text(static_cast<double>(low), static_cast<double>(high)));
    return std::nullopt;
  }

  // One of the words of Choices<E>.
  template <class E>
  void choice(std::string_view key, E& value) {
    const std::optional<std::string> text = string(key);
    if (!text) return;
    for (const auto& [word, meaning] : Choices<E>::all)
      if (word == *text) {
        value = meaning;
        return;
      }
    report(*table_.get(key), key, "this is not one of the choices",
           suggest_choice(*text, words_of<E>()));
  }

  const toml::table* table(std::string_view key) {
    const toml::node* node = take(key);
    if (node == nullptr) return nullptr;
    if (const auto* table = node->as_table()) return table;
    report(*node, key, "this is not a table", "Write it as a section in square brackets.");
    return nullptr;
  }

  const toml::array* array(std::string_view key) {
    const toml::node* node = take(key);
    if (node == nullptr) return nullptr;
    if (const auto* array = node->as_array()) return array;
    report(*node, key, "this is not a list", "Write it in square brackets.");
    return nullptr;
  }

  TomlTable inner(const toml::table& table, std::string_view key) {
    return {table, name(key), source_, problems_};
  }

  // Reports every key that was never asked for.
  void reject_unknown_keys();

  std::string name(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }
  const toml::table& raw() const { return table_; }
  const std::string& source() const { return source_; }

 private:
  static std::string text_of(const toml::node& node);
  static std::string range_text(double low, double high);
  static std::string suggest_choice(const std::string& text, const std::vector<std::string>& words);

  const toml::table& table_;
  std::string path_;
  const std::string& source_;
  ProblemList& problems_;
  std::vector<std::string> known_;
};

}  // namespace rolecall
