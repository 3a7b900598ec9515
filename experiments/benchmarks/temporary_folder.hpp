#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/error.hpp"

namespace rolecall::bench {

// A folder of its own in TMPDIR, or where the program runs; gone with all its files when it goes.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const char* parent = std::getenv("TMPDIR");
    std::string name = (parent != nullptr && *parent != '\0' ? parent : ".");
    name += "/rolecall-bench-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw SystemError::from_errno("write", name, errno);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace rolecall::bench
