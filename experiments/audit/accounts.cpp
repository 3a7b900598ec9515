#include <fmt/format.h>

#include "core/account_forest.hpp"
#include "experiments/audit/table.hpp"

namespace rolecall {
namespace {

// P(X < x) of a bounded Pareto.
double pareto_below(double alpha, double low, double high, double x) {
  if (x <= low) return 0;
  if (x >= high) return 1;
  return (1 - std::pow(low / x, alpha)) / (1 - std::pow(low / high, alpha));
}

const TextColumn& text(const Accounts& accounts, const char* name) {
  return std::get<TextColumn>(find(accounts.attributes, name)->values);
}
const std::vector<double>& numbers(const Accounts& accounts, const char* name) {
  return std::get<std::vector<double>>(find(accounts.attributes, name)->values);
}

void audit_sizes(const Audited& a, const std::vector<std::size_t>& family, AuditTable& table) {
  const auto& spec = a.spec.accounts;
  table.add("accounts", "accounts", static_cast<double>(a.spec.size.accounts),
            static_cast<double>(a.world.accounts.size()), 0);
  if (spec.levels > 1) {
    const auto families =
        static_cast<double>(std::ranges::count_if(family, [](auto f) { return f > 0; }));
    for (const std::size_t size : {1, 5, 20})
      table.share(fmt::format("families of at most {}", size),
                  pareto_below(spec.family_tail, 1, static_cast<double>(spec.largest_family) + 1,
                               static_cast<double>(size) + 1),
                  static_cast<double>(std::ranges::count_if(
                      family, [&](std::size_t f) { return f > 0 && f <= size; })),
                  families, 1 / families);  // the last family is cut
  }
  for (const double at : {40., 200., 2'000., 20'000.}) {
    const double asked =
        pareto_below(spec.employees_tail, static_cast<double>(spec.fewest_employees),
                     static_cast<double>(spec.most_employees) + 1, at + 1);
    if (asked > 0 && asked < 1)
      table.share(fmt::format("accounts of at most {:.0f} employees", at), asked,
                  static_cast<double>(std::ranges::count_if(numbers(a.world.accounts, "employees"),
                                                            [&](double e) { return e <= at; })),
                  static_cast<double>(a.world.accounts.size()));
  }
}

// Expected accounts of each level in a family of 1, 2, … accounts. A new account hangs below a
// uniform earlier one, or beside it on the last level: a linear recursion.
std::vector<std::vector<double>> expected_levels(std::size_t largest, std::size_t levels) {
  std::vector<std::vector<double>> expected{std::vector<double>(levels, 0)};
  expected.push_back(expected.front());
  expected[1][0] = 1;
  for (std::size_t n = 1; n < largest; ++n) {
    std::vector<double> next = expected.back();
    for (std::size_t l = 0; l < levels; ++l)
      next[std::min(l + 1, levels - 1)] += expected.back()[l] / static_cast<double>(n);
    expected.push_back(std::move(next));
  }
  return expected;
}

void audit_levels(const Audited& a, const std::vector<std::size_t>& family, AuditTable& table) {
  const std::size_t n = a.world.accounts.size(), levels = a.spec.accounts.levels;
  std::vector<std::size_t> level(n, 0);
  const std::vector<AccountId> order = children_first(a.world.accounts.parents);
  for (auto account = order.rbegin(); account != order.rend(); ++account)
    if (const AccountId parent = a.world.accounts.parents[account->index()])
      level[account->index()] = level[parent.index()] + 1;
  const std::size_t deepest = std::ranges::max(level) + 1;
  table.add(
      "accounts below the last level", "accounts", 0,
      static_cast<double>(std::ranges::count_if(level, [&](std::size_t l) { return l >= levels; })),
      0);
  if (levels < 2 || deepest > levels) return;
  std::vector<std::vector<double>> made(n, std::vector<double>(levels, 0));
  for (std::size_t i = 0; i < n; ++i) ++made[a.roots[i].index()][level[i]];
  const auto expected = expected_levels(std::ranges::max(family), levels);
  for (std::size_t l = 1; l < levels; ++l) {   // the first has the roots
    double asked = 0, found = 0, squares = 0;  // families differ from what is expected as they do
    for (std::size_t root = 0; root < n; ++root) {
      if (family[root] == 0) continue;
      const double off = made[root][l] - expected[family[root]][l];
      asked += expected[family[root]][l];
      found += made[root][l];
      squares += off * off;
    }
    const auto all = static_cast<double>(n);
    table.add(fmt::format("accounts on level {}", l + 1), "", asked / all, found / all,
              std::sqrt(squares + .25) / all);
  }
}

// What an account says of itself.
void audit_attributes(const Audited& a, AuditTable& table) {
  const Accounts& accounts = a.world.accounts;
  const auto n = static_cast<double>(accounts.size());
  const auto shares = [&](const char* column, const Shares& asked, auto counts, double of) {
    double total = 0;
    for (const auto& [name, share] : asked) total += share;
    for (const auto& [name, share] : asked) {
      double made = 0;
      for (std::size_t i = 0; i < accounts.size(); ++i)
        made += counts(i) && text(accounts, column)[i] == name;
      table.share(fmt::format("{}: {}", column, name), share / total, made, of);
    }
  };
  const auto roots = static_cast<double>(
      std::ranges::count_if(accounts.parents, [](AccountId parent) { return parent.is_none(); }));
  shares(
      "country", a.spec.accounts.countries, [](std::size_t) { return true; }, n);
  if (a.spec.accounts.levels > 1)  // a family shares its root's
    shares(
        "industry", a.spec.accounts.industries,
        [&](std::size_t i) { return accounts.parents[i].is_none(); }, roots);
  const auto& employees = numbers(accounts, "employees");
  const auto& revenue = numbers(accounts, "revenue");
  double small = 0;
  for (std::size_t i = 0; i < accounts.size(); ++i)
    small += revenue[i] <= employees[i] * a.spec.accounts.revenue_per_employee;
  if (a.spec.accounts.revenue_spread > 0)
    table.share("revenue per employee of at most the median", .5, small, n, 1e-3);
  double owned = 0;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const std::string_view products = text(accounts, "products")[i];
    owned += products.empty() ? 0 : static_cast<double>(std::ranges::count(products, ';')) + 1;
  }
  table.share("products owned, of those there are", a.spec.accounts.owns_product, owned,
              n * static_cast<double>(a.spec.solutions.size()));
}

}  // namespace

void audit_accounts(const Audited& a, AuditTable& table) {
  std::vector<std::size_t> family(a.world.accounts.size(), 0);
  for (const AccountId root : a.roots) ++family[root.index()];
  audit_sizes(a, family, table);
  audit_levels(a, family, table);
  audit_attributes(a, table);
}

}  // namespace rolecall
