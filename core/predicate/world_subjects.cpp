#include "core/predicate/world_subjects.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/deal_state.hpp"
#include "core/predicate/columns.hpp"
#include "core/predicate/hierarchy.hpp"
#include "core/predicate/history.hpp"
#include "core/predicate/relations.hpp"
#include "core/predicate/text_match.hpp"

namespace rolecall {
namespace {

SubjectOwner account_owner(const World& world, const DayBoundary& boundary,
                           const std::vector<AccountId>& accounts) {
  return {"account", account_subject(world, boundary), [&accounts](std::uint32_t row) {
            return accounts[row] ? static_cast<std::uint32_t>(accounts[row].index()) : no_row;
          }};
}

// Whether a list such as "CRM;ERP" has a product.
bool lists(std::string_view list, std::string_view sought) {
  while (!list.empty()) {
    std::string_view item = list.substr(0, list.find(';'));
    list.remove_prefix(std::min(list.size(), item.size() + 1));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (same_text(item, sought)) return true;
  }
  return false;
}

SubjectFunction owns_function(const Accounts& accounts) {
  return {"owns", "owns(\"Product\")", [&accounts](std::span<const Argument> arguments) {
            if (arguments.size() != 1 || !std::holds_alternative<std::string>(arguments[0]))
              throw BadArgument{0, "the name of a product is expected here, in quotes"};
            const Attribute* products = find(accounts.attributes, "products");
            const auto* texts =
                products == nullptr ? nullptr : std::get_if<TextColumn>(&products->values);
            if (texts == nullptr)
              throw BadArgument{1, "the accounts of this world have no column products",
                                "Add it: names separated by semicolons."};
            return truth_column([texts, product = std::get<std::string>(arguments[0])](
                                    std::uint32_t row) { return lists((*texts)[row], product); });
          }};
}

// Adds count and days_since, over the people of a relation.
void add_history(Subject& subject, const World& world, const DayBoundary& boundary, PeopleOf people,
                 std::function<SubjectPtr()> itself) {
  for (SubjectFunction& function :
       history_functions(world, boundary, std::move(people), std::move(itself)))
    subject.functions.push_back(std::move(function));
}

}  // namespace

SubjectPtr account_subject(const World& world, const DayBoundary& boundary) {
  const Accounts& accounts = world.accounts;
  const auto itself = [&world, boundary] { return account_subject(world, boundary); };
  Subject subject{
      .what = "account", .rows = accounts.size(), .fields = {}, .functions = {}, .owners = {}};
  subject.fields.push_back({"account_id", text_column(accounts.ids)});
  subject.fields.push_back({"parent_account_id", name_column(accounts.ids, accounts.parents)});
  const auto depth = std::make_shared<const std::vector<double>>(depths(accounts));
  subject.fields.push_back(
      {"depth", number_column([depth](std::uint32_t row) { return (*depth)[row]; })});
  add_attributes(subject.fields, accounts.attributes);
  subject.functions = hierarchy_functions(accounts, itself);
  subject.functions.push_back(owns_function(accounts));
  // Relations are found when a predicate asks for them: they cost a pass over their table.
  const auto any = [&](std::string name, auto relation) {
    subject.functions.push_back({"any_" + name, "any_" + name + "(condition on the " + name + ")",
                                 [&world, boundary, relation](std::span<const Argument> arguments) {
                                   return any_function(relation(world, boundary)).bind(arguments);
                                 }});
  };
  any("person", people_of_accounts);
  any("group", groups_of_accounts);
  any("deal", deals_of_accounts);
  subject.functions.push_back({"people", "people() or people(condition on the person)",
                               [&world, boundary](std::span<const Argument> arguments) {
                                 const Relation people = people_of_accounts(world, boundary);
                                 if (arguments.empty()) return count_column(people, nullptr);
                                 if (arguments.size() > 1 ||
                                     !std::holds_alternative<Predicate>(arguments[0]))
                                   throw BadArgument{0, "one condition is expected here"};
                                 return count_column(people, &std::get<Predicate>(arguments[0]));
                               }});
  const auto history = [&world, boundary, itself](std::size_t which) {
    return [&world, boundary, itself, which](std::span<const Argument> arguments) {
      return history_functions(world, boundary, people_of_accounts(world, boundary).others,
                               itself)[which]
          .bind(arguments);
    };
  };
  subject.functions.push_back({"count", "count(\"Open Email\", last 14 days)", history(0)});
  subject.functions.push_back({"days_since", "days_since(\"Open Email\")", history(1)});
  return std::make_shared<const Subject>(std::move(subject));
}

SubjectPtr person_subject(const World& world, const DayBoundary& boundary) {
  const auto itself = [&world, boundary] { return person_subject(world, boundary); };
  Subject subject{
      .what = "person", .rows = world.people.size(), .fields = {}, .functions = {}, .owners = {}};
  subject.fields.push_back({"person_id", text_column(world.people.ids)});
  add_attributes(subject.fields, world.people.attributes);
  add_history(
      subject, world, boundary,
      [](std::uint32_t row, Day, std::vector<std::uint32_t>& out) { out.push_back(row); }, itself);
  subject.functions.push_back(
      {"any_group", "any_group(condition on the group)",
       [&world, boundary](std::span<const Argument> arguments) {
         return any_function(groups_of_people(world, boundary)).bind(arguments);
       }});
  subject.owners.push_back(account_owner(world, boundary, world.people.accounts));
  return std::make_shared<const Subject>(std::move(subject));
}

SubjectPtr group_subject(const World& world, const DayBoundary& boundary) {
  const Groups& groups = world.groups;
  const auto itself = [&world, boundary] { return group_subject(world, boundary); };
  Subject subject{
      .what = "group", .rows = groups.size(), .fields = {}, .functions = {}, .owners = {}};
  subject.fields.push_back({"group_id", text_column(groups.ids)});
  subject.fields.push_back({"solution", name_column(world.solutions, groups.solutions)});
  subject.fields.push_back({"created", day_column(groups.created, boundary)});
  if (!world.outcomes.outcome.empty()) {
    const Outcomes& o = world.outcomes;
    const auto ahead = [&o, boundary](std::uint32_t row, Day as_of) {
      DayBoundary own = boundary;
      return !o.date[row].is_missing() && own.day_of(o.date[row]) > as_of;
    };
    subject.fields.push_back(
        {"outcome", text_column_as_of([&o, ahead](std::uint32_t row, Day as_of) {
           return to_string(ahead(row, as_of) ? Outcome::open : o.outcome[row]);
         })});
    subject.fields.push_back(
        {"value", number_column_as_of([&o, ahead](std::uint32_t row, Day as_of) {
           return ahead(row, as_of) ? std::nan("") : o.value[row];
         })});
  }
  add_attributes(subject.fields, groups.attributes);
  const Relation members = members_of_groups(world, boundary);
  subject.functions.push_back(count_function(
      world, "members", members, [&world, boundary](const std::vector<std::uint8_t>& roles) {
        return members_in_roles(world, boundary, roles);
      }));
  subject.functions.push_back(any_function(members));
  add_history(subject, world, boundary, members.others, itself);
  subject.owners.push_back(account_owner(world, boundary, groups.accounts));
  return std::make_shared<const Subject>(std::move(subject));
}

SubjectPtr deal_subject(const World& world, const DayBoundary& boundary) {
  const Deals& deals = world.deals;
  const auto itself = [&world, boundary] { return deal_subject(world, boundary); };
  Subject subject{
      .what = "deal", .rows = deals.size(), .fields = {}, .functions = {}, .owners = {}};
  subject.fields.push_back({"deal_id", text_column(deals.ids)});
  subject.fields.push_back({"solution", name_column(world.solutions, deals.solutions)});
  const auto of_that_day = [&](std::string name, auto of) {
    subject.fields.push_back(
        {std::move(name), text_column_as_of([&world, boundary, of](std::uint32_t row, Day as_of) {
           DayBoundary own = boundary;
           return of(world, row, as_of, own);
         })});
  };
  of_that_day("stage", stage_on);
  of_that_day("pipeline", pipeline_on);
  of_that_day("outcome", [](const World& w, std::size_t row, Day as_of, DayBoundary& own) {
    return to_string(outcome_on(w.deals, row, as_of, own));
  });
  subject.fields.push_back({"opened", day_column(deals.opened, boundary)});
  // What is recorded of its end is not known before.
  subject.fields.push_back(
      {"closed", day_column_as_of([&deals, boundary](std::uint32_t row, Day as_of) {
         DayBoundary own = boundary;
         return closes_after(deals, row, as_of, own) ? std::nan("")
                                                     : as_number(deals.closed[row], own);
       })});
  subject.fields.push_back(
      {"value", number_column_as_of([&deals, boundary](std::uint32_t row, Day as_of) {
         DayBoundary own = boundary;
         return value_on(deals, row, as_of, own);
       })});
  subject.fields.push_back(
      {"days_in_stage", number_column_as_of([&world, boundary](std::uint32_t row, Day as_of) {
         DayBoundary own = boundary;
         return as_number(as_of) - as_number(in_stage_since(world, row, as_of, own), own);
       })});
  add_attributes(subject.fields, deals.attributes);
  const Relation contacts = contacts_of_deals(world, boundary);
  subject.functions.push_back(count_function(
      world, "contacts", contacts, [&world, boundary](const std::vector<std::uint8_t>& roles) {
        return contacts_in_roles(world, boundary, roles);
      }));
  subject.functions.push_back(any_function(contacts));
  add_history(subject, world, boundary, contacts.others, itself);
  subject.owners.push_back(account_owner(world, boundary, deals.accounts));
  return std::make_shared<const Subject>(std::move(subject));
}

}  // namespace rolecall
