#pragma once

#include <hdf5.h>

#include <string>
#include <string_view>
#include <utility>

// Private to the HDF5 reader and writer; the only header that includes hdf5.h.
namespace rolecall::hdf5 {

// Sets the library up, once: its own error printing off, and no clean-up at exit, where a full disk
// would make it try for ever. Call before any other HDF5 function.
void initialise();

// An HDF5 id, closed when it goes.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Close closer) : id_(id), close_(closer) {}
  Handle(Handle&& other) noexcept
      : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Handle() { close(); }

  hid_t get() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }

  // What HDF5 says to the closing; true when there is nothing to close.
  bool close() { return id_ < 0 || close_(std::exchange(id_, H5I_INVALID_HID)) >= 0; }

 private:
  hid_t id_ = H5I_INVALID_HID;
  Close close_ = nullptr;
};

// The errno in the error stack of the call that just failed; 0 when the failure was not the
// system's. Call before any other HDF5 function.
int failed_errno();

// UTF-8 texts: of one length, padded with NULs; or each of its own when `size` is 0.
Handle text_type(std::size_t size);

Handle scalar_space();

}  // namespace rolecall::hdf5
