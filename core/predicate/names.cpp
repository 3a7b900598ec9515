#include "core/predicate/names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/error.hpp"
#include "core/predicate/excerpt.hpp"
#include "core/predicate/text_match.hpp"

namespace rolecall {
namespace {

using syntax::Kind;
using syntax::Node;

// The element of a name, else the only one but for case; null when there is none.
template <class T>
const T* find_named(const std::vector<T>& all, std::string_view name) {
  const auto exact = std::ranges::find(all, name, &T::name);
  if (exact != all.end()) return &*exact;
  const auto near = [&](const T& each) { return same_text(each.name, name); };
  const auto first = std::ranges::find_if(all, near);
  if (first == all.end() || std::find_if(first + 1, all.end(), near) != all.end()) return nullptr;
  return &*first;
}

// The values of an owner, by the rows of the owned.
template <class T, class Fill>
Fill through(const SubjectOwner& owner, Fill fill, T missing) {
  return [row_of = owner.row_of, fill = std::move(fill), missing](Rows rows, std::span<T> out) {
    // Neighbours often have one owner, who is asked once.
    std::vector<std::uint32_t> owners;
    std::uint32_t last = no_row;
    for (const std::uint32_t row : rows)
      if (const std::uint32_t at = row_of(row); at != no_row && at != last)
        owners.push_back(last = at);
    std::vector<T> values(owners.size());
    fill(owners, values);
    std::size_t next = 0;
    last = no_row;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint32_t at = row_of(rows[i]);
      if (at != no_row && at != last) ++next;
      if (at != no_row) last = at;
      out[i] = at == no_row ? missing : values[next - 1];
    }
  };
}

Column through(const SubjectOwner& owner, Column column) {
  if (column.type == ValueType::text)
    column.fill = through<std::string_view, FillTexts>(owner, std::get<FillTexts>(column.fill), {});
  else if (column.type == ValueType::truth)
    column.fill =
        through<std::uint8_t, FillTruths>(owner, std::get<FillTruths>(column.fill), std::uint8_t{});
  else
    column.fill =
        through<double, FillNumbers>(owner, std::get<FillNumbers>(column.fill), std::nan(""));
  return column;
}

Argument argument(const Predicate& predicate, const Node& node) {
  switch (node.kind) {
    case Kind::text:
      return node.text;
    case Kind::number:
      return node.number;
    case Kind::day:
      return node.day;
    case Kind::last_days:
      return LastDays{static_cast<std::int64_t>(node.number)};
    case Kind::everything:
      return Everything{};
    case Kind::list: {
      std::vector<std::string> texts;
      for (const Node& child : node.children) {
        if (child.kind != Kind::text)
          throw_at(predicate, child, "only texts can stand in this list", "Put it in quotes.");
        texts.push_back(child.text);
      }
      return texts;
    }
    default:
      return predicate.part(node);
  }
}

Column call(const Predicate& predicate, const Node& node, const SubjectFunction& function) {
  std::vector<Argument> arguments;
  for (const Node& child : node.children) arguments.push_back(argument(predicate, child));
  try {
    return function.bind(arguments);
  } catch (const BadArgument& bad) {
    const bool inside = bad.index < node.children.size();
    throw_at(predicate, inside ? node.children[bad.index] : node, bad.what,
             bad.remedy.empty() ? "It is used so: " + function.usage + "." : bad.remedy);
  }
}

std::optional<Column> look_up(const Predicate& predicate, const Node& node, const Subject& subject,
                              std::string_view name) {
  if (node.kind == Kind::name) {
    if (const SubjectField* field = find_named(subject.fields, name)) return field->column;
  } else if (const SubjectFunction* function = find_named(subject.functions, name)) {
    return call(predicate, node, *function);
  }
  // "account.revenue" is asked of the account; so is "revenue", when nobody nearer has it.
  for (const SubjectOwner& owner : subject.owners) {
    const std::size_t prefix = owner.name.size();
    if (name.size() > prefix && name[prefix] == '.' &&
        same_text(name.substr(0, prefix), owner.name))
      if (auto column = look_up(predicate, node, *owner.subject, name.substr(prefix + 1)))
        return through(owner, *std::move(column));
  }
  for (const SubjectOwner& owner : subject.owners)
    if (auto column = look_up(predicate, node, *owner.subject, name))
      return through(owner, *std::move(column));
  return std::nullopt;
}

// Every name that could have been meant, the nearest table's first.
void gather(const Subject& subject, Kind kind, std::string_view prefix,
            std::vector<std::string>& names) {
  const auto add = [&](const std::string& name) {
    if (std::ranges::find(names, name) == names.end())
      names.push_back(name);
    else
      names.push_back(std::string(prefix) + name);
  };
  if (kind == Kind::name)
    for (const SubjectField& field : subject.fields) add(field.name);
  else
    for (const SubjectFunction& function : subject.functions) add(function.name);
  for (const SubjectOwner& owner : subject.owners)
    gather(*owner.subject, kind, owner.name + ".", names);
}

bool has_name(const Subject& subject, Kind kind, std::string_view name) {
  std::vector<std::string> names;
  gather(subject, kind, "", names);
  return std::ranges::any_of(names, [&](const auto& each) { return same_text(each, name); });
}

std::string with_article(const std::string& what) {
  return (std::string_view("aeiou").find(what.front()) == std::string_view::npos ? "a " : "an ") +
         what;
}

}  // namespace

Column resolve(const Predicate& predicate, const Node& node, const Subject& subject) {
  if (std::optional<Column> column = look_up(predicate, node, subject, node.text)) return *column;
  const Kind other = node.kind == Kind::name ? Kind::call : Kind::name;
  if (has_name(subject, other, node.text))
    throw_at(
        predicate, node,
        other == Kind::call ? fmt::format("{} is a function", node.text)
                            : fmt::format("{} is no function", node.text),
        other == Kind::call ? "Write its arguments in parentheses." : "Leave the parentheses out.");
  std::vector<std::string> names;
  gather(subject, node.kind, "", names);
  const Node word{.begin = node.begin,
                  .end = node.kind == Kind::name ? node.end : node.begin + node.text.size()};
  if (names.empty())
    throw_at(predicate, word, fmt::format("{} has no {}", with_article(subject.what), "fields"),
             "");
  std::string remedy = suggest(node.text, names);
  if (node.kind == Kind::name && nearest(node.text, names).empty())
    remedy += " A text goes in double quotes.";
  throw_at(predicate, word,
           fmt::format("{} has no {} '{}'", with_article(subject.what),
                       node.kind == Kind::name ? "field" : "function", node.text),
           std::move(remedy));
}

}  // namespace rolecall
