#pragma once

#include <string>
#include <vector>

#include "experiments/study_metrics.hpp"
#include "results/study_file.hpp"

// What studies say to people. The program fits tables to the terminal; here they are data.
namespace rolecall {

// "+0.0149 (+0.0135 … +0.0165)"
std::string signed_interval(const Interval& value);
std::string plain_interval(const Interval& value);

// Figures to so many places, as texts: tables for people have two otherwise.
TextColumn placed(const std::vector<double>& values, const char* format);

// "better", "worse" or "cannot be told apart", by where the interval of a gain lies.
std::string verdict(const Interval& gain);

}  // namespace rolecall
