#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/samplers.hpp"
#include "generators/world_spec.hpp"

namespace rolecall::sim {

// The types of activity that a simulation records, in bytewise order: those of the world
// specification and those of mails, pages, forms, chats and paid leads that it knows by name.
struct ActivityTypes {
  explicit ActivityTypes(const WorldSpec& spec);

  std::vector<std::string> names;
  std::uint16_t open_email, click_email, open_sales_email, click_sales_email, reply_sales_email,
      click_sms, page_view, form_filled, form_abandoned, dialogue, dialogue_goal, paid_form;

  // What people of each persona start by themselves: types whose channel is not a reply to
  // something sent; half of it page views (assumed).
  std::vector<AliasTable> own;

  // Its place, or npos.
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  std::size_t find(std::string_view name) const;
};

}  // namespace rolecall::sim
