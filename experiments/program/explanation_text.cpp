#include "experiments/program/explanation_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.hpp"
#include "experiments/program/explanation_parts.hpp"
#include "experiments/program/ledger_text.hpp"
#include "experiments/program/table_output.hpp"
#include "scoring/score.hpp"

namespace rolecall::program {
namespace {

class ExplanationText {
 public:
  ExplanationText(const Explanation& e, const World& world, const Model& model)
      : e_(e), world_(world), model_(model) {}

  std::string text() {
    std::string text = heading();
    if (e_.members.empty()) return text + notes();
    LedgerText ledger({"counted", "weight", "points", "score", "share", "adds"});
    for (const auto& [adds, members] : by_role()) add_role(ledger, adds, members);
    ledger.add(0, "Sum", {"", "", "", "", "", amount(e_.sum.rounded())});
    for (const Step& step : steps_of(e_, model_.readings))
      if (step.member == nullptr && step.name != "weighted sum")
        ledger.add(0, step.name + (step.detail.empty() ? "" : ": " + step.detail),
                   {"", "", "", "", "", amount(step.value)});
    return text + '\n' + ledger.text() + notes();
  }

 private:
  using MembersOfRole = std::vector<const ExplainedMember*>;

  std::string person(PersonId p) const { return std::string(world_.people.ids[p.index()]); }
  std::string type(ActivityTypeId t) const {
    return std::string(world_.activities.type_names[t.index()]);
  }
  const RolesTemplate& roles_template() const {
    return model_.templates[static_cast<std::size_t>(e_.template_of)];
  }

  std::string heading() const {
    const auto rounding = model_.readings.display_rounding;
    std::string text = fmt::format("{}: engagement {}, shown as {}; completeness {}\n",
                                   printable(world_.groups.ids[e_.group.index()]),
                                   amount(e_.engagement), displayed(e_.engagement, rounding),
                                   std::isnan(e_.completeness)
                                       ? "undefined, as no role is required"
                                       : fmt::format("{} %", displayed(e_.completeness, rounding)));
    text += fmt::format("{} {} as of {}", e_.people, e_.people == 1 ? "person" : "people",
                        to_string(e_.as_of));
    text += e_.created ? fmt::format(", from what happened on {} … {} ({} {})",
                                     to_string(e_.window.first), to_string(e_.window.last),
                                     (e_.window.last - e_.window.first).count() + 1,
                                     e_.window.first == e_.window.last ? "day" : "days")
                       : ", when the group was not created yet, so that nothing counts";
    text += fmt::format("; model {}\n", printable(model_.name));
    if (e_.template_of < 0) text += "No template of the model names the group's solution.\n";
    if (const auto missing = missing_roles(e_, model_); !missing.empty())
      text += printable(fmt::format("Missing roles: {}.", fmt::join(missing, ", "))) + '\n';
    return text;
  }

  // Roles by what they add, and within them members by what they add.
  std::vector<std::pair<BigFraction, MembersOfRole>> by_role() const {
    std::vector<std::pair<BigFraction, MembersOfRole>> roles;
    for (const ExplainedMember& m : e_.members) {  // in order of card
      if (roles.empty() || roles.back().second.back()->card != m.card) roles.emplace_back();
      roles.back().first += m.contribution();
      roles.back().second.push_back(&m);
    }
    for (auto& [adds, members] : roles)
      std::ranges::stable_sort(members, std::ranges::greater{}, [](const ExplainedMember* m) {
        return std::pair(m->contribution().rounded(), m->points.rounded());
      });
    std::ranges::stable_sort(roles, std::ranges::greater{},
                             [](const auto& role) { return role.first.rounded(); });
    return roles;
  }

  void add_role(LedgerText& ledger, const BigFraction& adds, const MembersOfRole& members) const {
    const RoleCard& card = roles_template().roles[members.front()->card];
    const std::string band = card.band.empty() ? "" : card.band + " ";
    ledger.add(0, fmt::format("{} ({}{})", card.name, band, figure(card.weighting)),
               {"", "", "", "", "", amount(adds.rounded())});
    for (const ExplainedMember* m : members) add_member(ledger, *m);
  }

  void add_member(LedgerText& ledger, const ExplainedMember& m) const {
    ledger.add(
        1, person(m.person),
        {"", "", figure(m.points.rounded()), e_.linear ? "" : figure(m.value.rounded()),
         fmt::format("{:.2f} %", 100 * m.share.rounded()), amount(m.contribution().rounded())});
    for (const TypeTotal& t : by_type(m)) {
      if (t.most_weight == 0 && t.least_weight == 0) continue;  // named below
      ledger.add(2, type(t.type),
                 {counted_text(t.counted, t.count), weight_text(t), figure(t.points.rounded()), "",
                  "", e_.linear ? amount((t.points * m.share).rounded()) : ""});
    }
  }

  static std::string weight_text(const TypeTotal& t) {
    const std::string least = figure(t.least_weight), most = figure(t.most_weight);
    return least == most ? most : least + " … " + most;
  }

  std::string notes() const {
    std::string text;
    std::set<PersonId> seen;  // a person in two roles acted once
    for (const ExplainedMember& m : e_.members) {
      if (!seen.insert(m.person).second) continue;
      for (const TypeTotal& t : by_type(m))
        if (t.clipped_days > 0)
          text += fmt::format("The cap took {} of {} activities of {}: {}, on {}.\n",
                              grouped(t.count - t.counted), grouped(t.count),
                              printable(person(m.person)), printable(type(t.type)),
                              t.clipped_days == 1 ? "1 day" : grouped(t.clipped_days) + " days");
    }
    std::vector<std::string> types;
    for (const auto& [t, count] : weightless(e_))
      types.push_back(fmt::format("{} ({})", printable(type(t)), grouped(count)));
    if (!types.empty()) text += fmt::format("Weigh nothing: {}.\n", fmt::join(types, ", "));
    if (model_.readings.aggregation == Readings::Aggregation::max)
      for (const ExplainedMember& m : e_.members)
        if (m.aggregate == BigFraction())
          text += fmt::format("{} is not the highest {}, and so adds nothing.\n",
                              printable(person(m.person)), printable(world_.roles[m.role.index()]));
    for (const auto& [p, role] : e_.without_card)
      text += fmt::format("{} counts nowhere as {}: the template lacks the role.\n",
                          printable(person(p)), printable(world_.roles[role.index()]));
    return text.empty() ? text : '\n' + text;
  }

  const Explanation& e_;
  const World& world_;
  const Model& model_;
};

}  // namespace

std::string to_text(const Explanation& e, const World& world, const Model& model) {
  return ExplanationText(e, world, model).text();
}

}  // namespace rolecall::program
