#pragma once

#include <string_view>

#include "core/field_info.hpp"
#include "experiments/study_spec.hpp"

// Every key of a study: one list, from which files are read, written and explained.
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
}

template <SectionOf<StudySpec::Model> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(
      FieldInfo{
          "base", "",
          "the model whose role weights are tuned, the default to beat: a name, a file, or vendor, "
          "which a generated world comes with"},
      s.base);
  visit(
      FieldInfo{"activities", "",
                "what the search holds fixed. truth: true activity weights, cap, window and decay "
                "where they are known, so that roles alone are in question; base: the base "
                "model's"},
      s.activities);
  visit(FieldInfo{"as_of", "", "the day each group is scored, before its outcome is known"},
        s.as_of);
}

template <SectionOf<StudySpec::Search> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(
      FieldInfo{"method", "",
                "random: every weighting uniform over the whole numbers from lowest to highest; "
                "refine: a third of the candidates so, the rest in rounds around the best so far; "
                "grid: all combinations of `steps` weightings at equal distances"},
      s.method);
  visit(FieldInfo{"candidates", "models", "how many to try, of random and refine", 1, 1e6},
        s.candidates);
  visit(FieldInfo{"lowest", "", "weighting", 0, 1e6}, s.lowest);
  visit(FieldInfo{"highest", "", "weighting", 1, 1e6}, s.highest);
  visit(FieldInfo{"steps", "", "of the grid: steps^roles candidates", 2, 1'000}, s.steps);
  visit(FieldInfo{"seed", "", "of random and refine", 0, static_cast<double>(largest_seed)},
        s.seed);
}

template <SectionOf<StudySpec::Bootstrap> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"replicates", "", "that draw account trees with replacement", 20, 100'000},
        s.replicates);
  visit(FieldInfo{"confidence", "", "of the intervals", .5, .999}, s.confidence);
  visit(FieldInfo{"seed", "", "of the draws", 0, static_cast<double>(largest_seed)}, s.seed);
}

template <class Spec, class Visit>
void for_each_section(Spec& spec, Visit visit) {
  visit("world", "On which world.", spec.world);
  visit("model", "What is tuned.", spec.model);
  visit("search", "How candidates are found.", spec.search);
  visit("bootstrap", "How sure the answer is.", spec.bootstrap);
}

}  // namespace rolecall
