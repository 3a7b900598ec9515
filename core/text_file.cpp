#include "core/text_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/error.hpp"

namespace rolecall {

std::string read_text(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    throw InputError({.file = path, .what = "there is no such file", .remedy = "Check the path."});
  if (std::filesystem::is_directory(path, ignored))
    throw InputError(
        {.file = path, .what = "this is a folder, not a file", .remedy = "Name a file."});
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (file.bad() || !file.is_open()) throw SystemError::from_errno("read", path, errno);
  return text.str();
}

}  // namespace rolecall
