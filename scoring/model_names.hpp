#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "core/choices.hpp"
#include "scoring/model.hpp"

// The words that model files use for the choices of a model.
namespace rolecall {

template <>
struct Choices<Decay::Kind> {
  static constexpr std::array<std::pair<std::string_view, Decay::Kind>, 4> all{
      {{"none", Decay::Kind::none},
       {"linear", Decay::Kind::linear},
       {"half-life", Decay::Kind::half_life},
       {"monthly-steps", Decay::Kind::monthly_steps}}};
};
template <>
struct Choices<Readings::Scaling> {
  static constexpr std::array<std::pair<std::string_view, Readings::Scaling>, 3> all{
      {{"none", Readings::Scaling::none},
       {"max", Readings::Scaling::max},
       {"min-max", Readings::Scaling::min_max}}};
};
template <>
struct Choices<Readings::Transform> {
  static constexpr std::array<std::pair<std::string_view, Readings::Transform>, 2> all{
      {{"none", Readings::Transform::none}, {"sqrt", Readings::Transform::sqrt}}};
};
template <>
struct Choices<Readings::RoleDenominator> {
  static constexpr std::array<std::pair<std::string_view, Readings::RoleDenominator>, 3> all{
      {{"template", Readings::RoleDenominator::of_template},
       {"present", Readings::RoleDenominator::present},
       {"members", Readings::RoleDenominator::members}}};
};
template <>
struct Choices<Readings::Aggregation> {
  static constexpr std::array<std::pair<std::string_view, Readings::Aggregation>, 3> all{
      {{"sum", Readings::Aggregation::sum},
       {"mean", Readings::Aggregation::mean},
       {"max", Readings::Aggregation::max}}};
};
template <>
struct Choices<Readings::CompletenessRoles> {
  static constexpr std::array<std::pair<std::string_view, Readings::CompletenessRoles>, 2> all{
      {{"required", Readings::CompletenessRoles::required},
       {"all", Readings::CompletenessRoles::all}}};
};
template <>
struct Choices<Readings::Rounding> {
  static constexpr std::array<std::pair<std::string_view, Readings::Rounding>, 2> all{
      {{"half-up", Readings::Rounding::half_up}, {"floor", Readings::Rounding::floor}}};
};
template <>
struct Choices<RolesTemplate::Candidates> {
  static constexpr std::array<std::pair<std::string_view, RolesTemplate::Candidates>, 2> all{
      {{"account", RolesTemplate::Candidates::account},
       {"subtree", RolesTemplate::Candidates::subtree}}};
};

// Calls visit(key, member) for every reading that is a choice of words, in the order in which they
// act; one list for the reader, the writer and the help.
template <class R, class Visit>
void for_each_choice(R& readings, Visit visit) {
  visit("weight_scaling", readings.weight_scaling);
  visit("person_transform", readings.person_transform);
  visit("person_scaling", readings.person_scaling);
  visit("aggregation", readings.aggregation);
  visit("role_denominator", readings.role_denominator);
  visit("group_transform", readings.group_transform);
  visit("group_scaling", readings.group_scaling);
  visit("completeness_roles", readings.completeness_roles);
  visit("display_rounding", readings.display_rounding);
}

}  // namespace rolecall
