#include "results/content_compare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <span>

#include "core/profile.hpp"

namespace rolecall {
namespace {

bool is_content(std::string_view path) {
  return path != "provenance" && !path.starts_with("provenance/");
}

bool is_content(const FileAttribute& attribute) {
  return attribute.name != "sha256" && attribute.name != "description";
}

// A NaN is one value, whatever its bits say of a sign.
template <class T>
std::string number_text(T value) {
  if constexpr (std::same_as<T, double>)
    if (std::isnan(value)) return "nan";
  return fmt::format("{}", value);
}

bool is_same(double a, double b, double tolerance) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b)) return true;
  return tolerance > 0 && std::abs(a - b) <= tolerance;
}

bool is_same(const AttributeValue& a, const AttributeValue& b, double tolerance) {
  if (a.index() != b.index()) return false;
  if (const auto* real = std::get_if<double>(&a))
    return is_same(*real, std::get<double>(b), tolerance);
  if (const auto* whole = std::get_if<std::int64_t>(&a); whole != nullptr && tolerance > 0)
    return is_same(static_cast<double>(*whole), static_cast<double>(std::get<std::int64_t>(b)),
                   tolerance);
  return a == b;
}

// Elements of one row, and how many rows there are.
struct Rows {
  std::uint64_t count = 1, width = 1;
};

Rows rows_of(const std::vector<std::uint64_t>& shape) {
  Rows rows;
  if (!shape.empty()) rows.count = shape[0];
  for (std::size_t i = 1; i < shape.size(); ++i) rows.width *= shape[i];
  return rows;
}

template <class T>
void compare_numbers(std::span<const std::byte> a, std::span<const std::byte> b, Rows rows,
                     double tolerance, DatasetDifference& found) {
  double largest = 0;
  for (std::uint64_t row = 0; row < rows.count; ++row) {
    bool differs = false;
    for (std::uint64_t i = row * rows.width; i < (row + 1) * rows.width; ++i) {
      T x, y;
      std::memcpy(&x, a.data() + i * sizeof(T), sizeof x);
      std::memcpy(&y, b.data() + i * sizeof(T), sizeof y);
      bool same = x == y;
      if constexpr (std::same_as<T, double>)
        same = is_same(x, y, tolerance);
      else if (!same && tolerance > 0)
        same = is_same(static_cast<double>(x), static_cast<double>(y), tolerance);
      if (same) continue;
      if (found.rows == 0 && !differs) {
        found.first_row = row;
        found.a = number_text(x);
        found.b = number_text(y);
      }
      differs = true;
      const double gap = std::abs(static_cast<double>(x) - static_cast<double>(y));
      largest = std::isnan(gap) ? std::numeric_limits<double>::infinity() : std::max(largest, gap);
    }
    if (differs) ++found.rows;
  }
  if (found.rows > 0) found.largest = largest;
}

void compare_texts(const TextColumn& a, const TextColumn& b, DatasetDifference& found) {
  for (std::size_t row = 0; row < a.size(); ++row) {
    if (a[row] == b[row]) continue;
    if (found.rows++ > 0) continue;
    found.first_row = row;
    found.a = a[row];
    found.b = b[row];
  }
}

void compare_values(const ContentView& a, std::size_t i, const ContentView& b, std::size_t j,
                    double tolerance, DatasetDifference& found) {
  const ContentView::Item& item = a.datasets[i];
  if (item.type == ElementType::text) {
    compare_texts(a.texts(i), b.texts(j), found);
    return;
  }
  const std::vector<std::byte> x = a.numbers(i), y = b.numbers(j);
  if (std::ranges::equal(x, y)) return;
  const auto run = [&]<class T>(T) {
    compare_numbers<T>(x, y, rows_of(item.shape), tolerance, found);
  };
  switch (item.type) {
    case ElementType::i4:
      return run(std::int32_t{});
    case ElementType::i8:
      return run(std::int64_t{});
    case ElementType::u1:
      return run(std::uint8_t{});
    case ElementType::u2:
      return run(std::uint16_t{});
    case ElementType::u4:
      return run(std::uint32_t{});
    case ElementType::u8:
      return run(std::uint64_t{});
    case ElementType::f8:
      return run(double{});
    case ElementType::text:
      return;
  }
}

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, " × "));
}

}  // namespace

