#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text_column.hpp"
#include "core/uninitialized.hpp"
#include "results/dataset.hpp"

namespace rolecall {

struct DatasetInfo {
  std::string path;                 // no leading slash
  std::optional<ElementType> type;  // none: a type we do not write
  std::vector<std::uint64_t> shape;
  std::uint64_t stored_bytes = 0;  // as compressed; of texts of their own lengths, the references

  std::uint64_t element_bytes = 0;  // unpacked; of texts of their own lengths, the references

  std::uint64_t elements() const;
};

// Reads one HDF5 file, from whatever hand. Every function throws InputError, naming the file, the
// item and a remedy, when the item is missing, damaged or not what was asked for; SystemError when
// the system refuses to read. One thread at a time; chunks are unpacked in parallel.
class Hdf5Reader {
 public:
  explicit Hdf5Reader(const std::string& path);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;

  const std::string& path() const;

  bool has(std::string_view item) const;

  // The names in a group, in the order they were made if the group remembers it; empty when there
  // is no such group. "" is the root.
  std::vector<std::string> links(std::string_view group) const;

  // Groups and datasets of the whole file, in bytewise order of their paths.
  std::vector<std::string> groups() const;
  std::vector<DatasetInfo> datasets() const;

  DatasetInfo dataset(const std::string& item) const;

  // The attributes of a group or dataset, in the order they were made if it remembers it. Leaves
  // out what is neither text, integer nor floating, or not scalar.
  std::vector<FileAttribute> attributes(const std::string& owner) const;
  std::optional<AttributeValue> attribute(const std::string& owner, std::string_view name) const;
  std::string text_attribute(const std::string& owner, std::string_view name) const;  // or empty

  // A whole dataset of exactly this type and number of dimensions, in C order.
  template <class T>
  std::vector<T> read(const std::string& item, std::size_t dimensions = 1) const {
    const DatasetInfo info = expect(item, element_type_of<T>(), dimensions);
    std::vector<T> values;
    values.reserve(info.elements());
    ask_for_huge_pages(values.data(), info.elements() * sizeof(T));
    values.resize(info.elements());
    read_into(info, reinterpret_cast<std::byte*>(values.data()));
    return values;
  }

  // A whole one-dimensional dataset of UTF-8 texts.
  TextColumn read_texts(const std::string& item) const;

  // The little-endian bytes of a dataset of numbers of any shape, in C order.
  std::vector<std::byte> read_bytes(const DatasetInfo& info) const;

  // Throws InputError about an item of this file.
  [[noreturn]] void refuse(std::string_view item, std::string what,
                           std::string remedy = "Make the file again from its source.") const;

 private:
  DatasetInfo expect(const std::string& item, ElementType type, std::size_t dimensions) const;
  void read_into(const DatasetInfo& info, std::byte* out) const;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rolecall
