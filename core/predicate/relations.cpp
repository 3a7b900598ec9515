#include "core/predicate/relations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "core/predicate/text_match.hpp"
#include "core/predicate/world_subjects.hpp"

namespace rolecall {
namespace {

// The rows of a table by the row of another that each belongs to; offsets as in Memberships.
struct Inverse {
  std::vector<std::uint32_t> offsets, rows;
};

template <class OwnerOf>
std::shared_ptr<const Inverse> invert(std::size_t owners, std::size_t rows, OwnerOf owner_of) {
  auto inverse = std::make_shared<Inverse>();
  inverse->offsets.assign(owners + 1, 0);
  for (std::size_t r = 0; r < rows; ++r)
    if (const std::uint32_t owner = owner_of(r); owner != no_row) ++inverse->offsets[owner + 1];
  for (std::size_t o = 0; o < owners; ++o) inverse->offsets[o + 1] += inverse->offsets[o];
  inverse->rows.resize(inverse->offsets.back());
  std::vector<std::uint32_t> next(inverse->offsets.begin(), inverse->offsets.end() - 1);
  for (std::size_t r = 0; r < rows; ++r)
    if (const std::uint32_t owner = owner_of(r); owner != no_row)
      inverse->rows[next[owner]++] = static_cast<std::uint32_t>(r);
  return inverse;
}

std::uint32_t row_of(AccountId account) {
  return account ? static_cast<std::uint32_t>(account.index()) : no_row;
}

// Whether what begins at a time, or nobody knows when, is there on a day.
bool is_there(Timestamp begins, Day day, DayBoundary& boundary) {
  return begins.is_missing() || boundary.day_of(begins) <= day;
}

bool any_known(const std::vector<Timestamp>& times) {
  return std::ranges::any_of(times, [](Timestamp t) { return !t.is_missing(); });
}

// Rows that begin after the day are not there yet; null: all were there all along.
Relation by_account(std::string other, const World& world, const std::vector<AccountId>& accounts,
                    const std::vector<Timestamp>* begins, const DayBoundary& boundary,
                    std::function<SubjectPtr()> subject) {
  const auto inverse = invert(world.accounts.size(), accounts.size(),
                              [&](std::size_t r) { return row_of(accounts[r]); });
  return {
      .other = std::move(other),
      .others =
          [inverse, begins, boundary](std::uint32_t row, Day day, std::vector<std::uint32_t>& out) {
            DayBoundary own = boundary;
            for (std::uint32_t i = inverse->offsets[row]; i < inverse->offsets[row + 1]; ++i) {
              const std::uint32_t found = inverse->rows[i];
              if (begins == nullptr || is_there((*begins)[found], day, own)) out.push_back(found);
            }
          },
      .changes_with_day = begins != nullptr && any_known(*begins),
      .subject = std::move(subject)};
}

// Whether row m of the memberships holds on a day.
bool holds_on(const Memberships& members, std::size_t m, Day day, DayBoundary& boundary) {
  return (members.since[m].is_missing() || boundary.day_of(members.since[m]) <= day) &&
         (members.until[m].is_missing() || day <= boundary.day_of(members.until[m]));
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
                  if ((all || roles[m.roles[i].index()] != 0) && holds_on(m, i, day, own))
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
  const auto rows = invert(world.people.size(), m.size(), [&](std::size_t i) {
    return static_cast<std::uint32_t>(m.people[i].index());
  });
  return {.other = "group",
          .others =
              [&m, &created = world.groups.created, groups, rows, boundary](
                  std::uint32_t person, Day day, std::vector<std::uint32_t>& out) {
                DayBoundary own = boundary;
                for (std::size_t i = rows->offsets[person]; i < rows->offsets[person + 1]; ++i)
                  if (const std::uint32_t group = (*groups)[rows->rows[i]];
                      holds_on(m, rows->rows[i], day, own) && is_there(created[group], day, own))
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
