#pragma once

#include <string>
#include <vector>

#include "core/field_info.hpp"
#include "core/timestamp.hpp"
#include "core/toml_table.hpp"

// Fields and TOML; see field_info.hpp. Include it in sources alone.
namespace rolecall {

// Reads the fields of one table; what it lacks stays as it is.
class FieldReader {
 public:
  explicit FieldReader(TomlTable& in) : in_(in) {}

  void operator()(const FieldInfo& info, double& value) const;
  void operator()(const FieldInfo& info, std::uint64_t& value) const;
  void operator()(const FieldInfo& info, bool& value) const;
  void operator()(const FieldInfo& info, std::string& value) const;
  void operator()(const FieldInfo& info, Day& value) const;
  void operator()(const FieldInfo& info, std::vector<double>& value) const;
  void operator()(const FieldInfo& info, std::vector<std::string>& value) const;
  void operator()(const FieldInfo& info, Shares& value) const;

 private:
  TomlTable& in_;
};

// Reads a whole table; keys beyond its fields are errors.
template <class Section>
void read_section(TomlTable in, Section& section) {
  for_each_field(section, FieldReader(in));
  in.reject_unknown_keys();
}

// Appends "key = value" lines; with meanings, a comment above each.
class FieldWriter {
 public:
  FieldWriter(std::string& out, Comments comments) : out_(out), comments_(comments) {}

  void operator()(const FieldInfo& info, double value) const;
  void operator()(const FieldInfo& info, std::uint64_t value) const;
  void operator()(const FieldInfo& info, bool value) const;
  void operator()(const FieldInfo& info, const std::string& value) const;
  void operator()(const FieldInfo& info, Day value) const;
  void operator()(const FieldInfo& info, const std::vector<double>& value) const;
  void operator()(const FieldInfo& info, const std::vector<std::string>& value) const;
  void operator()(const FieldInfo& info, const Shares& value) const;

 private:
  enum class Kind : std::uint8_t { number, other };
  void write(const FieldInfo& info, Kind kind, const std::string& value) const;

  std::string& out_;
  Comments comments_;
};

}  // namespace rolecall
