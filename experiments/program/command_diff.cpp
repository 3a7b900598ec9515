#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "experiments/program/difference_text.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "results/content_compare.hpp"
#include "results/file_format.hpp"

namespace rolecall::program {
namespace {

using Json = nlohmann::ordered_json;

struct DiffOptions {
  std::string a, b;
  std::string format = "table";
  double tolerance = 0;
};

struct Difference {
  // What was asked for and what models came of it, key by key; then texts and figures.
  std::vector<KeyDifference> specification = {};
  std::vector<AttributeDifference> figures = {};
  std::vector<DatasetDifference> datasets = {};
  std::vector<KeyDifference> environment = {};  // for information: no part of the content

  bool is_same() const { return specification.empty() && figures.empty() && datasets.empty(); }
};

std::string text_or_empty(const std::optional<AttributeValue>& value) {
  return value ? text_of(*value) : "";
}

bool is_of_specification(const AttributeDifference& attribute) {
  return attribute.owner != "summary" && attribute.name != "unit" &&
         (!attribute.a || std::holds_alternative<std::string>(*attribute.a));
}

std::vector<KeyDifference> compare_environments(const Hdf5Reader& a, const Hdf5Reader& b) {
  std::vector<KeyDifference> differences;
  const auto read = [](const Hdf5Reader& file) {
    return to_attributes(file.has("provenance") ? provenance_from(file.attributes("provenance"))
                                                : Provenance{});
  };
  const std::vector<FileAttribute> in_a = read(a), in_b = read(b);
  for (std::size_t i = 0; i < in_a.size(); ++i)
    if (in_a[i].name != "parameters" && in_a[i].value != in_b[i].value)
      differences.push_back({in_a[i].name, text_of(in_a[i].value), text_of(in_b[i].value)});
  return differences;
}

Difference compare_files(const DiffOptions& o) {
  const Hdf5Reader a(o.a), b(o.b);
  const std::string format = to_string(file_format(a)), other = to_string(file_format(b));
  if (format != other)
    throw InputError(
        {.file = o.b,
         .field = "format",
         .value = other,
         .what = fmt::format("this is another kind of file than {}, a {}", o.a, format),
         .remedy = "Compare files of one format and version."});
  ContentDifference content = compare(view_of(a), view_of(b), o.tolerance);
  Difference difference{.datasets = std::move(content.datasets),
                        .environment = compare_environments(a, b)};
  for (AttributeDifference& attribute : content.attributes) {
    if (!is_of_specification(attribute)) {
      difference.figures.push_back(std::move(attribute));
      continue;
    }
    const std::string place = place_of(attribute);
    const std::string x = text_or_empty(attribute.a), y = text_or_empty(attribute.b);
    if (x.find('\n') == std::string::npos && y.find('\n') == std::string::npos) {
      difference.specification.push_back({place, x, y});
      continue;
    }
    std::vector<KeyDifference> keys = differing_keys(x, y);
    if (keys.empty()) keys.push_back({"", "other blanks or comments", ""});
    for (KeyDifference& key : keys)
      difference.specification.push_back(
          {key.key.empty() ? place : place + ", " + key.key, std::move(key.a), std::move(key.b)});
  }
  return difference;
}

Columns table_of(const std::vector<KeyDifference>& keys, const char* name) {
  TextColumn places, a, b;
  for (const KeyDifference& key : keys) {
    places.push_back(printable(key.key));
    a.push_back(printable(key.a));
    b.push_back(printable(key.b));
  }
  return {{name, std::move(places)}, {"A", std::move(a)}, {"B", std::move(b)}};
}

Columns table_of(const std::vector<AttributeDifference>& attributes) {
  TextColumn places, a, b, gaps;
  for (const AttributeDifference& attribute : attributes) {
    std::string x = text_or_empty(attribute.a), y = text_or_empty(attribute.b);
    if (x.find('\n') != std::string::npos || y.find('\n') != std::string::npos)
      if (const auto lines = differing_keys(x, y); !lines.empty()) {
        x = lines[0].a;
        y = lines[0].b;
      }
    places.push_back(place_of(attribute));
    a.push_back(printable(x));
    b.push_back(printable(y));
    const auto* p = attribute.a ? std::get_if<double>(&*attribute.a) : nullptr;
    const auto* q = attribute.b ? std::get_if<double>(&*attribute.b) : nullptr;
    gaps.push_back(p != nullptr && q != nullptr ? fmt::format("{:.3g}", std::abs(*p - *q)) : "");
  }
  return {{"figure", std::move(places)},
          {"A", std::move(a)},
          {"B", std::move(b)},
          {"difference", std::move(gaps)}};
}

Columns table_of(const std::vector<DatasetDifference>& datasets) {
  TextColumn paths, whats, first, a, b, largest;
  std::vector<std::int64_t> rows;
  for (const DatasetDifference& d : datasets) {
    const bool values = d.what == "values";
    paths.push_back(d.path);
    whats.push_back(d.what);
    rows.push_back(static_cast<std::int64_t>(d.rows));
    first.push_back(values ? fmt::format("{}", d.first_row) : "");
    a.push_back(printable(d.a));
    b.push_back(printable(d.b));
    largest.push_back(d.largest ? fmt::format("{:.3g}", *d.largest) : "");
  }
  return {{"dataset", std::move(paths)},   {"differ", std::move(whats)}, {"rows", std::move(rows)},
          {"first_row", std::move(first)}, {"A", std::move(a)},          {"B", std::move(b)},
          {"largest", std::move(largest)}};
}

std::string to_text(const Difference& d, const DiffOptions& o) {
  std::string text = fmt::format("A  {}\nB  {}\n", o.a, o.b);
  const auto section = [&](const char* title, bool is_empty, const auto& columns) {
    if (is_empty) return;
    text += fmt::format("\n{}\n{}", title, program::to_text(columns, terminal_width()));
  };
  section("Specification and models", d.specification.empty(), table_of(d.specification, "key"));
  section("Figures", d.figures.empty(), table_of(d.figures));
  section("Tables", d.datasets.empty(), table_of(d.datasets));
  section("Environment, for information", d.environment.empty(), table_of(d.environment, "of"));
  text += d.is_same()
              ? (o.tolerance > 0 ? fmt::format("\nthe same content within {}\n", o.tolerance)
                                 : std::string("\nthe same content\n"))
              : "\nthe content differs\n";
  return text;
}

Json value_of(const std::optional<AttributeValue>& value) {
  if (!value) return nullptr;
  return std::visit(
      [](const auto& v) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, double>)
          if (!std::isfinite(v)) return nullptr;
        return v;
      },
      *value);
}

