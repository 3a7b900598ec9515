#include "core/simd.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "core/highway.hpp"

namespace rolecall::simd {
namespace {

constexpr std::int64_t without_vectors = HWY_SCALAR | HWY_EMU128;
bool scalar_alone = false;  // asked for

}  // namespace

std::vector<std::string> available() {
  std::vector<std::string> names;
  if (!scalar_alone)
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets())
      if ((target & without_vectors) == 0) names.emplace_back(hwy::TargetName(target));
  names.emplace_back("scalar");
  return names;
}

std::string current() { return available().front(); }

bool has_vectors() {
  // Asked once: it takes microseconds in a virtual machine.
  static const bool any = (hwy::SupportedTargets() & ~without_vectors) != 0;
  return any && !scalar_alone;
}

Limit::Limit(std::string_view target) {
  if (target == "scalar") scalar_alone = true;
  if (target.empty() || scalar_alone) return;
  for (const std::int64_t candidate : hwy::SupportedAndGeneratedTargets())
    if (target == hwy::TargetName(candidate)) {
      hwy::SetSupportedTargetsForTest(hwy::SupportedTargets() & -candidate);  // higher bits: lesser
      return;
    }
  throw InputError({.field = "instruction set",
                    .value = std::string(target),
                    .what = "this machine does not have it",
                    .remedy = fmt::format("Take one of {}.", fmt::join(available(), ", "))});
}

Limit::~Limit() {
  scalar_alone = false;
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace rolecall::simd
