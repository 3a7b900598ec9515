#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// What is written down at the end of every day: one row of figures.
namespace rolecall::sim {

enum class Figure : std::size_t {
  employed,
  known,
  members,
  groups,
  funnel_none,
  funnel_a,
  funnel_b,
  funnel_c,
  funnel_d,
  funnel_e,
  funnel_f,
  funnel_lost,
  seats_vacant,
  stage_0,
  stage_1,
  stage_2,
  stage_3,
  stage_4,
  stage_5,
  stage_6,
  in_market,
  visitors,
  visiting_accounts,
  engaged_accounts,
  leads_form,
  leads_paid_social,
  leads_enrichment,
  leads_sales,
  left,
  acts,
  acts_started,
  acts_set_off,
  acts_machine,
  forms_abandoned,
  mails,
  mails_opened,
  mails_opened_by_any,
  mails_clicked,
  sales_mails,
  chats,
  sent_by_name,
  matched_by_name,
  sent_with_domain,
  matched_with_domain,
  hand_offs,
  hand_offs_in_market,
  looked_at,
  accepted,
  discovered,
  opportunities,
  won,
  lost,
  revenue,
  spend_messages,
  spend_leads,
  spend_enrichment,
  sales_hours,
  sales_capacity,
  open_deals,
  open_value,
  waiting,
  engagement,
  engagement_idle,
  completeness,
  complete_groups,
  joined_groups,
  left_groups,
  refused_moves,
  count,
};
inline constexpr std::size_t figures = static_cast<std::size_t>(Figure::count);

struct FigureInfo {
  std::string_view name, unit, meaning;
};
std::span<const FigureInfo> panel_columns();  // as Figure

// One day's row under writing.
class DayFigures {
 public:
  void add(Figure figure, double value) { row_[static_cast<std::size_t>(figure)] += value; }
  double operator[](Figure figure) const { return row_[static_cast<std::size_t>(figure)]; }
  const std::array<double, figures>& row() const { return row_; }

 private:
  std::array<double, figures> row_{};
};

}  // namespace rolecall::sim
