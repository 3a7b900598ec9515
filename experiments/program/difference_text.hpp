#pragma once

#include <string>
#include <vector>

#include "results/content_compare.hpp"

// Differences of files as people read them.
namespace rolecall::program {

// A key of a TOML text, or a line of any other, that differs; empty: not there.
struct KeyDifference {
  std::string key;
  std::string a, b;
};

std::vector<KeyDifference> differing_keys(const std::string& a, const std::string& b);

// Where a file keeps it: "recipe@specification", "tables/trials/value@unit", "@format".
std::string place_of(const AttributeDifference& attribute);

// "tables/trials/value, row 3: NAME .5, OTHER .6", on one line.
std::string one_line(const DatasetDifference& dataset, const char* name, const char* other);
std::string one_line(const AttributeDifference& attribute, const char* name, const char* other);
std::string one_line(const std::string& place, const std::string& a, const std::string& b,
                     const char* name, const char* other);

}  // namespace rolecall::program
