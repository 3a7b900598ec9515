#include "scoring/groups/precedence.hpp"

#include <algorithm>

namespace rolecall {
namespace {

// Ends a row the day before `day`; false when it would then begin too late, so that it has to go.
bool end_before(RosterRow& row, Day day, DayBoundary& boundary) {
  const Day last = day - days_rep{1};
  if (!row.since.is_missing()) {
    const Day first = boundary.day_of(row.since);
    if (first > last) return false;
    // An instant that is another day in UTC would begin after it ends.
    if (row.since.utc_day() > last) row.since = Timestamp(first);
  }
  row.until = Timestamp(last);
  return true;
}

// Ends all that `which` holds for.
template <class Which>
std::size_t end_all(std::vector<RosterRow>& rows, Day day, DayBoundary& boundary, Which which) {
  std::size_t ended = 0;
  std::erase_if(rows, [&](RosterRow& row) {
    if (!which(row)) return false;
    ++ended;
    return !end_before(row, day, boundary);
  });
  return ended;
}

bool overlap(const RosterRow& a, const RosterRow& b) {
  const auto ends_before = [](const RosterRow& x, const RosterRow& y) {
    return !x.until.is_missing() && !y.since.is_missing() && x.until.utc_day() < y.since.utc_day();
  };
  return !ends_before(a, b) && !ends_before(b, a);
}

}  // namespace

std::optional<MemberSource> decider(std::span<const RosterRow> rows) {
  if (rows.empty()) return std::nullopt;
  return std::ranges::max_element(rows, {}, &RosterRow::source)->source;
}

JobChange want_role(std::vector<RosterRow>& rows, PersonId person, std::optional<std::size_t> role,
                    Day day, DayBoundary& boundary) {
  bool there = false, wanted = false, other = false;
  for (const RosterRow& row : rows) {
    if (!counts_on(row, day, boundary)) continue;
    there = true;
    (row.role == role ? wanted : other) = true;
  }
  if (!there && !role) return JobChange::none;
  const bool as_wanted = !other && wanted == role.has_value();
  const bool blocked = !rows.empty() && *decider(rows) != MemberSource::job;
  if (as_wanted) return blocked ? JobChange::none : JobChange::kept;
  if (blocked) return JobChange::blocked;
  end_all(rows, day, boundary,
          [&](const RosterRow& row) { return row.role != role && counts_on(row, day, boundary); });
  if (role && !wanted) {
    RosterRow joined{.person = person, .role = *role, .since = Timestamp(day), .until = {}};
    for (const RosterRow& row : rows) {
      if (row.since.is_missing() || boundary.day_of(row.since) <= day) continue;
      const Timestamp last{boundary.day_of(row.since) - days_rep{1}};
      if (joined.until.is_missing() || last < joined.until) joined.until = last;
    }
    rows.push_back(joined);
  }
  if (!there) return JobChange::joined;
  return role ? JobChange::changed : JobChange::left;
}

Addition add_row(std::vector<RosterRow>& rows, const RosterRow& added, std::size_t& gave_way) {
  if (const auto source = decider(rows); source && *source > added.source) return Addition::blocked;
  for (RosterRow& row : rows) {
    if (row.source != added.source || row.role != added.role) continue;
    if (row.since == added.since) {
      if (row.until == added.until) return Addition::there;
      const bool clash = std::ranges::any_of(rows, [&](const RosterRow& other) {
        return &other != &row && other.source == row.source && other.role == row.role &&
               overlap(other, added);
      });
      if (clash) return Addition::overlap;
      row.until = added.until;
      return Addition::ended;
    }
    if (overlap(row, added)) return Addition::overlap;
  }
  DayBoundary utc;
  const auto lower = [&](const RosterRow& row) { return row.source < added.source; };
  if (added.since.is_missing()) {
    gave_way += std::erase_if(rows, lower);
  } else {
    const Day day = added.since.utc_day();
    gave_way += end_all(rows, day, utc, [&](const RosterRow& row) {
      return lower(row) && (row.until.is_missing() || row.until.utc_day() >= day);
    });
  }
  rows.push_back(added);
  return Addition::added;
}

}  // namespace rolecall
