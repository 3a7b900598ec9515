#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/world.hpp"
#include "experiments/audit.hpp"
#include "generators/world_spec.hpp"

// Private to the audit: rows as they are put down, and its parts.
namespace rolecall {

class AuditTable {
 public:
  // What chance does to a figure has this standard deviation; 0: nothing.
  void add(std::string quantity, std::string unit, double asked, double made, double deviation) {
    rows_.push_back({std::move(quantity), std::move(unit), asked, made, deviations * deviation});
  }

  // `made` of `n`, each with the chance `asked`; nothing to say of none. `slack` is further room,
  // for what is known to be left out of `asked`.
  void share(std::string quantity, double asked, double made, double n, double slack = 0) {
    if (n <= 0) return;
    add(std::move(quantity), "", asked, made / n,
        std::sqrt(std::max(asked * (1 - asked), 1 / n) / n) + slack / deviations);
  }

  std::vector<AuditRow> take() { return std::move(rows_); }

  static constexpr double deviations = 4;  // 100 rows: a false alarm in one world of 150

 private:
  std::vector<AuditRow> rows_;
};

// A generated world as its auditors see it.
struct Audited {
  const World& world;
  const Truth& truth;
  const WorldSpec& spec;
  std::vector<AccountId> roots;          // by account
  std::vector<std::size_t> persona;      // by person: index into the specification's
  std::vector<std::uint32_t> groups_of;  // by person: how many they are in
  std::vector<double> intent_of;         // by person: of a group they are in
};

void audit_accounts(const Audited& a, AuditTable& table);
void audit_people(const Audited& a, AuditTable& table);
void audit_groups(const Audited& a, AuditTable& table);
void audit_log(const Audited& a, AuditTable& table);

}  // namespace rolecall
