#include "generators/mapping_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/text_file.hpp"
#include "core/toml_table.hpp"
#include "generators/table_spec.hpp"

namespace rolecall {
namespace {

constexpr std::string_view format_name = "rolecall.mapping/1";

// Columns whose numbers may be given in other units than ours.
bool is_measured(std::string_view column) {
  return column == "revenue" || column == "employees" || column == "value";
}

// 1e6 is 6; nothing for what is no power of ten.
std::optional<int> power_of_ten(double scale) {
  for (int exponent = -15; exponent <= 15; ++exponent)
    if (scale == std::stod(fmt::format("1e{}", exponent))) return exponent;
  return std::nullopt;
}

std::vector<std::string> read_texts(TomlTable& in, std::string_view key) {
  std::vector<std::string> texts;
  const toml::array* list = in.array(key);
  if (list == nullptr) return texts;
  for (const toml::node& node : *list) {
    if (const auto* text = node.as_string())
      texts.push_back(text->get());
    else
      in.report(node, key, "this is not a text", "Put it in double quotes.");
  }
  return texts;
}

// Texts of a world hold no NUL.
std::string without_nul(TomlTable& in, const toml::node& node, std::string_view key,
                        std::string text) {
  if (text.find('\0') == text.npos) return text;
  in.report(node, key, "this has a NUL character", "Leave it out.");
  return {};
}

void read_replacements(TomlTable& in, ColumnMapping& column) {
  if (const toml::table* values = in.table("values")) {
    TomlTable inner = in.inner(*values, "values");
    for (const auto& [key, node] : *values)
      if (auto text = inner.string(key.str()))
        column.replacements.push_back(
            {std::string(key.str()), without_nul(inner, node, key.str(), std::move(*text))});
  }
  for (std::string& text : read_texts(in, "missing")) {
    if (std::ranges::find(column.replacements, text, &Replacement::from) !=
        column.replacements.end())
      in.report(*in.raw().get("missing"), "missing",
                fmt::format("'{}' stands twice among missing and values", text), "Keep one.");
    else
      column.replacements.push_back({std::move(text), ""});
  }
}

void read_scale(TomlTable& in, ColumnMapping& column) {
  const toml::node* node = in.raw().get("scale");
  const auto scale = in.number("scale", 1e-15, 1e15);
  if (!scale) return;
  if (!is_measured(column.name))
    in.report(*node, "scale", "this column has no unit",
              "Only revenue, employees and value can be scaled.");
  else if (const auto exponent = power_of_ten(*scale))
    column.exponent = *exponent;
  else
    in.report(*node, "scale", "this is not a power of ten", "Write 1e3 or 1e6, for example.");
}

// { column = …, values = …, missing = …, scale = … }, { constant = … } or { row_number = true }.
void read_details(TomlTable in, ColumnMapping& column) {
  const toml::table& raw = in.raw();
  const auto their = in.string("column");
  const auto constant = in.string("constant");
  const auto row_number = in.boolean("row_number");
  const auto given = {raw.get("column"), raw.get("constant"), raw.get("row_number")};
  if (std::ranges::count(given, nullptr) != 2)
    in.report_missing("column", "Give exactly one of column, constant and row_number = true.");
  if (row_number == false)
    in.report(*raw.get("row_number"), "row_number", "this can only be true",
              "Write row_number = true, or column = \"…\".");
  if (raw.get("column") != nullptr) {
    column.text = their.value_or("");
    read_replacements(in, column);
    read_scale(in, column);
  } else if (raw.get("constant") != nullptr) {
    column.from = ColumnMapping::From::constant;
    column.text = without_nul(in, *raw.get("constant"), "constant", constant.value_or(""));
  } else {
    column.from = ColumnMapping::From::row_number;
  }
  in.reject_unknown_keys();
}

void read_column(TomlTable& in, const std::string& name, TableMapping& mapping) {
  const toml::node& node = *in.take(name);
  ColumnMapping column{.name = name, .key = in.name(name), .line = node.source().begin.line};
  if (const auto* text = node.as_string())
    column.text = text->get();
  else if (const auto* details = node.as_table())
    read_details(in.inner(*details, name), column);
  else
    in.report(node, name, "this is neither the name of a column nor a table",
              "Write \"Their Column\", or { column = \"Their Column\", … }.");
  mapping.columns.push_back(std::move(column));
}

void read_delimiter(TomlTable& in, TableMapping& mapping) {
  const auto text = in.string("delimiter");
  if (!text) return;
  if (*text == "," || *text == ";" || *text == "\t")
    mapping.delimiter = text->front();
  else
    in.report(*in.raw().get("delimiter"), "delimiter", "this is not a delimiter",
              R"(Write ",", ";" or "\t".)");
}

TableMapping read_table(TomlTable in, const TableSpec& spec) {
  TableMapping mapping{.table = spec.name, .line = in.raw().source().begin.line};
  if (const auto file = in.string("file"))
    mapping.file = *file;
  else if (in.raw().get("file") == nullptr)
    in.report_missing("file", "Name the file, as it is called in the folder of the data.");
  read_delimiter(in, mapping);
  for (std::string& name : read_texts(in, "drop"))
    mapping.drop.push_back({std::move(name), in.raw().get("drop")->source().begin.line});
  const toml::table* attributes = in.table("attributes");
  for (const auto* names :
       {&spec.required, &spec.also_in_bundle, &spec.optional, &spec.checked, &spec.described})
    for (const std::string& name : *names) {
      if (in.raw().get(name) != nullptr)
        read_column(in, name, mapping);
      else if (names == &spec.required)
        in.report_missing(name, "Say which column of the file it is.");
      else
        in.take(name);
    }
  if (attributes != nullptr) {
    TomlTable inner = in.inner(*attributes, "attributes");
    for (const auto& [key, node] : *attributes) {
      const std::string name(key.str());
      if (spec.knows(name) || std::ranges::find(spec.checked, name) != spec.checked.end())
        inner.report(node, name, "this is no custom attribute",
                     fmt::format("Write it as {}.{}.", spec.name, name));
      else if (std::ranges::find(mapping.columns, name, &ColumnMapping::name) !=
               mapping.columns.end())
        inner.report(node, name, "two columns become this attribute", "Keep one.");
      else if (!without_nul(inner, node, name, name).empty())
        read_column(inner, name, mapping);
      else if (name.empty())
        inner.report(node, name, "the attribute has no name", "Give it one.");
    }
  }
  in.reject_unknown_keys();
  return mapping;
}

}  // namespace

Mapping parse_mapping(std::string_view text, const std::string& source) {
  const toml::table root = parse_toml(text, source);
  ProblemList problems;
  TomlTable in(root, "", source, problems);
  if (const auto format = in.string("format"); format && *format != format_name)
    in.report(*root.get("format"), "format", "this is not a mapping that this program reads",
              fmt::format("Write format = \"{}\".", format_name));
  else if (root.get("format") == nullptr)
    in.report_missing("format", fmt::format("Write format = \"{}\".", format_name));
  Mapping mapping{source, {}};
  for (const TableSpec& spec : table_specs())
    if (const toml::table* table = in.table(spec.name))
      mapping.tables.push_back(read_table(in.inner(*table, spec.name), spec));
  in.reject_unknown_keys();
  if (mapping.tables.empty() && problems.empty())
    problems.add({.file = source,
                  .what = "the mapping names no table",
                  .remedy = "Write a section for each: [accounts], [people], [deals], …"});
  problems.throw_if_any();
  return mapping;
}

Mapping read_mapping(const std::string& path) {
  return parse_mapping(read_text(path), std::filesystem::path(path).filename().string());
}

}  // namespace rolecall
