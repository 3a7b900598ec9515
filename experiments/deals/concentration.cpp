#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "experiments/deals/deal_tables.hpp"

namespace rolecall {
namespace {

// Open value by account; that of deals without an account stands apart.
struct Concentration {
  std::int64_t deals = 0;
  double value = 0, without_account = 0;
  std::map<std::size_t, double> by_account = {};

  void add(AccountId account, double worth) {
    ++deals;
    if (std::isnan(worth)) return;
    if (account)
      value += worth, by_account[account.index()] += worth;
    else
      without_account += worth;
  }

  // Σ of squared shares: 1 / n when n accounts share evenly, 1 when one has all.
  double herfindahl() const {
    double sum = 0;
    for (const auto& [account, worth] : by_account) sum += (worth / value) * (worth / value);
    return by_account.empty() ? std::nan("") : sum;
  }

  double top_share(std::size_t n) const {
    std::vector<double> worths;
    for (const auto& [account, worth] : by_account) worths.push_back(worth);
    std::ranges::sort(worths, std::greater<>());
    double sum = 0;
    for (std::size_t i = 0; i < std::min(n, worths.size()); ++i) sum += worths[i];
    return worths.empty() ? std::nan("") : sum / value;
  }
};

}  // namespace

std::vector<TableColumn> concentration_table(const DealScorer& scorer, const RuleScores& scores) {
  std::map<std::string, Concentration> by_pipeline;
  Concentration all;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const DealId deal{scores.rows[i]};
    const Day day = scorer.as_of(deal).value_or(scores.days[i]);
    if (scorer.facts().outcome_on(deal, day) != Outcome::open) continue;
    const AccountId account = scorer.world().deals.accounts[deal.index()];
    const double worth = scorer.facts().value_on(deal, day);
    all.add(account, worth);
    by_pipeline[std::string(scorer.facts().pipeline_on(deal, day))].add(account, worth);
  }
  TextColumn names;
  std::vector<std::int64_t> deals, accounts;
  std::vector<double> value, without, herfindahl, top1, top5, top10;
  const auto add = [&](const std::string& name, const Concentration& c) {
    names.push_back(name);
    deals.push_back(c.deals);
    accounts.push_back(static_cast<std::int64_t>(c.by_account.size()));
    value.push_back(c.value);
    without.push_back(c.without_account);
    herfindahl.push_back(c.herfindahl());
    top1.push_back(c.top_share(1));
    top5.push_back(c.top_share(5));
    top10.push_back(c.top_share(10));
  };
  for (const auto& [name, c] : by_pipeline)
    if (by_pipeline.size() > 1 || !name.empty()) add(name, c);
  add("*", all);
  return {{"pipeline", std::move(names), "", "* is all of them"},
          {"open_deals", std::move(deals), "deals", ""},
          {"open_value", std::move(value), "", "of accounts, as far as it is known"},
          {"without_account", std::move(without), "", "open value of deals without an account"},
          {"accounts", std::move(accounts), "accounts", "with open value"},
          {"herfindahl", std::move(herfindahl), "1", "sum of squared shares of open value"},
          {"top_1", std::move(top1), "1", "share of open value in the top account"},
          {"top_5", std::move(top5), "1", "in the top 5"},
          {"top_10", std::move(top10), "1", "in the top 10"}};
}

}  // namespace rolecall
