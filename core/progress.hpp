#pragma once

#include <cstdint>
#include <string_view>

namespace rolecall {

// Hears how far long work has come. advance() is called from any thread; the rest from one. The
// default hears nothing.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void begin(std::string_view /*what*/, std::uint64_t /*total*/,
                     std::string_view /*unit*/) {}
  virtual void advance(std::uint64_t /*done*/) {}
  virtual void end() {}
};

}  // namespace rolecall
