#include "core/predicate/relations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "core/error.hpp"
#include "core/inverse.hpp"
#include "core/predicate/text_match.hpp"
#include "core/predicate/world_subjects.hpp"

namespace rolecall {
namespace {

using RowsOf = Inverse<std::uint32_t>;

std::uint32_t row_of(AccountId account) {
  return account ? static_cast<std::uint32_t>(account.index()) : no_row;
}

// Whether what begins at a time, or nobody knows when, is there on a day.
bool is_there(Timestamp begins, Day day, DayBoundary& boundary) {
  return boundary.is_within(begins, Timestamp{}, day);
}

bool any_known(const std::vector<Timestamp>& times) {
  return std::ranges::any_of(times, [](Timestamp t) { return !t.is_missing(); });
}

// Rows that begin after the day are not there yet; null: all were there all along.
Relation by_account(std::string other, const World& world, const std::vector<AccountId>& accounts,
                    const std::vector<Timestamp>* begins, const DayBoundary& boundary,
                    std::function<SubjectPtr()> subject) {
  const auto inverse = std::make_shared<const RowsOf>(invert<std::uint32_t>(
      world.accounts.size(), accounts.size(), [&](std::size_t r) { return accounts[r]; }));
  return {
      .other = std::move(other),
      .others =
          [inverse, begins, boundary](std::uint32_t row, Day day, std::vector<std::uint32_t>& out) {
            DayBoundary own = boundary;
            for (const std::uint32_t found : inverse->of(row))
              if (begins == nullptr || is_there((*begins)[found], day, own)) out.push_back(found);
          },
      .changes_with_day = begins != nullptr && any_known(*begins),
      .subject = std::move(subject)};
}

void append_once(std::vector<std::uint32_t>& out, std::size_t other) {
  const auto row = static_cast<std::uint32_t>(other);
  if (out.empty() || out.back() != row) out.push_back(row);
}

// By RoleId: whether it is one of those asked for.
using Roles = std::vector<std::uint8_t>;

// The members of each group on a day, or those in some roles.
Relation members(const World& world, const DayBoundary& boundary, const Roles* roles) {
  return {.other = "member",
          .others =
              [&m = world.members, boundary, all = roles == nullptr,
               roles = roles == nullptr ? Roles{} : *roles](std::uint32_t row, Day day,
                                                            std::vector<std::uint32_t>& out) {
                DayBoundary own = boundary;
                if (m.size() == 0) return;
                for (std::size_t i = m.offsets[row]; i < m.offsets[row + 1]; ++i)
                  if ((all || roles[m.roles[i].index()] != 0) && is_active(m, i, day, own))
                    append_once(out, m.people[i].index());
              },
          .changes_with_day = any_known(world.members.since) || any_known(world.members.until),
          .subject = [&world, boundary] { return person_subject(world, boundary); }};
}

// The contacts of each deal, or those in some roles. Without roles, a deal that has none has the
// people of its account.
Relation contacts(const World& world, const DayBoundary& boundary, const Roles* roles) {
  Relation relation{.other = "contact",
                    .subject = [&world, boundary] { return person_subject(world, boundary); }};
  const DealContacts& c = world.deal_contacts;
  if (roles != nullptr) {
    relation.others = [&c, roles = *roles](std::uint32_t row, Day,
                                           std::vector<std::uint32_t>& out) {
      if (c.size() == 0) return;
      for (std::size_t i = c.offsets[row]; i < c.offsets[row + 1]; ++i)
        if (c.roles[i] && roles[c.roles[i].index()] != 0) append_once(out, c.people[i].index());
    };
    return relation;
  }
  relation.others = [&c, of_account = people_of_accounts(world, boundary).others,
                     &accounts = world.deals.accounts](std::uint32_t row, Day day,
                                                       std::vector<std::uint32_t>& out) {
    const bool has_contacts = c.size() > 0 && c.offsets[row] < c.offsets[row + 1];
    if (!has_contacts && accounts[row]) return of_account(row_of(accounts[row]), day, out);
    for (std::size_t i = has_contacts ? c.offsets[row] : 0;
         i < (has_contacts ? c.offsets[row + 1] : 0); ++i)
      append_once(out, c.people[i].index());
  };
  return relation;
}

}  // namespace

Relation people_of_accounts(const World& world, const DayBoundary& boundary) {
  return by_account("person", world, world.people.accounts, nullptr, boundary,
                    [&world, boundary] { return person_subject(world, boundary); });
}

Relation groups_of_accounts(const World& world, const DayBoundary& boundary) {
  return by_account("group", world, world.groups.accounts, &world.groups.created, boundary,
                    [&world, boundary] { return group_subject(world, boundary); });
}

Relation deals_of_accounts(const World& world, const DayBoundary& boundary) {
  return by_account("deal", world, world.deals.accounts, &world.deals.opened, boundary,
                    [&world, boundary] { return deal_subject(world, boundary); });
}

Relation members_of_groups(const World& world, const DayBoundary& boundary) {
  return members(world, boundary, nullptr);
}
Relation members_in_roles(const World& world, const DayBoundary& boundary,
                          const std::vector<std::uint8_t>& roles) {
  return members(world, boundary, &roles);
}
Relation contacts_of_deals(const World& world, const DayBoundary& boundary) {
  return contacts(world, boundary, nullptr);
}
Relation contacts_in_roles(const World& world, const DayBoundary& boundary,
                           const std::vector<std::uint8_t>& roles) {
  return contacts(world, boundary, &roles);
}

Relation groups_of_people(const World& world, const DayBoundary& boundary) {
  const Memberships& m = world.members;
  const auto groups = std::make_shared<std::vector<std::uint32_t>>(m.size());  // of each row
  for (std::size_t g = 0; g + 1 < m.offsets.size(); ++g)
    for (std::size_t i = m.offsets[g]; i < m.offsets[g + 1]; ++i)
      (*groups)[i] = static_cast<std::uint32_t>(g);
  const auto rows = std::make_shared<const RowsOf>(invert<std::uint32_t>(
      world.people.size(), m.size(), [&](std::size_t i) { return m.people[i]; }));
  return {.other = "group",
          .others =
              [&m, &created = world.groups.created, groups, rows, boundary](
                  std::uint32_t person, Day day, std::vector<std::uint32_t>& out) {
                DayBoundary own = boundary;
                for (const std::uint32_t row : rows->of(person))
                  if (const std::uint32_t group = (*groups)[row];
                      is_active(m, row, day, own) && is_there(created[group], day, own))
                    append_once(out, group);
              },
          .changes_with_day = members_of_groups(world, boundary).changes_with_day ||
                              any_known(world.groups.created),
          .subject = [&world, boundary] { return group_subject(world, boundary); }};
}

SubjectFunction count_function(
    const World& world, std::string name, const Relation& all,
    std::function<Relation(const std::vector<std::uint8_t>& roles)> in_roles) {
  const std::string usage =
      fmt::format("{0}(\"Influencer\"), {0}(condition on the person) or {0}()", name);
  return {name, usage,
          [&world, all, in_roles = std::move(in_roles)](std::span<const Argument> arguments) {
            if (arguments.empty()) return count_column(all, nullptr);
            if (arguments.size() > 1) throw BadArgument{1, "one argument is enough"};
            if (const auto* condition = std::get_if<Predicate>(&arguments[0]))
              return count_column(all, condition);
            const auto* role = std::get_if<std::string>(&arguments[0]);
            if (role == nullptr)
              throw BadArgument{0, "a role in quotes, or a condition is expected here"};
            std::vector<std::string> known;
            Roles asked(world.roles.size(), 0);
            for (std::size_t r = 0; r < world.roles.size(); ++r) {
              asked[r] = same_text(world.roles[r], *role) ? 1 : 0;
              known.emplace_back(world.roles[r]);
            }
            Column column = count_column(in_roles(asked), nullptr);
            if (std::ranges::find(asked, 1) == asked.end())
              column.warning = fmt::format("nobody has the role '{}'. {}", printable(*role),
                                           suggest(*role, known));
            return column;
          }};
}

}  // namespace rolecall