Json to_json(const std::vector<KeyDifference>& keys) {
  Json list = Json::array();
  for (const KeyDifference& key : keys)
    list.push_back({{"key", key.key}, {"a", key.a}, {"b", key.b}});
  return list;
}

std::string to_json(const Difference& d, const DiffOptions& o) {
  Json figures = Json::array(), datasets = Json::array();
  for (const AttributeDifference& f : d.figures)
    figures.push_back({{"attribute", place_of(f)}, {"a", value_of(f.a)}, {"b", value_of(f.b)}});
  for (const DatasetDifference& t : d.datasets) {
    Json item{{"dataset", t.path}, {"differ", t.what}, {"rows", t.rows}};
    item["first_row"] = t.what == "values" ? Json(t.first_row) : Json();
    item["a"] = t.a;
    item["b"] = t.b;
    item["largest"] = t.largest && std::isfinite(*t.largest) ? Json(*t.largest) : Json();
    datasets.push_back(std::move(item));
  }
  const Json all{{"a", o.a},
                 {"b", o.b},
                 {"same", d.is_same()},
                 {"tolerance", o.tolerance},
                 {"specification", to_json(d.specification)},
                 {"figures", std::move(figures)},
                 {"datasets", std::move(datasets)},
                 {"environment", to_json(d.environment)}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

int run(const DiffOptions& o) {
  const Difference difference = compare_files(o);
  print(o.format == "json" ? to_json(difference, o) : to_text(difference, o));
  return difference.is_same() ? 0 : 1;
}

}  // namespace

void add_diff(CLI::App& app, Session& session) {
  auto o = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand(
      "diff", "What differs between two files: in what was asked, in the numbers, in the machine");
  command->add_option("a", o->a, "A file this program wrote")->required()->type_name("A.h5");
  command->add_option("b", o->b, "Another of the same format")->required()->type_name("B.h5");
  command->add_option("--format", o->format, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  command
      ->add_option("--tolerance", o->tolerance,
                   "Numbers this far apart still count as the same; texts never do")
      ->check(CLI::NonNegativeNumber)
      ->type_name("X")
      ->capture_default_str();
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Rows count from 0. Exit code 0: the content is the same, whoever made it and where. 1: it\n"
      "differs. Example: rolecall diff before.h5 after.h5 --tolerance 1e-12");
  command->callback([o, &session] { session.run = [o] { return run(*o); }; });
}

}  // namespace rolecall::program
