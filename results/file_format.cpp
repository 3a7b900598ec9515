#include "results/file_format.hpp"

#include <fmt/format.h>

#include <charconv>

namespace rolecall {

std::string to_string(const FileFormat& format) {
  return fmt::format("{}/{}", format.name, format.version);
}

std::optional<FileFormat> parse_format(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (!text.starts_with("rolecall.") || slash == std::string_view::npos) return std::nullopt;
  FileFormat format{std::string(text.substr(0, slash)), 0};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, format.version);
  if (error != std::errc{} || stop != end || format.version < 1) return std::nullopt;
  return format;
}

FileFormat file_format(const Hdf5Reader& file) {
  const std::string text = file.text_attribute("", "format");
  if (text.empty())
    file.refuse("", "this HDF5 file is not from rolecall: its root has no attribute `format`",
                "Is it the right file?");
  if (auto format = parse_format(text)) return *std::move(format);
  file.refuse("format", fmt::format("'{}' is no format of rolecall", text),
              "Is it the right file?");
}

void require_format(const Hdf5Reader& file, std::string_view name, int version) {
  const FileFormat found = file_format(file);
  if (found.name != name)
    file.refuse(
        "format",
        fmt::format("this is a {} file, where a {}/{} is needed", to_string(found), name, version),
        "Name another file.");
  if (found.version > version)
    file.refuse("format",
                fmt::format("the file is too new: version {} of {}, and this program reads {}",
                            found.version, name, version),
                "Update rolecall, or make the file again with this program.");
  if (found.version < version)
    file.refuse("format",
                fmt::format("the file is too old: version {} of {}, and this program reads {}",
                            found.version, name, version),
                "Make the file again from its source.");
}

}  // namespace rolecall
