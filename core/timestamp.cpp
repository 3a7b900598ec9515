#include "core/timestamp.hpp"

#include <fmt/format.h>

namespace rolecall {
namespace {

using namespace std::chrono;

constexpr Day first_day = time_point_cast<days_rep>(sys_days{year{1} / January / 1});
constexpr Day last_day = time_point_cast<days_rep>(sys_days{year{9999} / December / 31});

// Takes ISO 8601 apart from the left; every step says whether it found what it looked for.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }

  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool digits(int n, int& value) {
    if (text_.size() < static_cast<std::size_t>(n)) return false;
    value = 0;
    for (int i = 0; i < n; ++i) {
      const char c = text_[static_cast<std::size_t>(i)];
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(static_cast<std::size_t>(n));
    return true;
  }

  bool next_is_digit() const { return !done() && text_.front() >= '0' && text_.front() <= '9'; }

 private:
  std::string_view text_;
};

bool take_date(Scanner& in, Day& day) {
  int y, m, d;
  if (!in.digits(4, y) || !in.take('-') || !in.digits(2, m) || !in.take('-') || !in.digits(2, d))
    return false;
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)},
                            std::chrono::day{static_cast<unsigned>(d)}};
  if (y < 1 || !date.ok()) return false;
  day = time_point_cast<days_rep>(sys_days{date});
  return true;
}

bool take_time(Scanner& in, microseconds& since_midnight) {
  int h, m, s = 0;
  if (!in.digits(2, h) || !in.take(':') || !in.digits(2, m)) return false;
  microseconds fraction{0};
  if (in.take(':')) {
    if (!in.digits(2, s)) return false;
    if (in.take('.') || in.take(',')) {
      if (!in.next_is_digit()) return false;
      std::int64_t unit = 100'000;
      for (int digit; in.digits(1, digit); unit /= 10) fraction += microseconds{digit * unit};
    }
  }
  since_midnight = hours{h} + minutes{m} + seconds{s} + fraction;
  return h < 24 && m < 60 && s < 60;
}

bool take_zone(Scanner& in, minutes& east_of_utc) {
  east_of_utc = minutes{0};
  if (in.done() || in.take('Z') || in.take('z')) return true;
  const bool west = in.take('-');
  if (!west && !in.take('+')) return false;
  int h, m = 0;
  if (!in.digits(2, h)) return false;
  if (in.take(':') || in.next_is_digit()) {
    if (!in.digits(2, m)) return false;
  }
  east_of_utc = (west ? -1 : 1) * (hours{h} + minutes{m});
  return h < 24 && m < 60;
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  Scanner in(text);
  Day day;
  if (!take_date(in, day)) return std::nullopt;
  if (in.done()) return Timestamp{day};
  microseconds since_midnight;
  minutes east_of_utc;
  if (!(in.take('T') || in.take('t') || in.take(' ')) || !take_time(in, since_midnight) ||
      !take_zone(in, east_of_utc) || !in.done())
    return std::nullopt;
  const Instant time = Instant{day} + since_midnight - east_of_utc;
  if (time < Instant{first_day} || time >= Instant{last_day} + days{1}) return std::nullopt;
  return Timestamp{time};
}

std::optional<Day> parse_day(std::string_view text) {
  Scanner in(text);
  Day day;
  if (!take_date(in, day) || !in.done()) return std::nullopt;
  return day;
}

std::string to_string(Day day) {
  const year_month_day date{sys_days{day}};
  return fmt::format("{:04}-{:02}-{:02}", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()));
}

std::string to_string(Timestamp timestamp) {
  if (timestamp.is_missing()) return {};
  const Day day = timestamp.utc_day();
  if (timestamp.is_date_only()) return to_string(day);
  const hh_mm_ss time{timestamp.instant() - Instant{day}};
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", to_string(day), time.hours().count(),
                                 time.minutes().count(), time.seconds().count());
  if (const auto fraction = time.subseconds().count(); fraction != 0)
    text += fmt::format(".{:06}", fraction);
  return text + "Z";
}

}  // namespace rolecall
