#include "generators/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/error.hpp"

namespace rolecall {
namespace {

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0) {
    if (errno == ENOENT)
      throw InputError(
          {.file = path.string(), .what = "there is no such file", .remedy = "Check the path."});
    throw SystemError::from_errno("read", path.string(), errno);
  }
  struct stat info {};
  if (::fstat(file.fd, &info) != 0) throw SystemError::from_errno("read", path.string(), errno);
  if (!S_ISREG(info.st_mode))
    throw InputError({.file = path.string(),
                      .what = "this is not a regular file",
                      .remedy = "Name a file on disk."});
  size_ = static_cast<std::size_t>(info.st_size);
  if (size_ == 0) return;  // an empty range cannot be mapped
  void* data = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.fd, 0);
  if (data == MAP_FAILED) throw SystemError::from_errno("read", path.string(), errno);
  ::madvise(data, size_, MADV_SEQUENTIAL);
  data_ = static_cast<const char*>(data);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

}  // namespace rolecall
