#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "results/dataset.hpp"

namespace rolecall {

// Who made a file, from what, with what and at what cost. Stored as the attributes of /provenance;
// no part of the content or its digest.
struct Provenance {
  std::string software;    // "rolecall 0.1.0"
  std::string commit;      // of git; "unknown" outside a checkout
  std::string command;     // as one could type it into a shell
  std::string parameters;  // resolved, with defaults and seed: a JSON object
  std::string created;     // UTC: "2026-03-01T09:30:00Z"
  std::string cpu;         // model name
  std::string os;          // kernel and machine
  std::string compiler;
  std::string libraries;               // "HDF5 1.10.8, ISA-L 2.30.0, OpenSSL 3.0.15"
  std::int64_t threads = 0;            // that parallel work could use
  double wall_seconds = 0;             // [s] since the start
  std::int64_t peak_memory_bytes = 0;  // [byte] of the process, resident
};

// Describes this program on this machine now; work began at `start`.
Provenance collect_provenance(std::string command, std::string parameters_json,
                              std::chrono::steady_clock::time_point start);

// A command line as one could type it: arguments that need it stand in single quotes.
std::string shell_command(const std::vector<std::string>& arguments);

// As attributes of the group "provenance", and back; what is missing is left empty.
std::vector<FileAttribute> to_attributes(const Provenance& provenance);
Provenance provenance_from(const std::vector<FileAttribute>& attributes);

}  // namespace rolecall
