#include "results/world_check.hpp"

#include <fmt/format.h>

#include <atomic>
#include <limits>
#include <tuple>

#include "core/account_forest.hpp"
#include "core/parallel.hpp"

namespace rolecall {
namespace {

using namespace std::chrono;

constexpr std::size_t grain = std::size_t{1} << 16;
constexpr const char* remedy = "The file is damaged or was altered: import or generate it again.";

// A zone can move the first and last moments of these years by up to a day.
constexpr std::int64_t first_micro =
    microseconds(sys_days{year{0} / December / 31}.time_since_epoch()).count();
constexpr std::int64_t end_micro =
    microseconds(sys_days{year{10000} / January / 2}.time_since_epoch()).count();

// The lowest index below n that is not good; n when all are.
std::size_t first_bad(std::size_t n, const std::function<bool(std::size_t)>& good) {
  std::atomic<std::size_t> lowest = n;
  parallel::for_blocks(n, grain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      if (good(i)) continue;
      std::size_t seen = lowest;
      while (i < seen && !lowest.compare_exchange_weak(seen, i)) {
      }
      return;
    }
  });
  return lowest;
}

}  // namespace

void DatasetCheck::has_rows(std::size_t rows, std::size_t expected, std::string_view of) const {
  if (rows != expected)
    file_.refuse(item_, fmt::format("it has {} rows, but {} has {}", rows, of, expected), remedy);
}

void DatasetCheck::every(std::size_t rows, const std::function<bool(std::size_t)>& good,
                         std::string_view complaint) const {
  if (const std::size_t bad = first_bad(rows, good); bad < rows)
    file_.refuse(item_, fmt::format("the value at [{}] {}", bad, complaint), remedy);
}

void DatasetCheck::refers_below_or_none(const std::vector<std::int32_t>& values, std::size_t limit,
                                        std::string_view table) const {
  every(
      values.size(), [&](std::size_t i) { return values[i] == -1 || in_range(values[i], limit); },
      fmt::format("is neither a row of {} nor -1", table));
}

void DatasetCheck::partitions(const std::vector<std::uint64_t>& offsets, std::size_t tables,
                              std::size_t rows) const {
  if (offsets.size() != tables + 1)
    file_.refuse(item_, fmt::format("it has {} rows, not {}", offsets.size(), tables + 1), remedy);
  every(
      offsets.size(),
      [&](std::size_t i) { return i == 0 ? offsets[0] == 0 : offsets[i - 1] <= offsets[i]; },
      "is below the one before, or the first is not 0");
  if (offsets.back() != rows)
    file_.refuse(item_, fmt::format("it ends at {}, but there are {} rows", offsets.back(), rows),
                 remedy);
}

void DatasetCheck::ascends(const TextColumn& texts) const {
  every(
      texts.size(), [&](std::size_t i) { return i == 0 || texts[i - 1] < texts[i]; },
      "does not come after the one before, bytewise");
}

void DatasetCheck::are_times(const std::vector<std::int64_t>& micros) const {
  constexpr std::int64_t missing = std::numeric_limits<std::int64_t>::min();
  every(
      micros.size(),
      [&](std::size_t i) {
        return micros[i] == missing || (micros[i] >= first_micro && micros[i] < end_micro);
      },
      "is outside the years 0001 to 9999");
}

void check_forest(const Hdf5Reader& file, const Accounts& accounts) {
  if (const auto cycles = find_cycles(accounts.parents); !cycles.empty())
    file.refuse(
        "accounts/parent",
        fmt::format("account {} is its own ancestor", accounts.ids[cycles.front().front().index()]),
        remedy);
}

void check_order(const Hdf5Reader& file, const Memberships& members) {
  const auto key = [&](std::size_t i) {
    return std::tuple(members.people[i], members.roles[i], members.since[i]);
  };
  DatasetCheck(file, "members/person")
      .every(
          members.offsets.size() - 1,
          [&](std::size_t g) {
            for (std::size_t i = members.offsets[g] + 1; i < members.offsets[g + 1]; ++i)
              if (key(i) < key(i - 1)) return false;
            return true;
          },
          "of offsets begins members that are not in order of (person, role, since)");
}

void check_order(const Hdf5Reader& file, const ActivityLog& log) {
  const auto key = [&](std::size_t i) {
    return std::tuple(log.times[i], log.types[i], log.count(i));
  };
  DatasetCheck(file, "activities/time")
      .every(
          log.offsets.size() - 1,
          [&](std::size_t p) {
            for (std::size_t i = log.offsets[p] + 1; i < log.offsets[p + 1]; ++i)
              if (key(i) < key(i - 1)) return false;
            return true;
          },
          "of offsets begins activities that are not in order of (time, type, count)");
}

}  // namespace rolecall
