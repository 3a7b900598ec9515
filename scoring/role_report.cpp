#include "scoring/role_report.hpp"

#include <numeric>

#include "core/profile.hpp"
#include "scoring/role_conditions.hpp"

namespace rolecall {
namespace {

TextColumn personas_of(const World& world, const Model& model, Rows people, Day as_of) {
  TextColumn result;
  std::vector<std::string_view> names(people.size());
  const SubjectPtr subject = person_subject(world, model);  // the names are views into it
  if (!model.personas.empty()) {
    const Column& column = subject->fields.front().column;  // persona
    column.prepare(as_of);
    std::get<FillTexts>(column.fill)(people, names);
  }
  for (const std::string_view name : names) result.push_back(name);
  return result;
}

}  // namespace

RoleReport report_roles(const World& world, const Model& model, const RolesTemplate& source,
                        Day as_of) {
  const Phase phase("report roles");
  std::vector<std::uint32_t> people(world.people.size());
  std::iota(people.begin(), people.end(), 0U);
  RoleConditions conditions(world, model, source);
  RoleReport report;
  report.card = conditions.cards(people, as_of);
  report.persona = personas_of(world, model, people, as_of);
  report.people.assign(source.roles.size(), 0);
  for (const std::int8_t card : report.card)
    ++(card == RoleReport::no_card ? report.without_card
                                   : report.people[static_cast<std::size_t>(card)]);
  report.warnings = conditions.warnings();
  return report;
}

bool roles_change_with_day(const World& world, const Model& model, const RolesTemplate& source) {
  return RoleConditions(world, model, source).changes_with_day();
}

}  // namespace rolecall
