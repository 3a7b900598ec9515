#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/text_column.hpp"

// What goes into a file, before any HDF5: named arrays and attributes.
namespace rolecall {

static_assert(std::endian::native == std::endian::little, "files are written as memory stands");

enum class ElementType : std::uint8_t { i4, i8, u1, u2, u4, u8, f8, text };

std::string_view to_string(ElementType type);  // as numpy spells it: "i4"; "text"
std::size_t byte_size(ElementType type);       // of one number; 0 for text

template <class T>
constexpr ElementType element_type_of() {
  if constexpr (std::same_as<T, std::int32_t>) return ElementType::i4;
  if constexpr (std::same_as<T, std::int64_t>) return ElementType::i8;
  if constexpr (std::same_as<T, std::uint8_t>) return ElementType::u1;
  if constexpr (std::same_as<T, std::uint16_t>) return ElementType::u2;
  if constexpr (std::same_as<T, std::uint32_t>) return ElementType::u4;
  if constexpr (std::same_as<T, std::uint64_t>) return ElementType::u8;
  if constexpr (std::same_as<T, double>) return ElementType::f8;
}

// Numbers in C order, made a block at a time as they are written or hashed, by several threads at
// once: a world is never held twice.
struct Numbers {
  ElementType type = ElementType::f8;
  std::vector<std::uint64_t> shape;  // rows, or rows × columns
  // Puts elements begin … end, end − begin of them, into `out` as little-endian bytes.
  std::function<void(std::size_t begin, std::size_t end, std::byte* out)> fill;
};

// One dataset to write. Refers to the data it is made from; these must outlive it.
struct Dataset {
  std::string path;  // "members/role"; no leading slash
  std::variant<Numbers, const TextColumn*> values;
  std::string unit = {};         // "us since 1970-01-01T00:00Z"; empty: none
  std::string description = {};  // one line; empty: none

  ElementType type() const;
  std::vector<std::uint64_t> shape() const;
};

using AttributeValue = std::variant<std::string, std::int64_t, double>;

// An attribute of a group. The owner "" is the root.
struct FileAttribute {
  std::string owner;
  std::string name;
  AttributeValue value;
};

// What a file says, apart from who made it and how.
struct Content {
  std::vector<FileAttribute> attributes;
  std::vector<Dataset> datasets;
};

// Numbers whose element i is element(i), of type T.
template <class T, class Element>
Numbers numbers(std::size_t rows, Element element) {
  return {
      element_type_of<T>(), {rows}, [element](std::size_t begin, std::size_t end, std::byte* out) {
        for (std::size_t i = begin; i < end; ++i, out += sizeof(T)) {
          const T value = element(i);
          std::memcpy(out, &value, sizeof value);
        }
      }};
}

// An array as it stands in memory: of rows, or of rows × columns in C order.
template <class T>
Numbers numbers(std::span<const T> values, std::uint64_t columns = 0) {
  std::vector<std::uint64_t> shape{values.size()};
  if (columns > 0) shape = {values.size() / columns, columns};
  return {element_type_of<T>(), std::move(shape),
          [values](std::size_t begin, std::size_t end, std::byte* out) {
            if (end > begin) std::memcpy(out, values.data() + begin, (end - begin) * sizeof(T));
          }};
}

// A name as one link of an HDF5 path, and back: '/' and '%' become %2F and %25, a name that is "."
// becomes %2E, an empty one %00. Every name has one spelling.
std::string escape_link(std::string_view name);
std::string unescape_link(std::string_view link);

}  // namespace rolecall
