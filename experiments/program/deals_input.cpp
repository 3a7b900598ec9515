#include "experiments/program/deals_input.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include "core/error.hpp"
#include "generators/mapped_import.hpp"
#include "generators/mapping_file.hpp"

namespace rolecall::program {
namespace {

// A world file is one by its first bytes, whatever its name; all other files are taken for CSV.
bool is_hdf5(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4> start{};
  file.read(start.data(), start.size());
  return file && start == std::array{'\x89', 'H', 'D', 'F'};
}

World load_one_file(const DealsInput& input, const Session& session) {
  const auto progress = session.progress();
  CsvBundle bundle =
      input.map.empty() ? import_deals_csv(input.path, {}, progress.get())
                        : import_deals_csv(input.path, read_mapping(input.map), {}, progress.get());
  for (const std::string& warning : bundle.warnings) session.warn(warning);
  return std::move(bundle.world);
}

}  // namespace

void add_deals_options(CLI::App& command, DealsInput& input) {
  command
      .add_option("deals", input.path,
                  "A world.h5 or the folder of a CSV bundle, with deals; or one CSV file of deals")
      ->required()
      ->type_name("DEALS");
  command
      .add_option("--map", input.map,
                  "What the columns of one CSV file mean: a mapping, docs/mapping-file.md")
      ->type_name("FILE");
}

World load_deals(const DealsInput& input, const Session& session, bool people_alone) {
  const bool one_file = std::filesystem::is_regular_file(input.path) && !is_hdf5(input.path);
  if (!one_file && !input.map.empty())
    throw InputError({.field = "--map",
                      .value = input.map,
                      .what = "a mapping is for one CSV file of deals; this is a world",
                      .remedy = "Leave --map out, or name the CSV file."});
  World world = one_file ? load_one_file(input, session) : load_world(input.path, session);
  if (world.deals.size() == 0 && !people_alone)
    throw InputError(
        {.file = input.path,
         .what = "there are no deals in it",
         .remedy = "Add deals.csv to the bundle; docs/csv-bundle.md has its columns."});
  return world;
}

}  // namespace rolecall::program
