#include "results/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "core/error.hpp"
#include "core/profile.hpp"

namespace rolecall {
namespace {

// Partial files as a signal handler can read them: no allocation, no locks. A slot's text is only
// written while its state is `taken`, and only read while it is `ready`.
enum class SlotState : int { free, taken, ready };

struct Slot {
  std::atomic<SlotState> state{SlotState::free};
  std::array<char, PATH_MAX> path{};
};

constinit std::array<Slot, 8> slots{};
static_assert(std::atomic<SlotState>::is_always_lock_free);

// -1 when there is no room: then an interrupt leaves the file behind, under its partial name.
int remember(const std::string& path) {
  if (path.size() >= PATH_MAX) return -1;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    SlotState expected = SlotState::free;
    if (!slots[i].state.compare_exchange_strong(expected, SlotState::taken)) continue;
    std::memcpy(slots[i].path.data(), path.c_str(), path.size() + 1);
    slots[i].state = SlotState::ready;
    return static_cast<int>(i);
  }
  return -1;
}

void forget(int slot) {
  if (slot >= 0) slots[static_cast<std::size_t>(slot)].state = SlotState::free;
}

[[noreturn]] void refuse_existing(const std::string& path) {
  throw InputError({.file = path,
                    .what = "the file exists already",
                    .remedy = "Choose another name, or pass --force to overwrite it."});
}

// Makes what was written last a power cut. Folders on some file systems cannot be synced: ignored.
void sync_to_disk(const std::string& path, bool is_folder) {
  const Phase phase("wait for the disk");
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int code = errno;
  if (fd >= 0) ::close(fd);
  if (!synced && !is_folder) throw SystemError::from_errno("write", path, code);
}

// What `path` is a link to; a rename would replace the link itself.
std::string followed(std::string path) {
  std::error_code ignored;
  if (!std::filesystem::is_symlink(path, ignored)) return path;
  const auto target = std::filesystem::weakly_canonical(path, ignored);
  return ignored ? path : target.string();
}

// Not flock(), which HDF5 takes on the same file for itself.
bool lock_file(int fd) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return ::fcntl(fd, F_OFD_SETLK, &whole) == 0;
}

bool is_empty(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && info.st_size == 0;
}

bool is_same_file(int fd, const std::string& path) {
  struct stat open_file {
  }, named_file{};
  return ::fstat(fd, &open_file) == 0 && ::stat(path.c_str(), &named_file) == 0 &&
         open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

int rename_without_overwriting(const char* from, const char* to) {
  if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // The file system cannot promise it: look, then rename.
  if (::access(to, F_OK) == 0) return EEXIST;
  return std::rename(from, to) == 0 ? 0 : errno;
}

}  // namespace

void refuse_unwritable(const std::string& path, Overwrite overwrite) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) {
    if (!S_ISREG(info.st_mode))
      throw InputError({.file = path,
                        .what = "this exists and is not a regular file",
                        .remedy = "Name a file to write."});
    if (overwrite == Overwrite::no) refuse_existing(path);
  }
  const std::string folder = std::filesystem::path(followed(path)).parent_path().string();
  if (::access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) != 0)
    throw SystemError::from_errno("write", path, errno);
}

OutputFile::OutputFile(std::string path, Overwrite overwrite, Unfinished unfinished)
    : path_(followed(std::move(path))),
      partial_path_(path_ + ".partial"),
      overwrite_(overwrite),
      unfinished_(unfinished) {
  refuse_unwritable(path_, overwrite_);
  lock_ = ::open(partial_path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) throw SystemError::from_errno("write", path_, errno);
  // Locked, but renamed by its owner in the meantime, the file is that owner's result.
  if (!lock_file(lock_) || !is_same_file(lock_, partial_path_)) {
    ::close(lock_);
    throw InputError({.file = path_,
                      .what = "another run is writing this file",
                      .remedy = "Wait for it to end, or choose another name."});
  }
  // Of a run that was killed while it wrote it: nobody else is there to write it now.
  ::unlink(replacement_path().c_str());
  if (unfinished_ == Unfinished::remove && ::ftruncate(lock_, 0) != 0) {
    const int code = errno;
    ::close(lock_);
    throw SystemError::from_errno("write", path_, code);
  }
  if (unfinished_ == Unfinished::remove || is_empty(lock_)) slot_ = remember(partial_path_);
}

std::string OutputFile::replacement_path() const { return partial_path_ + ".new"; }

void OutputFile::replace_partial(const std::function<void(const std::string& path)>& write) {
  const std::string replacement = replacement_path();
  const int lock = ::open(replacement.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (lock < 0) throw SystemError::from_errno("write", path_, errno);
  const int slot = remember(replacement);
  const auto give_up = [&] {
    ::unlink(replacement.c_str());
    ::close(lock);
    forget(slot);
  };
  try {
    lock_file(lock);
    write(replacement);
    sync_to_disk(replacement, false);
    // What is kept is no longer empty, and an interrupt leaves it.
    if (unfinished_ == Unfinished::keep) forget(std::exchange(slot_, -1));
    if (std::rename(replacement.c_str(), partial_path_.c_str()) != 0)
      throw SystemError::from_errno("write", path_, errno);
  } catch (...) {
    give_up();
    throw;
  }
  forget(slot);
  ::close(lock_);
  lock_ = lock;
}

OutputFile::~OutputFile() {
  if (!partial_path_.empty() && (unfinished_ == Unfinished::remove || is_empty(lock_)))
    ::unlink(partial_path_.c_str());
  forget(slot_);
  ::close(lock_);
}

void OutputFile::commit() {
  sync_to_disk(partial_path_, false);
  const int code = overwrite_ == Overwrite::no
                       ? rename_without_overwriting(partial_path_.c_str(), path_.c_str())
                       : (std::rename(partial_path_.c_str(), path_.c_str()) == 0 ? 0 : errno);
  if (code == EEXIST) {
    unfinished_ = Unfinished::keep;
    forget(std::exchange(slot_, -1));
    throw InputError({.file = path_,
                      .what = fmt::format("another program has made this file in the meantime; "
                                          "the work is in {}",
                                          partial_path_),
                      .remedy = "Rename one of the two."});
  }
  if (code != 0) throw SystemError::from_errno("write", path_, code);
  forget(std::exchange(slot_, -1));
  partial_path_.clear();
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  sync_to_disk(folder.empty() ? "." : folder, true);
}

void remove_partial_outputs() noexcept {
  for (const Slot& slot : slots)
    if (slot.state == SlotState::ready) ::unlink(slot.path.data());
}

}  // namespace rolecall
