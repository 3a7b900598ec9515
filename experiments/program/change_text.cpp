#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>

#include "core/error.hpp"
#include "experiments/program/explanation_parts.hpp"
#include "experiments/program/explanation_text.hpp"
#include "experiments/program/ledger_text.hpp"

namespace rolecall::program {
namespace {

std::string_view words_for(Cause cause) {
  switch (cause) {
    case Cause::newly_counted:
      return "Newly counted: days that entered the window";
    case Cause::expired:
      return "Expired: days that left the window";
    case Cause::ageing:
      return "Ageing of what stayed";
    case Cause::weight_scaling:
      return "Weight scaling: other types occurred in the tenant";
    case Cause::joined:
      return "Joined";
    case Cause::left:
      return "Left";
    case Cause::role_changed:
      return "Changed role";
    case Cause::role_denominator:
      return "Role weightings are divided by another sum";
    case Cause::aggregation:
      return "Other members share the role";
    case Cause::person_rescale:
      return "Person scaling: other people of the tenant moved";
    case Cause::group_rescale:
      return "Group scaling: other groups moved";
    case Cause::rounding:
      return "Rounding";
  }
  return {};
}

// Rows of one activity type of one member, days added up.
struct Part {
  std::uint64_t count = 0, counted = 0;
  BigFraction amount;
};

struct PersonPart {
  BigFraction amount;
  std::map<ActivityTypeId, Part> types;
};

template <class Key, class Value>
std::vector<std::pair<Key, Value>> largest_first(const std::map<Key, Value>& parts) {
  std::vector<std::pair<Key, Value>> sorted(parts.begin(), parts.end());
  std::ranges::stable_sort(sorted, std::ranges::greater{},
                           [](const auto& part) { return std::abs(part.second.amount.rounded()); });
  return sorted;
}

void add_cause(LedgerText& ledger, Cause cause, const std::vector<const ChangeRow*>& rows,
               const World& world) {
  BigFraction sum;
  std::map<std::pair<PersonId, RoleId>, PersonPart> people;
  for (const ChangeRow* row : rows) {
    sum += row->amount;
    if (row->person.is_none()) continue;
    PersonPart& person = people[{row->person, row->role}];
    person.amount += row->amount;
    if (row->type.is_none()) continue;
    Part& part = person.types[row->type];
    part.count += row->count;
    part.counted += row->counted;
    part.amount += row->amount;
  }
  ledger.add(0, std::string(words_for(cause)), {"", signed_amount(sum.rounded())});
  for (const auto& [key, person] : largest_first(people)) {
    const auto& [id, role] = key;
    ledger.add(1, fmt::format("{}, {}", world.people.ids[id.index()], world.roles[role.index()]),
               {"", signed_amount(person.amount.rounded())});
    for (const auto& [type, part] : largest_first(person.types))
      if (part.amount != BigFraction())
        ledger.add(2, std::string(world.activities.type_names[type.index()]),
                   {counted_text(part.counted, part.count), signed_amount(part.amount.rounded())});
  }
}

std::string window_text(const Explanation& e) {
  return e.created ? fmt::format("{} … {}", to_string(e.window.first), to_string(e.window.last))
                   : "none, as the group was not created yet";
}

}  // namespace

std::string to_text(const Change& change, const World& world, const Model& model) {
  const Explanation &then = change.before, &now = change.after;
  std::string text =
      fmt::format("{}: engagement {} on {}, {} on {}: {}\nwindows {} and {}; model {}\n\n",
                  printable(world.groups.ids[now.group.index()]), amount(then.engagement),
                  to_string(then.as_of), amount(now.engagement), to_string(now.as_of),
                  signed_amount(change.sum.rounded()), window_text(then), window_text(now),
                  printable(model.name));
  LedgerText ledger({"counted", "adds"});
  std::map<Cause, std::vector<const ChangeRow*>> causes;
  for (const ChangeRow& row : change.rows)
    if (row.amount != BigFraction()) causes[row.cause].push_back(&row);
  ledger.add(0, fmt::format("On {}", to_string(then.as_of)), {"", amount(then.engagement)});
  for (const auto& [cause, rows] : causes) add_cause(ledger, cause, rows, world);
  ledger.add(0, fmt::format("On {}", to_string(now.as_of)), {"", amount(now.engagement)});
  if (causes.empty()) text += "Nothing that counts has changed.\n";
  return text + ledger.text();
}

}  // namespace rolecall::program
