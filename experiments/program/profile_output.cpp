#include "experiments/program/profile_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/event_counter.hpp"
#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "experiments/program/table_output.hpp"

namespace rolecall::program {
namespace {

// Of the whole process, when made before it starts threads.
struct HardwareCounters {
  EventCounter cycles{Event::cycles}, instructions{Event::instructions},
      cache_misses{Event::cache_misses}, branch_misses{Event::branch_misses};

  std::array<std::pair<const char*, std::optional<double>>, 4> counts() const {
    return {{{"cycles", cycles.count()},
             {"instructions", instructions.count()},
             {"cache_misses", cache_misses.count()},
             {"branch_misses", branch_misses.count()}}};
  }
  std::optional<double> instructions_per_cycle() const {
    const auto c = cycles.count(), i = instructions.count();
    return c && i && *c > 0 ? std::optional(*i / *c) : std::nullopt;
  }
};

// What a run took, once it is over.
struct Report {
  std::vector<PhaseTotal> phases;
  Usage total;
  std::int64_t peak_bytes;
  std::size_t threads;
  const HardwareCounters& counters;
};

std::string phase_table(const Report& r) {
  std::size_t width = 20;
  for (const PhaseTotal& p : r.phases) width = std::max(width, 2 * p.depth + p.name.size());
  std::string text = fmt::format("{:<{}}{:>8}{:>10}{:>8}{:>10}{:>7}\n", "phase", width, "times",
                                 "wall_s", "%", "cpu_s", "cpus");
  const auto line = [&](const std::string& name, const std::string& times, Usage used) {
    const double cpus = used.wall_seconds > 0 ? used.cpu_seconds / used.wall_seconds : 0;
    const double share = r.total.wall_seconds > 0 ? used.wall_seconds / r.total.wall_seconds : 0;
    text += fmt::format("{:<{}}{:>8}{:>10.3f}{:>8.1f}{:>10.3f}{:>7.2f}\n", name, width, times,
                        used.wall_seconds, 100 * share, used.cpu_seconds, cpus);
  };
  Usage outside = r.total;
  for (const PhaseTotal& p : r.phases) {
    line(std::string(2 * p.depth, ' ') + p.name, grouped(p.count), p.usage);
    if (p.depth == 0) outside = outside - p.usage;
  }
  line("outside of phases", "", outside);
  line("total", "", r.total);
  return text;
}

std::string counter_text(const HardwareCounters& counters) {
  if (const std::string why = counters.cycles.why_not(); !why.empty())
    return fmt::format("hardware counters: not available here ({})\n", why);
  std::string text;
  for (const auto& [name, count] : counters.counts())
    text += fmt::format("{:<20}{:>20}\n", name,
                        count ? grouped(static_cast<std::uint64_t>(*count)) : "-");
  if (const auto ipc = counters.instructions_per_cycle())
    text += fmt::format("{:<20}{:>20.2f}\n", "instructions/cycle", *ipc);
  if (!counters.cycles.with_kernel()) text += "counted in the program, not in the kernel\n";
  return text;
}

std::string as_text(const Report& r) {
  return fmt::format("\n{}\npeak memory {:.1f} MB, {} threads\n{}", phase_table(r),
                     static_cast<double>(r.peak_bytes) / 1e6, r.threads, counter_text(r.counters));
}

std::string as_json(const Report& r, const std::string& command) {
  nlohmann::ordered_json phases = nlohmann::ordered_json::array(), counters;
  for (const PhaseTotal& p : r.phases)
    phases.push_back({{"name", p.name},
                      {"depth", p.depth},
                      {"count", p.count},
                      {"wall_seconds", p.usage.wall_seconds},
                      {"cpu_seconds", p.usage.cpu_seconds}});
  if (const std::string why = r.counters.cycles.why_not(); !why.empty()) {
    counters["not_available"] = why;
  } else {
    for (const auto& [name, count] : r.counters.counts())
      counters[name] = count ? nlohmann::ordered_json(*count) : nullptr;
    counters["with_kernel"] = r.counters.cycles.with_kernel();
  }
  const nlohmann::ordered_json all{{"command", command},
                                   {"threads", r.threads},
                                   {"wall_seconds", r.total.wall_seconds},
                                   {"cpu_seconds", r.total.cpu_seconds},
                                   {"peak_memory_bytes", r.peak_bytes},
                                   {"phases", phases},
                                   {"hardware_counters", counters}};
  return all.dump(2) + '\n';
}

}  // namespace

int run_profiled(const Session& session) {
  if (!session.profile && session.profile_file.empty()) {
    const parallel::ThreadLimit limit(session.threads);
    return session.run();
  }
  if (!session.profile_file.empty()) refuse_unwritable(session.profile_file, session.overwrite());
  const HardwareCounters counters;
  const parallel::ThreadLimit limit(session.threads);
  const Profile profile;
  const int code = session.run();
  const Report report{profile.phases(), profile.elapsed(), peak_memory_bytes(), parallel::threads(),
                      counters};
  if (session.profile) fmt::print(stderr, "{}", as_text(report));
  if (!session.profile_file.empty())
    write_text(session.profile_file, as_json(report, shell_command(session.arguments)),
               session.overwrite());
  return code;
}

}  // namespace rolecall::program
