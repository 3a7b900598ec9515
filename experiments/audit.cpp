#include "experiments/audit.hpp"

#include <fmt/format.h>

#include "core/account_forest.hpp"
#include "core/error.hpp"
#include "core/profile.hpp"
#include "experiments/audit/table.hpp"

namespace rolecall {
namespace {

// A column that the audit reads, which only a file that was altered lacks.
template <class Column>
void require(const Attributes& attributes, const char* table, const char* name,
             const std::string& source) {
  const Attribute* found = find(attributes, name);
  if (found == nullptr || !std::holds_alternative<Column>(found->values))
    throw InputError({.file = source,
                      .field = fmt::format("{}/attributes/{}", table, name),
                      .what = "the column is missing, or not of the type it should have",
                      .remedy = "The file was altered: generate it again."});
}

Audited look_at(const World& world, const WorldSpec& spec) {
  Audited a{world, *world.truth, spec, tree_roots(world.accounts.parents), {}, {}, {}};
  const TextColumn& seniority =
      std::get<TextColumn>(find(world.people.attributes, "seniority")->values);
  for (std::size_t p = 0; p < world.people.size(); ++p) {
    const auto it = std::ranges::find(spec.personas, seniority[p], &WorldSpec::Persona::name);
    a.persona.push_back(static_cast<std::size_t>(it - spec.personas.begin()) %
                        spec.personas.size());
  }
  a.groups_of.assign(world.people.size(), 0);
  a.intent_of.assign(world.people.size(), 0);
  const Memberships& members = world.members;
  for (std::size_t g = 0; g < world.groups.size(); ++g)
    for (std::uint64_t m = members.offsets[g]; m < members.offsets[g + 1]; ++m) {
      if (m > members.offsets[g] && members.people[m] == members.people[m - 1]) continue;
      ++a.groups_of[members.people[m].index()];
      a.intent_of[members.people[m].index()] = a.truth.intent[g];
    }
  return a;
}

}  // namespace

bool AuditRow::is_within() const { return std::abs(made - asked) <= tolerance + 1e-12; }

std::vector<AuditRow> audit(const World& world, const std::string& source) {
  const Phase phase("audit");
  if (!world.truth)
    throw InputError({.file = source,
                      .field = "truth",
                      .what = "the world has no specification to compare with: it was imported, or "
                              "simulated",
                      .remedy = "Name worlds that rolecall generate made."});
  const WorldSpec spec = parse_world_spec(world.truth->specification, source, {});
  for (const char* name : {"department", "email_status", "employment", "seniority", "unsubscribed"})
    require<TextColumn>(world.people.attributes, "people", name, source);
  for (const char* name : {"country", "industry", "products"})
    require<TextColumn>(world.accounts.attributes, "accounts", name, source);
  for (const char* name : {"employees", "revenue"})
    require<std::vector<double>>(world.accounts.attributes, "accounts", name, source);
  const Audited audited = look_at(world, spec);
  AuditTable table;
  audit_accounts(audited, table);
  audit_people(audited, table);
  audit_groups(audited, table);
  audit_log(audited, table);
  return table.take();
}

}  // namespace rolecall
