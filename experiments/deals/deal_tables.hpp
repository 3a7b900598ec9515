#pragma once

#include <optional>
#include <vector>

#include "results/table_file.hpp"
#include "scoring/deals/deal_scorer.hpp"
#include "scoring/deals/explain.hpp"

// What rules make of deals and their people, as tables.
namespace rolecall {

// One row per scored deal: deal_id, account_id, pipeline, stage, outcome and value as of its day,
// a column for each score, competitive (yes or no), as_of.
std::vector<TableColumn> deal_table(const DealScorer& scorer, const RuleScores& scores);

// One row per person: person_id, account_id, a column for each score of contacts, deals (open ones
// on the day that the person is one of the people of).
std::vector<TableColumn> contact_table(const DealScorer& scorer, const RuleScores& scores);

// One row per action fired: day, deal_id or person_id, action, what is done, cause.
std::vector<TableColumn> action_table(const DealScorer& scorer, ScoreLevel level,
                                      const RuleScores& scores);

// The scores of every day from `first` on which each was there, up to its as-of day: date, id, a
// column for each score; by id, then date. Throws InputError when there is nothing before that day.
std::vector<TableColumn> history_table(const DealScorer& scorer, ScoreLevel level,
                                       const RuleScores& scores, Day first);

// One row per line: score, day, rule, cause, change, state, points (that count), total (so far),
// units over scale; with `since`, before and difference too.
std::vector<TableColumn> explanation_table(const DealScorer& scorer, ScoreLevel level,
                                           const std::vector<ExplainedLine>& lines, bool since);

// One row per activity of a person that a rule of deals listens to: time, activity, score, rule,
// deal_id: one row for each deal fed; empty when it feeds none.
std::vector<TableColumn> feeds_table(const DealScorer& scorer, PersonId person);

// One row per pipeline, and one for all: open deals and their value, accounts, Herfindahl index,
// shares of the top 1, 5 and 10 accounts.
std::vector<TableColumn> concentration_table(const DealScorer& scorer, const RuleScores& scores);

}  // namespace rolecall
