#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "results/hdf5_reader.hpp"

namespace rolecall {

// The name and version of a format: the attribute `format` of the root, "rolecall.world/1".
struct FileFormat {
  std::string name;
  int version = 0;
};

std::string to_string(const FileFormat& format);

// Takes "rolecall.world/1" apart; nothing when it is not of this form.
std::optional<FileFormat> parse_format(std::string_view text);

// Which of our formats a file has. Throws InputError when it says none.
FileFormat file_format(const Hdf5Reader& file);

// Throws InputError unless the file has this format in this version: another kind of file, too
// old, or too new; and says what to do.
void require_format(const Hdf5Reader& file, std::string_view name, int version);

}  // namespace rolecall
