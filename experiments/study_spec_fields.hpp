#pragma once

#include <string_view>

#include "core/field_info.hpp"
#include "experiments/study_spec.hpp"

// Every key of a study beside its search space and constraints: one list, from which files are
// read, written and explained.
namespace rolecall {

template <SectionOf<StudySpec::World> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"file", "", "a world.h5 or the folder of a CSV bundle; empty: a world is made"},
        s.file);
  visit(FieldInfo{"spec", "", "a world specification to make it from; empty: a preset"}, s.spec);
  visit(FieldInfo{"preset", "", "small, medium or large; what spec leaves out is from it"},
        s.preset);
  visit(FieldInfo{"seed", "", "of the world that is made; 0: that of spec, or 1", 0,
                  static_cast<double>(largest_seed)},
        s.seed);
  visit(FieldInfo{"set", "",
                  "keys of the world specification to change, such as \"machines.bots = 0\" (see "
                  "rolecall generate --print-spec)"},
        s.set);
}

template <SectionOf<StudySpec::Worlds> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"seeds", "worlds",
                  "how many of each, seeded world.seed, world.seed + 1 …, of kinds that make "
                  "worlds",
                  1, 100'000},
        s.seeds);
  visit(FieldInfo{"accounts", "accounts",
                  "sizes of worlds to try, people and activities in proportion; of bg-nbd the "
                  "customers. Empty: the size of the world"},
        s.accounts);
  visit(FieldInfo{"vary", "",
                  "of a sweep: numbers of the world specification that differ between worlds, such "
                  "as machines.bots; of group-size: those of the scenario"},
        s.vary);
  visit(FieldInfo{"values", "", "what the first of them takes"}, s.values);
  visit(FieldInfo{"factors", "", "what each is of that value; empty: 1"}, s.factors);
  visit(
      FieldInfo{"effect", "", "of a power study: the true difference of AUC to be seen", 1e-4, .5},
      s.effect);
}

template <SectionOf<StudySpec::Simulation> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"scenarios", "", "names of built-in scenarios, or files"}, s.scenarios);
  visit(FieldInfo{"set", "",
                  "keys of all of them to change, such as \"paid_social.enabled = true\" (see "
                  "rolecall scenarios NAME)"},
        s.set);
}

template <SectionOf<StudySpec::Model> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(
      FieldInfo{
          "base", "",
          "the model that is tuned, the default to beat: a name, a file, or vendor or truth, which "
          "a generated world comes with"},
      s.base);
  visit(
      FieldInfo{"activities", "",
                "activity weights, cap, window and decay of the base model. base: its own; truth: "
                "the true ones where they are known, so that what is searched alone is in "
                "question"},
      s.activities);
  visit(FieldInfo{"as_of", "", "the day each group is scored, before its outcome is known"},
        s.as_of);
  visit(FieldInfo{"against", "",
                  "further models to compare, beside the base model and the simple ones: names, "
                  "files, truth"},
        s.against);
}

template <SectionOf<StudySpec::Search> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(
      FieldInfo{
          "method", "",
          "grid: all combinations of listed values, and of `steps` values of each range; random: "
          "uniform; sobol, latin-hypercube: more even than chance; refine: a third at random, the "
          "rest in rounds around the best so far; halving: many on a small sample of account "
          "trees, the best of them on larger ones; nelder-mead, subplex, bobyqa, cobyla, direct, "
          "crs2: of NLopt, without derivatives; logistic: penalised logistic regression of the "
          "outcome on capped counts; external: proposals on standard input, see "
          "docs/studies.md"},
      s.method);
  visit(FieldInfo{"candidates", "models",
                  "the budget: how many to try, of all but grid and logistic", 1, 1e7},
        s.candidates);
  visit(FieldInfo{"objective", "",
                  "what makes a candidate better: auc, pr_auc, lift_at_5, lift_at_10, lift_at_20, "
                  "ndcg, or profit of the hand-off"},
        s.objective);
  visit(FieldInfo{"steps", "values", "of a range in a grid", 2, 1'000}, s.steps);
  visit(FieldInfo{"eta", "", "halving: each round keeps one of eta and takes eta times the sample",
                  1.5, 100},
        s.eta);
  visit(FieldInfo{"ridge", "",
                  "logistic: penalty on squared coefficients of standardised counts, as a share of "
                  "the number of groups",
                  0, 1e6},
        s.ridge);
  visit(FieldInfo{"non_negative", "", "logistic: no weight below 0"}, s.non_negative);
  visit(FieldInfo{"methods", "", "of a tuners study: those to compare at the same budget"},
        s.methods);
  visit(FieldInfo{"seed", "", "of methods that draw", 0, static_cast<double>(largest_seed)},
        s.seed);
}

template <SectionOf<StudySpec::Validation> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"split", "",
                  "accounts: nested cross-validation over account trees, then a last search on all "
                  "groups; named: searched on all but test_accounts; time: searched on groups "
                  "whose outcome is more than purge_days before the first of the test groups"},
        s.split);
  visit(FieldInfo{"folds", "", "of accounts", 2, 100}, s.folds);
  visit(FieldInfo{"test_accounts", "", "of named: account ids; their whole trees are held out"},
        s.test_accounts);
  visit(FieldInfo{"test_share", "", "of time: the share of groups with the latest outcomes", .01,
                  .99},
        s.test_share);
  visit(FieldInfo{"purge_days", "day", "of time: the gap, as long as the window at least", 0, 1e6},
        s.purge_days);
}

template <SectionOf<HandOff> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"capacity", "", "share of the groups that sales can take", 0, 1}, s.capacity);
  visit(FieldInfo{"value_won", "", "of a group handed off that is won", 0, 1e12}, s.value_won);
  visit(FieldInfo{"cost", "", "of handing off a group", 0, 1e12}, s.cost);
}

template <SectionOf<StudySpec::Bootstrap> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"replicates", "", "that draw account trees with replacement", 20, 100'000},
        s.replicates);
  visit(FieldInfo{"confidence", "", "of the intervals", .5, .999}, s.confidence);
  visit(FieldInfo{"shortlist", "models",
                  "the best candidates, among which each replicate looks for its own best", 1, 1e6},
        s.shortlist);
  visit(FieldInfo{"seed", "", "of the draws", 0, static_cast<double>(largest_seed)}, s.seed);
}

template <class Spec, class Visit>
void for_each_section(Spec& spec, Visit visit) {
  visit("world", "On which world.", spec.world);
  visit("worlds", "On how many, where one is not enough.", spec.worlds);
  visit("simulation", "What is simulated, of kinds that watch people live.", spec.simulation);
  visit("model", "What is tuned, or judged.", spec.model);
  visit("search", "How candidates are found.", spec.search);
  visit("validation", "What the search does not see.", spec.validation);
  visit("hand_off", "What sales make of a score.", spec.hand_off);
  visit("bootstrap", "How sure the answer is.", spec.bootstrap);
}

}  // namespace rolecall
