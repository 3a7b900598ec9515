#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "results/dataset.hpp"

namespace rolecall {

// Writes one HDF5 file. Numbers and short texts go in chunks of 2^16 elements, shuffled and
// deflated in parallel with HDF5's standard filters. Every function throws SystemError when the
// system refuses to write, and leaves a file that is not to be used. One thread at a time.
class Hdf5Writer {
 public:
  explicit Hdf5Writer(const std::string& path);  // creates the file, or empties it
  ~Hdf5Writer();                                 // closes, whatever HDF5 says to it
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  // Makes the group and those above it, unless they are there. They remember the order of what is
  // put into them.
  void make_group(std::string_view path);

  // Writes a scalar attribute; makes the owner, a group, when it is not there. "" is the root.
  // Throws InputError when a text holds a NUL, which HDF5's texts cannot.
  void write(const FileAttribute& attribute);

  // Writes the dataset with its digest as an attribute. Throws InputError as above.
  void write(const Dataset& dataset, const std::string& sha256);

  // Puts all on disk as far as HDF5 can and says so if it could not. Write nothing afterwards.
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rolecall
