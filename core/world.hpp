#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/attributes.hpp"
#include "core/day_boundary.hpp"
#include "core/id.hpp"
#include "core/text_column.hpp"
#include "core/timestamp.hpp"
#include "core/truth.hpp"

// A world holds facts: who there is, who did what when, and how it ended. What the facts are worth
// is a model's opinion. Every table is in the order of its keys (bytewise by external id), so that
// the same facts give the same world whatever the order they arrived in.
namespace rolecall {

// Companies and their parts: a forest.
struct Accounts {
  TextColumn ids;
  std::vector<AccountId> parents;  // none: a root
  Attributes attributes;           // name, industry, country, revenue, employees, products, ...

  std::size_t size() const { return ids.size(); }
};

struct People {
  TextColumn ids;
  std::vector<AccountId> accounts;  // primary account; may be none
  Attributes attributes;            // title, department, ...

  std::size_t size() const { return ids.size(); }
};

// Buying groups: one account's people around one solution interest.
struct Groups {
  TextColumn ids;
  std::vector<AccountId> accounts;
  std::vector<SolutionId> solutions;
  std::vector<Timestamp> created;  // may be missing
  Attributes attributes;

  std::size_t size() const { return ids.size(); }
};

// Who assigned a role. A lower source neither adds over nor removes a higher one's decision.
enum class MemberSource : std::uint8_t { job, journey, manual };

// Rows in order of (group, person, role, since); the rows of group g are offsets[g] … offsets[g+1].
struct Memberships {
  std::vector<std::uint64_t> offsets{0};
  std::vector<PersonId> people;
  std::vector<RoleId> roles;
  std::vector<MemberSource> sources;
  std::vector<Timestamp> since;  // first day, included; missing: always was
  std::vector<Timestamp> until;  // last day, included; missing: still is
  Attributes attributes;

  std::size_t size() const { return people.size(); }
};

// Rows in order of (person, time, type, count); those of person p are offsets[p] … offsets[p+1].
struct ActivityLog {
  TextColumn type_names;  // in bytewise order; every one occurs
  std::vector<std::uint64_t> offsets{0};
  std::vector<Timestamp> times;
  std::vector<ActivityTypeId> types;
  std::vector<std::uint64_t> counts;  // activities of each row; empty when every row is one
  Attributes attributes;

  std::size_t size() const { return times.size(); }
  std::uint64_t count(std::size_t row) const { return counts.empty() ? 1 : counts[row]; }
};

enum class Outcome : std::uint8_t { none, open, won, lost };

// How each group ended; one row per group.
struct Outcomes {
  std::vector<Outcome> outcome;
  std::vector<Timestamp> date;  // may be missing
  std::vector<double> value;    // deal value in the export's currency; NaN when missing
  Attributes attributes;        // missing where there is no outcome
};

// Opportunities: what may be sold to an account, and how far that is.
struct Deals {
  TextColumn ids;
  std::vector<AccountId> accounts;        // may be none
  std::vector<SolutionId> solutions;      // may be none
  TextColumn pipelines, stages;           // as last recorded; empty when missing
  std::vector<Timestamp> opened, closed;  // may be missing
  std::vector<double> values;             // in the export's currency; NaN when missing
  std::vector<Outcome> outcomes;          // none: not recorded
  Attributes attributes;

  std::size_t size() const { return ids.size(); }
};

// The people of each deal. Rows in order of (deal, person, role); those of deal d are
// offsets[d] … offsets[d+1].
struct DealContacts {
  std::vector<std::uint64_t> offsets{0};
  std::vector<PersonId> people;
  std::vector<RoleId> roles;  // may be none
  Attributes attributes;

  std::size_t size() const { return people.size(); }
};

// What happened to each deal. Rows in order of (deal, time, type, detail); those of deal d are
// offsets[d] … offsets[d+1]. Events of type "stage" and "pipeline" tell where the deal went then.
struct DealEvents {
  TextColumn type_names;  // in bytewise order; every one occurs
  std::vector<std::uint64_t> offsets{0};
  std::vector<Timestamp> times;
  std::vector<DealEventTypeId> types;
  TextColumn details;  // the stage or pipeline entered, or whatever the export says; may be empty
  Attributes attributes;

  std::size_t size() const { return times.size(); }
};

struct World {
  Accounts accounts;
  People people;
  TextColumn solutions;  // names, in bytewise order
  TextColumn roles;      // names, in bytewise order
  Groups groups;
  Memberships members;
  ActivityLog activities;
  Outcomes outcomes;
  Deals deals;
  DealContacts deal_contacts;
  DealEvents deal_events;
  std::optional<Truth> truth;  // of a generated world
};

// How much a world holds, as a look at its files tells. Bytes are those of a world file's columns
// in memory, or of a bundle's text.
struct WorldSize {
  double accounts = 0, people = 0, groups = 0, members = 0, activities = 0;  // [rows]
  double log_bytes = 0;    // of the columns of the activity log
  double table_bytes = 0;  // of all else
};

// Whether a membership counts on a day.
inline bool is_active(const Memberships& members, std::uint64_t membership, Day day,
                      DayBoundary& clock) {
  return clock.is_within(members.since[membership], members.until[membership], day);
}

std::string_view to_string(MemberSource source);
std::string_view to_string(Outcome outcome);

}  // namespace rolecall
