#include "sim/people/activity_types.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace rolecall::sim {

ActivityTypes::ActivityTypes(const WorldSpec& spec) {
  struct Known {
    const char* name;
    std::uint16_t* place;
  };
  const std::array known{Known{"Open Email", &open_email},
                         Known{"Click Email", &click_email},
                         Known{"Open Sales Email", &open_sales_email},
                         Known{"Click Sales Email", &click_sales_email},
                         Known{"Reply to Sales Email", &reply_sales_email},
                         Known{"Click Link in SMS V2", &click_sms},
                         Known{"Page Views", &page_view},
                         Known{"Form Filled Out", &form_filled},
                         Known{"Form Abandoned", &form_abandoned},
                         Known{"Engaged with a Dialogue", &dialogue},
                         Known{"Reached Dialogue Goal", &dialogue_goal},
                         Known{"Fill Out Facebook Lead Ads Form", &paid_form}};
  std::set<std::string> all;
  for (const auto& type : spec.types) all.insert(type.name);
  for (const Known& type : known) all.insert(type.name);
  names.assign(all.begin(), all.end());
  for (const Known& type : known) *type.place = static_cast<std::uint16_t>(find(type.name));

  constexpr std::array replies{"Email", "SMS", "Chat"};
  for (const auto& persona : spec.personas) {
    std::vector<double> weights(names.size(), 0.);
    double total = 0;
    for (const auto& type : spec.types) {
      if (std::ranges::find(replies, type.channel) != replies.end()) continue;
      const auto factor = std::ranges::find(persona.channels, type.channel,
                                            [](const auto& pair) { return pair.first; });
      const double weight = type.share * (factor == persona.channels.end() ? 1 : factor->second);
      weights[find(type.name)] += weight;
      total += weight;
    }
    weights[page_view] += total > 0 ? total : 1;
    weights[paid_form] = 0;
    own.emplace_back(weights);
  }
}

std::size_t ActivityTypes::find(std::string_view name) const {
  const auto at = std::ranges::lower_bound(names, name);
  return at != names.end() && *at == name ? static_cast<std::size_t>(at - names.begin()) : npos;
}

}  // namespace rolecall::sim
