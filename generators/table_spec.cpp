#include "generators/table_spec.hpp"

#include <algorithm>

namespace rolecall {

const std::vector<TableSpec>& table_specs() {
  static const std::vector<TableSpec> specs{
      {.name = "accounts",
       .in_bundle = Presence::required,
       .required = {"account_id"},
       .optional = {"parent_account_id"},
       .checked = {"ultimate_parent_account_id"},
       .described = {"name", "industry", "country", "revenue", "employees", "products"}},
      {.name = "people",
       .in_bundle = Presence::required,
       .required = {"person_id"},
       .also_in_bundle = {"account_id"},
       .described = {"title", "department", "seniority", "country"}},
      {.name = "groups",
       .in_bundle = Presence::required,
       .required = {"group_id", "account_id", "solution"},
       .optional = {"created"}},
      {.name = "members",
       .in_bundle = Presence::optional,
       .required = {"group_id", "person_id", "role"},
       .optional = {"source", "since", "until"}},
      {.name = "activities",
       .in_bundle = Presence::required,
       .required = {"person_id", "activity", "time"},
       .optional = {"count"}},
      {.name = "outcomes",
       .in_bundle = Presence::optional,
       .required = {"group_id", "outcome"},
       .optional = {"date", "value"}},
      {.name = "deals",
       .in_bundle = Presence::optional,
       .required = {"deal_id"},
       .optional = {"account_id", "solution", "pipeline", "stage", "opened", "closed", "value",
                    "outcome"}},
      {.name = "deal_contacts",
       .in_bundle = Presence::optional,
       .required = {"deal_id", "person_id"},
       .optional = {"role"}},
      {.name = "deal_events",
       .in_bundle = Presence::optional,
       .required = {"deal_id", "event", "time"},
       .optional = {"detail"}}};
  return specs;
}

const TableSpec* find_table_spec(std::string_view name) {
  const auto found = std::ranges::find(table_specs(), name, &TableSpec::name);
  return found == table_specs().end() ? nullptr : &*found;
}

}  // namespace rolecall
