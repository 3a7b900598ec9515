#pragma once

#include <string>
#include <vector>

#include "core/predicate/subject.hpp"
#include "core/world.hpp"

namespace rolecall {

struct NaiveBayesOptions {
  std::vector<std::string> attributes = {};  // of deals, texts; empty: all of 2 to 50 values
  double smoothing = 1;                      // added to every count, > 0; 1 is Laplace's
};

// Rules that score deals by naive Bayes, as TOML (docs/deal-rules.md), learnt from deals that were
// won or lost. The score starts at ln(won / lost); a value v of an attribute adds
//
//   ln[(won with v + a) / (won with any + a V)] - ln[(lost with v + a) / (lost with any + a V)]
//
// to six decimals, a the smoothing, V how many values the attribute has in these deals. A missing
// value adds nothing. `subject` is the table of deals as of `day`; `won` is by place in `deals`.
// Throws InputError unless some are won and some lost, and for attributes that are no texts.
std::string learn_naive_bayes(const World& world, const Subject& subject, Day day,
                              const std::vector<std::uint32_t>& deals,
                              const std::vector<std::uint8_t>& won,
                              const NaiveBayesOptions& options);

}  // namespace rolecall
