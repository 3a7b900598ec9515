#include "experiments/audit/counts.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "generators/synthetic/rates.hpp"

namespace rolecall {
namespace {

class Counter {
 public:
  explicit Counter(const Audited& a)
      : a_(a), log_(a.world.activities), shares_(synthetic::type_shares(a.spec)) {
    counts_.own.assign(a.world.people.size(), 0);
    counts_.by_type.assign(a.spec.personas.size() * log_.type_names.size(), 0);
  }

  LogCounts count() {
    for (std::size_t p = 0; p < a_.world.people.size(); ++p) {
      count_rows(p);
      if (a_.groups_of[p] == 0) count_first_children(p);
    }
    return std::move(counts_);
  }

 private:
  void count_rows(std::size_t person) {
    Day last_bot_day = Day::min();
    for (std::uint64_t i = log_.offsets[person]; i < log_.offsets[person + 1]; ++i) {
      const RowOrigin origin(a_.truth.origin[i]);
      if (origin.is_duplicate()) {
        ++counts_.duplicates;
        continue;
      }
      ++counts_.by_maker[static_cast<std::size_t>(origin.maker())];
      counts_.late += origin.is_late();
      if (log_.type_names[log_.types[i].index()] == a_.spec.machines.opened_type) {
        counts_.client_opens += origin.maker() == RowMaker::client;
        counts_.human_opens += origin.is_human();
      }
      const Day day = log_.times[i].utc_day();
      if (origin.maker() == RowMaker::bot && day != std::exchange(last_bot_day, day))
        ++counts_.bot_days;
      if (origin.maker() != RowMaker::person) continue;
      ++counts_.own[person];
      ++counts_.by_type[a_.persona[person] * log_.type_names.size() + log_.types[i].index()];
      const std::chrono::weekday weekday{std::chrono::sys_days{day}};
      if (a_.groups_of[person] == 0) ++counts_.by_weekday[weekday.iso_encoding() - 1];
      const auto hour =
          std::chrono::floor<std::chrono::hours>(log_.times[i].instant() - Instant{day});
      ++counts_.by_hour[static_cast<std::size_t>(hour.count())];
    }
  }

  void count_first_children(std::size_t person) {
    constexpr double long_ago = 20;  // mean delays: all that was set off before has come
    const double mean = a_.spec.activity.burst_hours * 3600e6;  // [us]
    double before = -std::numeric_limits<double>::infinity();
    bool waiting = false;  // for the first act that the last one sets off
    std::size_t type = 0;
    for (std::uint64_t i = log_.offsets[person]; i < log_.offsets[person + 1]; ++i) {
      const RowOrigin origin(a_.truth.origin[i]);
      if (!origin.is_human() || origin.is_duplicate()) continue;
      const auto at = static_cast<double>(log_.times[i].instant().time_since_epoch().count());
      const double gap = at - before;
      if (waiting && origin.maker() == RowMaker::burst && gap <= long_ago * mean) {
        ++counts_.first_children;
        counts_.soon += gap <= mean;
        counts_.same_type += log_.types[i].index() == type;
        const double same = a_.spec.activity.burst_same_type;
        counts_.same_type_asked += same + (1 - same) * shares_[a_.persona[person]][place(type)];
      }
      waiting = origin.maker() == RowMaker::person && gap > long_ago * mean;
      type = log_.types[i].index();
      before = at;
    }
  }

  // A type of the log among all of the specification, in order of name.
  std::size_t place(std::size_t type) {
    if (places_.empty()) {
      const synthetic::TypeOrder order = synthetic::order_types(a_.spec);
      for (std::size_t t = 0; t < log_.type_names.size(); ++t)
        places_.push_back(static_cast<std::size_t>(
            std::ranges::lower_bound(order.names, log_.type_names[t]) - order.names.begin()));
    }
    return places_[type];
  }

  const Audited& a_;
  const ActivityLog& log_;
  std::vector<std::vector<double>> shares_;
  std::vector<std::size_t> places_;
  LogCounts counts_;
};

}  // namespace

LogCounts count_log(const Audited& a) { return Counter(a).count(); }

}  // namespace rolecall
