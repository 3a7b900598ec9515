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

namespace {

enum class Twins : std::uint8_t { allowed, refused };

// The rows of each part of `offsets` rise by key.
template <class Key>
void check_rising(const Hdf5Reader& file, const char* item,
                  const std::vector<std::uint64_t>& offsets, Key key, const char* complaint,
                  Twins twins = Twins::allowed) {
  DatasetCheck(file, item)
      .every(
          offsets.size() - 1,
          [&](std::size_t part) {
            for (std::size_t i = offsets[part] + 1; i < offsets[part + 1]; ++i)
              if (twins == Twins::allowed ? key(i) < key(i - 1) : key(i) <= key(i - 1))
                return false;
            return true;
          },
          complaint);
}

}  // namespace

void check_order(const Hdf5Reader& file, const Memberships& members) {
  check_rising(
      file, "members/person", members.offsets,
      [&](std::size_t i) {
        return std::tuple(members.people[i], members.roles[i], members.since[i]);
      },
      "of offsets begins members that are not in order of (person, role, since)");
}

void check_order(const Hdf5Reader& file, const ActivityLog& log) {
  check_rising(
      file, "activities/time", log.offsets,
      [&](std::size_t i) { return std::tuple(log.times[i], log.types[i], log.count(i)); },
      "of offsets begins activities that are not in order of (time, type, count)");
}

void check_order(const Hdf5Reader& file, const DealContacts& contacts) {
  check_rising(
      file, "deals/contacts/person", contacts.offsets,
      [&](std::size_t i) { return std::tuple(contacts.people[i], contacts.roles[i]); },
      "of offsets begins contacts that are not in order of (person, role), or the same twice",
      Twins::refused);
}

void check_order(const Hdf5Reader& file, const DealEvents& events) {
  check_rising(
      file, "deals/events/time", events.offsets,
      [&](std::size_t i) {
        return std::tuple(events.times[i], events.types[i], events.details[i]);
      },
      "of offsets begins events that are not in order of (time, type, detail)");
}

}  // namespace rolecall
