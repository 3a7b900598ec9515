#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

// A column of UTF-8 texts, laid end to end; 8 bytes a row beyond the text.
class TextColumn {
 public:
  TextColumn() = default;
  explicit TextColumn(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) push_back(text);
  }

  std::size_t size() const { return offsets_.size() - 1; }
  bool empty() const { return size() == 0; }

  std::string_view operator[](std::size_t row) const {
    return std::string_view(bytes_).substr(offsets_[row], offsets_[row + 1] - offsets_[row]);
  }

  void push_back(std::string_view text) {
    bytes_ += text;
    offsets_.push_back(bytes_.size());
  }

  void reserve(std::size_t rows, std::size_t bytes) {
    offsets_.reserve(rows + 1);
    bytes_.reserve(bytes);
  }

  std::size_t byte_size() const { return bytes_.size(); }

  bool operator==(const TextColumn&) const = default;

 private:
  std::string bytes_;
  std::vector<std::uint64_t> offsets_{0};
};

}  // namespace rolecall
