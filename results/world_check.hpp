#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/timestamp.hpp"
#include "core/world.hpp"
#include "results/hdf5_reader.hpp"

// What a file from any hand could get wrong about a world. Each throws InputError, naming the
// dataset and the first bad row (counted from 0, as h5py does).
namespace rolecall {

// One check of one dataset.
class DatasetCheck {
 public:
  DatasetCheck(const Hdf5Reader& file, std::string item) : file_(file), item_(std::move(item)) {}

  void has_rows(std::size_t rows, std::size_t expected, std::string_view of) const;

  // Calls good(row) for every row, in parallel.
  void every(std::size_t rows, const std::function<bool(std::size_t)>& good,
             std::string_view complaint) const;

  // Rows of a table of `limit` rows.
  template <class T>
  void refers_below(const std::vector<T>& values, std::size_t limit, std::string_view table) const {
    every(
        values.size(), [&](std::size_t i) { return in_range(values[i], limit); },
        std::string("is no row of ") + std::string(table));
  }

  // As above; −1, or the largest of an unsigned type, means none.
  template <class T>
  void refers_below_or_none(const std::vector<T>& values, std::size_t limit,
                            std::string_view table) const {
    constexpr T none = static_cast<T>(-1);
    every(
        values.size(),
        [&](std::size_t i) { return values[i] == none || in_range(values[i], limit); },
        std::string("is neither a row of ") + std::string(table) + " nor " + std::to_string(none));
  }

  // One more than `tables` values, from 0 to `rows`, never falling.
  void partitions(const std::vector<std::uint64_t>& offsets, std::size_t tables,
                  std::size_t rows) const;

  void ascends(const TextColumn& texts) const;

  // Microseconds that name a day of the years 0001 to 9999 in any zone, or are missing.
  void are_times(const std::vector<std::int64_t>& micros) const;

 private:
  template <class T>
  static bool in_range(T value, std::size_t limit) {
    return static_cast<std::int64_t>(value) >= 0 && static_cast<std::size_t>(value) < limit;
  }

  const Hdf5Reader& file_;
  std::string item_;
};

// The accounts are a forest.
void check_forest(const Hdf5Reader& file, const Accounts& accounts);

// Members in order of (person, role, since) within their group.
void check_order(const Hdf5Reader& file, const Memberships& members);

// Activities in order of (time, type, count) within their person.
void check_order(const Hdf5Reader& file, const ActivityLog& activities);

// Contacts in order of (person, role) within their deal, none of them twice.
void check_order(const Hdf5Reader& file, const DealContacts& contacts);

// Events in order of (time, type, detail) within their deal.
void check_order(const Hdf5Reader& file, const DealEvents& events);

}  // namespace rolecall
