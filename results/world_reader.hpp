#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "core/attributes.hpp"
#include "core/parallel.hpp"
#include "core/world.hpp"
#include "results/hdf5_reader.hpp"
#include "results/world_check.hpp"

// Private to the reading of world files.
namespace rolecall {

// Reads the tables of a world file, each column checked as it comes.
class WorldReader {
 public:
  explicit WorldReader(const Hdf5Reader& file) : file_(file) {}

  TextColumn keys(const std::string& item) const {
    TextColumn texts = file_.read_texts(item);
    check(item).ascends(texts);
    return texts;
  }

  template <class IdType, class T>
  std::vector<IdType> rows_of(const std::string& item, std::size_t limit,
                              std::string_view table) const {
    const std::vector<T> values = file_.read<T>(item);
    check(item).refers_below(values, std::min(limit, IdType::capacity), table);
    return converted<IdType>(values);
  }

  template <class IdType, class T>
  std::vector<IdType> rows_or_none(const std::string& item, std::size_t limit,
                                   std::string_view table) const {
    const std::vector<T> values = file_.read<T>(item);
    check(item).refers_below_or_none(values, std::min(limit, IdType::capacity), table);
    return converted<IdType>(values);
  }

  std::vector<AccountId> accounts_or_none(const std::string& item, std::size_t limit) const {
    return rows_or_none<AccountId, std::int32_t>(item, limit, "accounts");
  }

  template <class Enum>
  std::vector<Enum> codes(const std::string& item, Enum last) const {
    const auto values = file_.read<std::uint8_t>(item);
    check(item).every(
        values.size(), [&](std::size_t i) { return values[i] <= static_cast<std::uint8_t>(last); },
        "is no code that docs/format.md lists");
    return converted<Enum>(values);
  }

  std::vector<Timestamp> times(const std::string& item) const {
    const auto micros = file_.read<std::int64_t>(item);
    check(item).are_times(micros);
    const std::string date_item = item + "_date_only";
    std::vector<std::uint8_t> is_date;
    if (file_.has(date_item)) {
      is_date = file_.read<std::uint8_t>(date_item);
      check(date_item).has_rows(is_date.size(), micros.size(), item);
      check(date_item).every(
          micros.size(),
          [&](std::size_t i) {
            return is_date[i] == 0 || (is_date[i] == 1 && micros[i] % micros_per_day == 0);
          },
          "is neither 0 nor 1, or marks a time that is not midnight");
    }
    std::vector<Timestamp> times(micros.size());
    parallel::for_blocks(micros.size(), grain, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        if (micros[i] == std::numeric_limits<std::int64_t>::min()) continue;
        const std::int64_t date_bit = is_date.empty() ? 0 : is_date[i];
        times[i] = Timestamp::from_bits(micros[i] * 2 + date_bit);
      }
    });
    return times;
  }

  Attributes attributes(const std::string& table, std::size_t rows) const {
    Attributes attributes;
    const std::string group = table + "/attributes";
    for (const std::string& link : file_.links(group)) {
      const std::string item = group + "/" + link;
      Attribute attribute{unescape_link(link), {}};
      if (file_.dataset(item).type == ElementType::text)
        attribute.values = file_.read_texts(item);
      else
        attribute.values = file_.read<double>(item);
      check(item).has_rows(std::visit([](const auto& v) { return v.size(); }, attribute.values),
                           rows, table);
      attributes.push_back(std::move(attribute));
    }
    std::ranges::sort(attributes, {}, &Attribute::name);
    if (const auto twin = std::ranges::adjacent_find(attributes, {}, &Attribute::name);
        twin != attributes.end())
      file_.refuse(group, "two columns have the name '" + twin->name + "'");
    return attributes;
  }

  DatasetCheck check(const std::string& item) const { return {file_, item}; }

  const Hdf5Reader& file() const { return file_; }

 private:
  static constexpr std::size_t grain = std::size_t{1} << 16;
  static constexpr std::int64_t micros_per_day = 86'400'000'000;

  template <class To, class From>
  static std::vector<To> converted(const std::vector<From>& values) {
    std::vector<To> ids(values.size());
    parallel::for_blocks(values.size(), grain, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        if constexpr (std::is_enum_v<To>)
          ids[i] = static_cast<To>(values[i]);
        else if (values[i] != static_cast<From>(-1))
          ids[i] = To{static_cast<std::size_t>(values[i])};
      }
    });
    return ids;
  }

  const Hdf5Reader& file_;
};

// The group `deals`, which must be there, into the world's three tables of deals.
void read_deals(const WorldReader& in, World& world);

// The group `truth`, which must be there.
Truth read_truth(const WorldReader& in, const World& world);

}  // namespace rolecall
