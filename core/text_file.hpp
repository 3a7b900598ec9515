#pragma once

#include <string>

namespace rolecall {

// The whole of a file, byte by byte. Throws InputError when there is no such file, SystemError when
// it cannot be read.
std::string read_text(const std::string& path);

}  // namespace rolecall
