#include "sim/seller/live_world.hpp"

#include <algorithm>
#include <numeric>

#include "core/profile.hpp"
#include "sim/outcome/records.hpp"

namespace rolecall::sim {
namespace {

constexpr const char* funnel_letters[]{"", "A", "B", "C", "D", "E", "F", "lost"};

}  // namespace

LiveWorld::LiveWorld(const Play& play, DayIndex history)
    : world_(play.cast.world), history_(history), everybody_(play.cast.people()) {
  std::iota(everybody_.begin(), everybody_.end(), 0u);
  for (const char* name : {"funnel", "stage", "status"})
    world_.groups.attributes.push_back({name, TextColumn{}});
  std::ranges::sort(world_.groups.attributes, {}, &Attribute::name);
}

void LiveWorld::pass_day(const Play& play) {
  const Phase phase("live world");
  world_.activities = activities_since(play, play.day() - history_ + 1, Places(play.cast));
  put_titles(play.cast, play.scenario.world, play.day(), world_.people, everybody_);
  world_.accounts.parents = parents_of(play);
}

void LiveWorld::update_groups(const Play& play, const std::vector<std::string>& statuses) {
  const Phase phase("live groups");
  world_.members = memberships_of(play, Which::current, Places(play.cast));
  const GroupState& groups = play.state.groups;
  TextColumn funnel, stage, status;
  for (std::size_t g = 0; g < play.cast.groups(); ++g) {
    const StageModel* model = play.stage_models[play.cast.world.groups.solutions[g].index()];
    funnel.push_back(funnel_letters[groups.funnel[g]]);
    stage.push_back(model == nullptr ? std::string_view{} : model->stages[groups.stage[g]]);
    status.push_back(groups.status[g] == 0 ? std::string_view{} : statuses[groups.status[g] - 1u]);
    world_.groups.created[g] =
        groups.created[g] < 0 ? Timestamp{} : Timestamp(play.cast.date(groups.created[g]));
  }
  const auto put = [&](std::string_view name, TextColumn values) {
    std::ranges::find(world_.groups.attributes, name, &Attribute::name)->values = std::move(values);
  };
  put("funnel", std::move(funnel));
  put("stage", std::move(stage));
  put("status", std::move(status));
}

}  // namespace rolecall::sim
