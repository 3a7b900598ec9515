#include <fmt/format.h>

#include <utility>

#include "core/toml_fields.hpp"
#include "generators/world_spec_fields.hpp"

namespace rolecall {
namespace {

constexpr std::string_view format_name = "rolecall.world-spec/1";

// A list in the file replaces the one there was.
template <class Item>
void read_list(TomlTable& in, std::string_view name, std::vector<Item>& items) {
  const toml::array* array = in.array(name);
  if (array == nullptr) return;
  items.clear();
  for (const toml::node& node : *array) {
    Item item;
    if (const auto* table = node.as_table()) {
      if (table->get("name") == nullptr)
        in.inner(*table, name).report_missing("name", "Every one has a name.");
      read_section(in.inner(*table, name), item);
    } else {
      in.report(node, name, "this is not a table", fmt::format("Write it as [[{}]].", name));
    }
    items.push_back(std::move(item));
  }
}

}  // namespace

WorldSpec parse_world_spec(std::string_view text, const std::string& source,
                           const WorldSpec& base) {
  const toml::table root = parse_toml(text, source);
  ProblemList problems;
  TomlTable in(root, "", source, problems);
  if (const auto format = in.string("format"); format && *format != format_name)
    in.report(*root.get("format"), "format", "this program does not make worlds from this format",
              fmt::format("It reads \"{}\".", format_name));
  else if (root.get("format") == nullptr)
    in.report_missing(
        "format", fmt::format("Is this a world specification? Add format = \"{}\".", format_name));
  WorldSpec spec = base;
  if (const auto name = in.string("name")) spec.name = *name;
  if (const auto seed = in.integer("seed", 0, static_cast<std::int64_t>(largest_seed)))
    spec.seed = static_cast<std::uint64_t>(*seed);
  for_each_section(spec, [&](std::string_view name, std::string_view, auto& section) {
    if (const toml::table* table = in.table(name)) read_section(in.inner(*table, name), section);
  });
  for_each_list(spec, [&](std::string_view name, std::string_view, auto& items) {
    read_list(in, name, items);
  });
  in.reject_unknown_keys();
  problems.throw_if_any();
  check(spec, source);
  return spec;
}

std::string to_toml(const WorldSpec& spec, Comments comments) {
  const bool explained = comments == Comments::meanings;
  std::string out = fmt::format("format = \"{}\"\nname = {}\nseed = {}\n", format_name,
                                quoted_key(spec.name), spec.seed);
  for_each_section(spec, [&](std::string_view name, std::string_view meaning, const auto& section) {
    out += '\n';
    if (explained) out += fmt::format("# {}\n", meaning);
    out += fmt::format("[{}]\n", name);
    for_each_field(section, FieldWriter(out, comments));
  });
  for_each_list(spec, [&](std::string_view name, std::string_view meaning, const auto& items) {
    Comments first = comments;  // the first of a list explains them all
    for (const auto& item : items) {
      out += '\n';
      if (first == Comments::meanings) out += fmt::format("# {}\n", meaning);
      out += fmt::format("[[{}]]\n", name);
      for_each_field(item, FieldWriter(out, std::exchange(first, Comments::none)));
    }
  });
  return out;
}

}  // namespace rolecall
