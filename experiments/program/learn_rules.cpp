#include "experiments/program/learn_rules.hpp"

#include "core/error.hpp"
#include "core/predicate/filter.hpp"
#include "core/predicate/world_subjects.hpp"
#include "scoring/deals/deal_facts.hpp"

namespace rolecall::program {

std::string learn_rules(const World& world, const AsOf& as_of, const std::string& where,
                        const NaiveBayesOptions& options, const Session& session) {
  if (as_of.anchor != AsOf::Anchor::date)
    throw InputError({.field = "--as-of",
                      .value = to_string(as_of),
                      .what = "rules are learnt from what was known on one day",
                      .remedy = "Give --as-of a date."});
  const DealFacts facts(world, DayBoundary());
  const SubjectPtr subject = deal_subject(world);
  std::vector<std::uint8_t> wanted(world.deals.size(), 1);
  if (!where.empty()) {
    Filter filter(Predicate::parse(where, {.field = "--where"}), *subject);
    for (const std::string& warning : filter.warnings()) session.warn(warning);
    wanted = filter.holds(as_of.date);
  }
  std::vector<std::uint32_t> deals;
  std::vector<std::uint8_t> won;
  for (std::uint32_t d = 0; d < world.deals.size(); ++d) {
    const Outcome outcome = facts.outcome_on(DealId{d}, as_of.date);
    if (!wanted[d] || (outcome != Outcome::won && outcome != Outcome::lost)) continue;
    deals.push_back(d);
    won.push_back(outcome == Outcome::won ? 1 : 0);
  }
  return learn_naive_bayes(world, *subject, as_of.date, deals, won, options);
}

}  // namespace rolecall::program
