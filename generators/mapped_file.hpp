#pragma once

#include <filesystem>
#include <string_view>

namespace rolecall {

// A file's bytes, mapped read-only. Throws InputError when there is no such file, SystemError when
// the system does not let us read it.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view bytes() const { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace rolecall
