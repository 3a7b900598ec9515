#include "experiments/program/deals_input.hpp"

#include "core/error.hpp"

namespace rolecall::program {

void add_deals_options(CLI::App& command, DealsInput& input) {
  command.add_option("deals", input.path, "A world.h5 or the folder of a CSV bundle, with deals")
      ->required()
      ->type_name("DEALS");
}

World load_deals(const DealsInput& input, const Session& session) {
  World world = load_world(input.path, session);
  if (world.deals.size() == 0)
    throw InputError(
        {.file = input.path,
         .what = "there are no deals in it",
         .remedy = "Add deals.csv to the bundle; docs/csv-bundle.md has its columns."});
  return world;
}

}  // namespace rolecall::program
