#include "results/provenance.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <isa-l.h>
#include <openssl/crypto.h>
#include <sys/utsname.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <utility>

#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "results/hdf5_handle.hpp"
#include "results/version.hpp"

namespace rolecall {
namespace {

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  utsname name{};
  return ::uname(&name) == 0 ? name.machine : "unknown";
}

std::string os_name() {
  utsname name{};
  if (::uname(&name) != 0) return "unknown";
  return fmt::format("{} {} {}", name.sysname, name.release, name.machine);
}

std::string library_versions() {
  unsigned major = 0, minor = 0, release = 0;
  hdf5::initialise();  // first of all HDF5 calls, whoever makes it
  H5get_libversion(&major, &minor, &release);
  return fmt::format("HDF5 {}.{}.{}, ISA-L {}.{}.{}, {}", major, minor, release, ISAL_MAJOR_VERSION,
                     ISAL_MINOR_VERSION, ISAL_PATCH_VERSION,
                     OpenSSL_version(OPENSSL_VERSION_STRING)[0] != '\0'
                         ? fmt::format("OpenSSL {}", OpenSSL_version(OPENSSL_VERSION_STRING))
                         : "OpenSSL");
}

// Calls visit(name, field) for every field, so that writing and reading cannot drift apart.
template <class P, class Visit>
void for_each_field(P& p, Visit visit) {
  visit("software", p.software);
  visit("commit", p.commit);
  visit("command", p.command);
  visit("parameters", p.parameters);
  visit("created", p.created);
  visit("cpu", p.cpu);
  visit("os", p.os);
  visit("compiler", p.compiler);
  visit("libraries", p.libraries);
  visit("threads", p.threads);
  visit("wall_seconds", p.wall_seconds);
  visit("peak_memory_bytes", p.peak_memory_bytes);
}

}  // namespace

Provenance collect_provenance(std::string command, std::string parameters_json,
                              std::chrono::steady_clock::time_point start) {
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  return {.software = fmt::format("rolecall {}", version::software),
          .commit = version::commit,
          .command = std::move(command),
          .parameters = std::move(parameters_json),
          .created = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))),
          .cpu = cpu_model(),
          .os = os_name(),
          .compiler = version::compiler,
          .libraries = library_versions(),
          .threads = static_cast<std::int64_t>(parallel::threads()),
          .wall_seconds = wall.count(),
          .peak_memory_bytes = peak_memory_bytes()};
}

std::string shell_command(const std::vector<std::string>& arguments) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%";
  std::string command;
  for (const std::string& argument : arguments) {
    if (!command.empty()) command += ' ';
    if (!argument.empty() && argument.find_first_not_of(plain) == std::string::npos) {
      command += argument;
      continue;
    }
    command += '\'';
    for (const char c : argument) c == '\'' ? command += "'\\''" : command += c;
    command += '\'';
  }
  return command;
}

std::vector<FileAttribute> to_attributes(const Provenance& provenance) {
  std::vector<FileAttribute> attributes;
  for_each_field(provenance, [&](const char* name, const auto& field) {
    attributes.push_back({"provenance", name, field});
  });
  return attributes;
}

Provenance provenance_from(const std::vector<FileAttribute>& attributes) {
  Provenance provenance;
  for_each_field(provenance, [&]<class T>(const char* name, T& field) {
    const auto it = std::ranges::find(attributes, name, &FileAttribute::name);
    if (it == attributes.end()) return;
    if (const T* value = std::get_if<T>(&it->value)) field = *value;
  });
  return provenance;
}

}  // namespace rolecall
