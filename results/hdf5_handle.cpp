#include "results/hdf5_handle.hpp"

#include <charconv>

namespace rolecall::hdf5 {
namespace {

// HDF5 1.10 keeps the errno of a failed system call only in the text of its error record.
herr_t find_errno(unsigned, const H5E_error2_t* error, void* found) {
  const std::string_view text = error->desc != nullptr ? error->desc : "";
  constexpr std::string_view key = "errno = ";
  if (const std::size_t at = text.find(key); at != std::string_view::npos)
    std::from_chars(text.data() + at + key.size(), text.data() + text.size(),
                    *static_cast<int*>(found));
  return 0;
}

}  // namespace

void initialise() {
  [[maybe_unused]] static const bool once = H5dont_atexit() >= 0 && H5open() >= 0;
  // A thread-safe build keeps an error stack, and whether it prints it, for every thread.
  [[maybe_unused]] thread_local const bool quiet = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
}

int failed_errno() {
  int code = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_errno, &code);
  return code;
}

Handle text_type(std::size_t size) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), size == 0 ? H5T_VARIABLE : size);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  H5Tset_strpad(type.get(), size == 0 ? H5T_STR_NULLTERM : H5T_STR_NULLPAD);
  return type;
}

Handle scalar_space() { return {H5Screate(H5S_SCALAR), H5Sclose}; }

}  // namespace rolecall::hdf5
