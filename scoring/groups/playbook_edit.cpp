#include "scoring/groups/playbook_edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/toml_table.hpp"

namespace rolecall {
namespace {

// A text as lines, each with its end; counted from 1 as TOML does.
struct Lines {
  std::vector<std::string_view> lines;

  explicit Lines(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
      lines.push_back(text.substr(0, end));
      text.remove_prefix(end);
    }
  }
  std::string_view trimmed(std::size_t line) const {
    std::string_view text = lines[line - 1];
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    text.remove_suffix(text.size() - (last == text.npos ? 0 : last + 1));
    return text;
  }
  bool is_comment(std::size_t line) const { return trimmed(line).starts_with('#'); }
  bool is_blank(std::size_t line) const { return trimmed(line).empty(); }

  std::string join(std::size_t begin, std::size_t end) const {
    std::string text;
    for (std::size_t line = begin; line < end; ++line) text += lines[line - 1];
    return text;
  }
};

// Where a table stands: from its header up to the next one, less the comment right above that.
struct Region {
  std::size_t begin = 0, end = 0;  // [line)
  const toml::table* table = nullptr;
};

// The lines of all headers at the top of a text.
std::set<std::size_t> header_lines(const toml::table& root) {
  std::set<std::size_t> lines;
  for (const auto& [key, node] : root) {
    if (const auto* array = node.as_array(); array != nullptr && array->is_array_of_tables()) {
      for (const toml::node& one : *array) lines.insert(one.source().begin.line);
    } else if (node.is_table()) {
      lines.insert(node.source().begin.line);
    }
  }
  return lines;
}

Region find_table(const toml::table& root, const Lines& text, const std::string& file,
                  std::string_view table, std::string_view key, std::string_view value) {
  const auto refuse = [&](std::size_t row, const char* what) -> InputError {
    return InputError({.file = file,
                       .row = row,
                       .field = std::string(table),
                       .value = std::string(value),
                       .what = what,
                       .remedy = "Change the file in an editor."});
  };
  const auto* array = root[table].as_array();
  if (array != nullptr)
    for (const toml::node& node : *array) {
      const auto* one = node.as_table();
      if (one == nullptr || (*one)[key].value<std::string_view>() != value) continue;
      Region region{node.source().begin.line, text.lines.size() + 1, one};
      if (one->is_inline() || !text.trimmed(region.begin).starts_with("[["))
        throw refuse(region.begin, "this is not a table under a header of its own");
      for (const std::size_t line : header_lines(root))
        if (line > region.begin) region.end = std::min(region.end, line);
      if (region.end <= text.lines.size())
        while (text.is_comment(region.end - 1)) --region.end;
      return region;
    }
  throw refuse(0, "there is no table of this name");
}

template <class T>
std::vector<std::string> names(const std::vector<T>& all) {
  std::vector<std::string> result;
  for (const T& one : all) result.push_back(one.name);
  return result;
}

bool uses(const SolutionInterest& interest, PlaybookPart part, const std::string& name) {
  switch (part) {
    case PlaybookPart::audience:
      return std::ranges::find(interest.audiences, name) != interest.audiences.end();
    case PlaybookPart::stage_model:
      return interest.stage_model == name;
    case PlaybookPart::roles_template:
      return interest.roles_template == name;
    case PlaybookPart::interest:
      break;
  }
  return false;
}

}  // namespace

std::string with_publication(std::string text, const Publication& publication) {
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  return text + fmt::format("\n[[published]]\n{} = {}\nseal = {}\n", to_string(publication.kind),
                            quoted_key(publication.name), quoted_key(publication.seal));
}

std::string without_table(std::string_view text, const std::string& file, std::string_view table,
                          std::string_view key, std::string_view value) {
  const toml::table root = parse_toml(text, file);
  const Lines lines(text);
  Region region = find_table(root, lines, file, table, key, value);
  while (region.begin > 1 && lines.is_comment(region.begin - 1)) --region.begin;
  // Of the blank lines around it one side is enough.
  if (region.end > lines.lines.size())
    while (region.begin > 1 && lines.is_blank(region.begin - 1)) --region.begin;
  return lines.join(1, region.begin) + lines.join(region.end, lines.lines.size() + 1);
}

std::string with_copy(std::string_view text, const std::string& file, std::string_view table,
                      std::string_view name, std::string_view new_name) {
  const toml::table root = parse_toml(text, file);
  const Lines lines(text);
  const Region region = find_table(root, lines, file, table, "name", name);
  const std::size_t name_line = region.table->get("name")->source().begin.line;
  std::string copy = lines.join(region.begin, name_line);
  copy += fmt::format("name = {}\n", quoted_key(new_name));
  copy += lines.join(name_line + 1, region.end);
  while (copy.ends_with("\n\n")) copy.pop_back();
  std::string result(text);
  if (!result.empty() && !result.ends_with('\n')) result += '\n';
  return result + '\n' + copy;
}

std::vector<std::string> names_of(const Playbook& playbook, PlaybookPart part) {
  switch (part) {
    case PlaybookPart::audience:
      return names(playbook.audiences);
    case PlaybookPart::stage_model:
      return names(playbook.stage_models);
    case PlaybookPart::roles_template:
      return names(playbook.model.templates);
    case PlaybookPart::interest:
      break;
  }
  return names(playbook.interests);
}

std::vector<Problem> deletion_problems(const Playbook& playbook, PlaybookPart part,
                                       const std::string& name, const World* world) {
  const std::vector<std::string> known = names_of(playbook, part);
  const bool published =
      std::ranges::find(playbook.published, name, &Publication::name) != playbook.published.end();
  if (std::ranges::find(known, name) == known.end() && !published)
    throw InputError({.file = playbook.path,
                      .value = name,
                      .what = "the playbook has nothing of this kind and name",
                      .remedy = suggest(name, known)});
  std::vector<Problem> problems;
  for (const SolutionInterest& interest : playbook.interests)
    if (uses(interest, part, name))
      problems.push_back(
          {.file = playbook.path,
           .row = interest.row,
           .field = "interest",
           .value = interest.name,
           .what = fmt::format("this interest uses '{}', which therefore stays", name),
           .remedy = "Delete the interest first, or let it use another."});
  if (part != PlaybookPart::interest || world == nullptr) return problems;
  std::size_t groups = 0;
  for (const SolutionId solution : world->groups.solutions)
    groups += world->solutions[solution.index()] == name;
  if (groups > 0)
    problems.push_back(
        {.file = playbook.path,
         .row = playbook.interest(name) == nullptr ? 0 : playbook.interest(name)->row,
         .field = "interest",
         .value = name,
         .what = fmt::format("the world has {} groups for this interest, which therefore stays",
                             groups),
         .remedy = "An interest can go when no group is left for it."});
  return problems;
}

}  // namespace rolecall
