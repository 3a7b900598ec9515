#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/choices.hpp"

// The one door to NLopt: the maximum of a function that gives no derivatives, within bounds.
namespace rolecall {

enum class DerivativeFree {
  nelder_mead,  // local; Nelder & Mead 1965, doi:10.1093/comjnl/7.4.308
  subplex,      // local; Rowan 1990, Nelder–Mead on subspaces: for tens of dimensions, and noise
  bobyqa,       // local; Powell 2009, DAMTP 2009/NA06: quadratic models, for smooth functions
  cobyla,       // local; Powell 1994, doi:10.1007/978-94-015-8330-5_4: linear models
  direct,       // global; Jones, Perttunen & Stuckman 1993, doi:10.1007/BF00941892
  crs2,         // global; controlled random search, Kaelo & Ali 2006, doi:10.1007/s10957-006-9101-0
};

template <>
struct Choices<DerivativeFree> {
  static constexpr std::array<std::pair<std::string_view, DerivativeFree>, 6> all = {{
      {"nelder-mead", DerivativeFree::nelder_mead},
      {"subplex", DerivativeFree::subplex},
      {"bobyqa", DerivativeFree::bobyqa},
      {"cobyla", DerivativeFree::cobyla},
      {"direct", DerivativeFree::direct},
      {"crs2", DerivativeFree::crs2},
  }};
};

struct DerivativeFreeOptions {
  DerivativeFree algorithm = DerivativeFree::subplex;
  // One each per dimension: low < high, start within. direct and crs2 need finite bounds; the
  // others take infinities. direct begins at the centre, whatever the start.
  std::vector<double> low = {}, high = {}, start = {};
  // The first step along each dimension, above 0, cut to half of high − low; empty lets NLopt
  // choose from the bounds. Unused by direct and crs2.
  std::vector<double> step = {};
  std::size_t max_evaluations = 1000;  // never exceeded; 1 or more
  // Stop when a step changes every coordinate, or the value, by less than this part of it;
  // 0 never does.
  double tolerance_x = 1e-8;
  double tolerance_f = 0;
  std::uint64_t seed = 1;  // matters to crs2 only
};

struct DerivativeFreeResult {
  std::vector<double> best;  // of all points evaluated, the first with the greatest value
  double value = 0;          // -infinity when no point had any
  std::size_t evaluations = 0;
  std::string stopped;  // why, in words
};

// The greatest value of f found. The same options and f give the same bits, whatever runs at the
// same time, also from within f. A NaN or -infinity of f counts as worst; bobyqa, cobyla and
// direct, which calculate with values, are told the lowest finite one so far instead. +infinity
// ends the search. What f throws comes out again unchanged; options that cannot be used throw
// InputError.
DerivativeFreeResult maximize(const DerivativeFreeOptions& options,
                              const std::function<double(std::span<const double>)>& f);

}  // namespace rolecall
