#include <fmt/format.h>

#include "experiments/audit/table.hpp"

namespace rolecall {
namespace {

double with(const Audited& a, const char* column, std::string_view value) {
  const TextColumn& texts = std::get<TextColumn>(find(a.world.people.attributes, column)->values);
  std::size_t found = 0;
  for (std::size_t p = 0; p < texts.size(); ++p) found += texts[p] == value;
  return static_cast<double>(found);
}

// Contacts per account follow from employees alone, but for the rounding of a running sum.
void audit_contacts(const Audited& a, AuditTable& table) {
  const Accounts& accounts = a.world.accounts;
  const auto& employees =
      std::get<std::vector<double>>(find(accounts.attributes, "employees")->values);
  std::vector<double> weight, contacts(accounts.size(), 0);
  double total = 0;
  for (const double e : employees) {
    weight.push_back(std::pow(e, a.spec.people.contact_elasticity));
    total += weight.back();
  }
  for (const AccountId account : a.world.people.accounts)
    if (account) ++contacts[account.index()];
  const double each = a.world.people.size() >= accounts.size() ? 1 : 0;
  const double rest =
      static_cast<double>(a.world.people.size()) - each * static_cast<double>(accounts.size());
  double off = 0;
  for (std::size_t i = 0; i < accounts.size(); ++i)
    off += std::abs(contacts[i] - each - weight[i] / total * rest) > 1 + 1e-6;
  table.add("accounts with other contacts than their share", "accounts", 0, off, 0);
}

}  // namespace

void audit_people(const Audited& a, AuditTable& table) {
  const auto n = static_cast<double>(a.world.people.size());
  table.add("people", "people", static_cast<double>(a.spec.size.people), n, 0);
  audit_contacts(a, table);
  const auto by_share = [&](const char* column, const auto& items) {
    double total = 0;
    for (const auto& item : items) total += item.share;
    for (const auto& item : items)
      table.share("people: " + item.name, item.share / total, with(a, column, item.name), n);
  };
  by_share("seniority", a.spec.personas);
  by_share("department", a.spec.departments);
  table.share("people: contractors", a.spec.people.contractors, with(a, "employment", "contractor"),
              n);
  table.share("people: unsubscribed", a.spec.people.unsubscribed, with(a, "unsubscribed", "yes"),
              n);
  table.share("people: invalid e-mail", a.spec.people.invalid_email,
              with(a, "email_status", "invalid"), n);
  const auto of_kind = [&](std::uint8_t kind) {
    return static_cast<double>(std::ranges::count_if(
        a.truth.person_kind, [&](std::uint8_t k) { return (k & kind) != 0; }));
  };
  table.share("people: quiet", a.spec.activity.quiet, of_kind(quiet_person), n);
  table.share("people: bots", a.spec.machines.bots, of_kind(bot_person), n);
  table.share("people: prefetching client", a.spec.machines.prefetching, of_kind(prefetched_person),
              n);
}

}  // namespace rolecall
