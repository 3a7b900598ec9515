#pragma once

#include <string>

#include "core/world.hpp"
#include "experiments/deals/naive_bayes.hpp"
#include "experiments/program/session.hpp"
#include "scoring/as_of.hpp"

namespace rolecall::program {

// Rules learnt from the deals that were won or lost by a date, as TOML; of those alone that a
// condition holds for, unless it is empty. Throws InputError.
std::string learn_rules(const World& world, const AsOf& as_of, const std::string& where,
                        const NaiveBayesOptions& options, const Session& session);

}  // namespace rolecall::program
