#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "results/dataset.hpp"
#include "results/hdf5_reader.hpp"

namespace rolecall {

// An attribute whose values differ, or that only one side has; owner "" is the root. The units of
// datasets are among them.
struct AttributeDifference {
  std::string owner, name;
  std::optional<AttributeValue> a, b;  // nothing: that side has none
};

struct DatasetDifference {
  std::string path;
  std::string what = {};               // "only in one", "type", "shape" or "values"
  std::string a = {}, b = {};          // of the first row that differs; types, or shapes
  std::uint64_t first_row = 0;         // of values
  std::uint64_t rows = 0;              // that differ
  std::optional<double> largest = {};  // absolute difference of numbers; nothing: of texts
};

// In the order of the first side: the order in which its items were made.
struct ContentDifference {
  std::vector<AttributeDifference> attributes;
  std::vector<DatasetDifference> datasets;

  bool is_empty() const { return attributes.empty() && datasets.empty(); }
};

// What a file or a content to be written says: everything that its digest is of. Refers to it.
struct ContentView {
  struct Item {
    std::string path;
    ElementType type = ElementType::f8;
    std::vector<std::uint64_t> shape;
  };
  std::vector<FileAttribute> attributes = {};  // units of datasets included
  std::vector<Item> datasets = {};
  std::function<std::vector<std::byte>(std::size_t dataset)> numbers = {};
  std::function<TextColumn(std::size_t dataset)> texts = {};
};

ContentView view_of(const Hdf5Reader& file);
ContentView view_of(const Content& content);

// What differs. Numbers up to `tolerance` apart count as the same; at 0 only the same bits do,
// every NaN being the same NaN. Reads one dataset of each side at a time.
ContentDifference compare(const ContentView& a, const ContentView& b, double tolerance = 0);

// A value as people read it: numbers to the last digit.
std::string text_of(const AttributeValue& value);

}  // namespace rolecall