ContentView view_of(const Hdf5Reader& file) {
  ContentView view;
  const auto add_attributes = [&](const std::string& owner) {
    for (FileAttribute& attribute : file.attributes(owner))
      if (is_content(attribute))
        view.attributes.push_back({owner, attribute.name, std::move(attribute.value)});
  };
  add_attributes("");
  // As they were made, as far as groups remember it: a reader meets the recipe first.
  std::vector<std::string> open{""};
  const std::vector<std::string> groups = file.groups();
  auto infos = std::make_shared<std::vector<DatasetInfo>>();
  while (!open.empty()) {
    const std::string group = std::move(open.back());
    open.pop_back();
    std::vector<std::string> below;
    for (const std::string& link : file.links(group)) {
      const std::string path = group.empty() ? link : group + "/" + link;
      if (!is_content(path)) continue;
      add_attributes(path);
      if (std::ranges::binary_search(groups, path)) {
        below.push_back(path);
        continue;
      }
      DatasetInfo info = file.dataset(path);
      if (!info.type) file.refuse(path, "the file holds numbers of a type we do not write");
      view.datasets.push_back({path, *info.type, info.shape});
      infos->push_back(std::move(info));
    }
    open.insert(open.end(), below.rbegin(), below.rend());
  }
  view.numbers = [&file, infos](std::size_t i) { return file.read_bytes((*infos)[i]); };
  view.texts = [&file, infos](std::size_t i) { return file.read_texts((*infos)[i].path); };
  return view;
}

ContentView view_of(const Content& content) {
  ContentView view{.attributes = content.attributes};
  for (const Dataset& dataset : content.datasets) {
    view.datasets.push_back({dataset.path, dataset.type(), dataset.shape()});
    if (!dataset.unit.empty()) view.attributes.push_back({dataset.path, "unit", dataset.unit});
  }
  std::erase_if(view.attributes, [](const FileAttribute& a) { return !is_content(a); });
  view.numbers = [&content](std::size_t i) {
    const auto& numbers = std::get<Numbers>(content.datasets[i].values);
    std::size_t elements = 1;
    for (const std::uint64_t n : numbers.shape) elements *= n;
    std::vector<std::byte> bytes(elements * byte_size(numbers.type));
    numbers.fill(0, elements, bytes.data());
    return bytes;
  };
  view.texts = [&content](std::size_t i) {
    return *std::get<const TextColumn*>(content.datasets[i].values);
  };
  return view;
}

ContentDifference compare(const ContentView& a, const ContentView& b, double tolerance) {
  const Phase phase("compare");
  ContentDifference difference;
  const auto attribute_in = [](const ContentView& view, const FileAttribute& wanted) {
    return std::ranges::find_if(view.attributes, [&](const FileAttribute& other) {
      return other.owner == wanted.owner && other.name == wanted.name;
    });
  };
  for (const FileAttribute& attribute : a.attributes) {
    const auto other = attribute_in(b, attribute);
    if (other == b.attributes.end())
      difference.attributes.push_back({attribute.owner, attribute.name, attribute.value, {}});
    else if (!is_same(attribute.value, other->value, tolerance))
      difference.attributes.push_back(
          {attribute.owner, attribute.name, attribute.value, other->value});
  }
  for (const FileAttribute& attribute : b.attributes)
    if (attribute_in(a, attribute) == a.attributes.end())
      difference.attributes.push_back({attribute.owner, attribute.name, {}, attribute.value});
  for (std::size_t i = 0; i < a.datasets.size(); ++i) {
    const ContentView::Item& item = a.datasets[i];
    const auto other = std::ranges::find(b.datasets, item.path, &ContentView::Item::path);
    DatasetDifference found{.path = item.path, .what = "values"};
    if (other == b.datasets.end()) {
      found.what = "only in one";
      found.a = fmt::format("{} {}", to_string(item.type), shape_text(item.shape));
    } else if (other->type != item.type) {
      found.what = "type";
      found.a = to_string(item.type);
      found.b = to_string(other->type);
    } else if (other->shape != item.shape) {
      found.what = "shape";
      found.a = shape_text(item.shape);
      found.b = shape_text(other->shape);
    } else {
      compare_values(a, i, b, static_cast<std::size_t>(other - b.datasets.begin()), tolerance,
                     found);
      if (found.rows == 0) continue;
    }
    difference.datasets.push_back(std::move(found));
  }
  for (const ContentView::Item& item : b.datasets)
    if (std::ranges::find(a.datasets, item.path, &ContentView::Item::path) == a.datasets.end())
      difference.datasets.push_back(
          {.path = item.path,
           .what = "only in one",
           .a = {},
           .b = fmt::format("{} {}", to_string(item.type), shape_text(item.shape))});
  // A dataset that is not there has no unit either: it is named once.
  for (const DatasetDifference& dataset : difference.datasets)
    if (dataset.what == "only in one")
      std::erase_if(difference.attributes,
                    [&](const AttributeDifference& one) { return one.owner == dataset.path; });
  return difference;
}

std::string text_of(const AttributeValue& value) {
  return std::visit([](const auto& v) { return number_text(v); }, value);
}

}  // namespace rolecall
