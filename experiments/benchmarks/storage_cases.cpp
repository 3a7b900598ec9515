#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/parallel.hpp"
#include "experiments/benchmarks/bench_case.hpp"
#include "experiments/benchmarks/bench_world.hpp"
#include "experiments/benchmarks/temporary_folder.hpp"
#include "generators/csv_bundle.hpp"
#include "generators/csv_export.hpp"
#include "results/content_file.hpp"
#include "results/hdf5_handle.hpp"
#include "results/hdf5_reader.hpp"
#include "results/hdf5_writer.hpp"
#include "scoring/window_sums.hpp"

namespace rolecall::bench {
namespace {

constexpr double row_bytes = 7;

// The columns of the log as a warehouse has them, in order of day, and the files they go to.
struct Store {
  const TimeOrderedLog& log;
  UninitializedVector<std::uint16_t> day;
  TemporaryFolder folder;
  std::vector<std::uint32_t> person_read;
  std::vector<std::uint16_t> day_read;
  std::vector<std::uint8_t> type_read;

  explicit Store(const TimeOrderedLog& l) : log(l), day(day_column(l)) {}

  std::string ours() const { return folder.path() / "ours.h5"; }
  std::string librarys() const { return folder.path() / "librarys.h5"; }

  Content content() const {
    return {.attributes = {},
            .datasets = {{.path = "person", .values = numbers(std::span(log.person))},
                         {.path = "day", .values = numbers(std::span(day))},
                         {.path = "type", .values = numbers(std::span(log.type))}}};
  }

  // What was read last is the log; forgets it, for the next reading to show its own.
  bool is_log_read() {
    const bool same = std::ranges::equal(person_read, log.person) &&
                      std::ranges::equal(day_read, day) && std::ranges::equal(type_read, log.type);
    person_read = {};
    day_read = {};
    type_read = {};
    return same;
  }
};

using hdf5::Handle;

void expect(bool good) {
  if (!good) throw std::runtime_error("HDF5 failed");
}

hid_t expect(hid_t id) {
  expect(id >= 0);
  return id;
}

// The chunks that the library's own filters write, of as many elements as ours.
constexpr hsize_t chunk_elements = 1 << 16;

template <class Column>
void write_by_library(hid_t file, const char* name, hid_t type, const Column& column) {
  const hsize_t rows = column.size(), chunk = std::min(chunk_elements, rows);
  const Handle properties(expect(H5Pcreate(H5P_DATASET_CREATE)), H5Pclose);
  expect(H5Pset_chunk(properties.get(), 1, &chunk) >= 0 && H5Pset_shuffle(properties.get()) >= 0 &&
         H5Pset_deflate(properties.get(), 1) >= 0 &&
         H5Pset_fill_time(properties.get(), H5D_FILL_TIME_NEVER) >= 0);
  const Handle space(expect(H5Screate_simple(1, &rows, nullptr)), H5Sclose);
  const Handle set(
      expect(H5Dcreate2(file, name, type, space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT)),
      H5Dclose);
  expect(H5Dwrite(set.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, column.data()) >= 0);
}

void write_by_library(const Store& store) {
  hdf5::initialise();
  Handle file(expect(H5Fcreate(store.librarys().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)),
              H5Fclose);
  write_by_library(file.get(), "person", H5T_STD_U32LE, store.log.person);
  write_by_library(file.get(), "day", H5T_STD_U16LE, store.day);
  write_by_library(file.get(), "type", H5T_STD_U8LE, store.log.type);
  expect(file.close());
}

template <class T>
void read_by_library(hid_t file, const char* name, hid_t type, std::vector<T>& out) {
  const Handle set(expect(H5Dopen2(file, name, H5P_DEFAULT)), H5Dclose);
  const Handle space(expect(H5Dget_space(set.get())), H5Sclose);
  out = std::vector<T>(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get())));
  expect(H5Dread(set.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data()) >= 0);
}

void read_by_library(Store& store, const std::string& path) {
  hdf5::initialise();
  const Handle file(expect(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT)), H5Fclose);
  read_by_library(file.get(), "person", H5T_STD_U32LE, store.person_read);
  read_by_library(file.get(), "day", H5T_STD_U16LE, store.day_read);
  read_by_library(file.get(), "type", H5T_STD_U8LE, store.type_read);
}

void read_ours(Store& store, const std::string& path) {
  const Hdf5Reader file(path);
  store.person_read = file.read<std::uint32_t>("person");
  store.day_read = file.read<std::uint16_t>("day");
  store.type_read = file.read<std::uint8_t>("type");
}

void write_ours(const Store& store) {
  Hdf5Writer file(store.ours());
  for (const Dataset& dataset : store.content().datasets) file.write(dataset, "");
  file.close();
}

Work store_work(const Scale& scale, std::function<void()> run, std::function<bool()> correct,
                std::function<void()> peer) {
  return {.run = std::move(run),
          .correct = std::move(correct),
          .items = static_cast<double>(scale.activities),
          .bytes = static_cast<double>(scale.activities) * row_bytes,
          .peer = std::move(peer)};
}

std::shared_ptr<Store> make_store(const Scale& scale) {
  return std::make_shared<Store>(data_of(scale.activities).log());
}

// Both readers find the log in a file.
bool holds_log(Store& store, const std::string& path) {
  read_ours(store, path);
  if (!store.is_log_read()) return false;
  read_by_library(store, path);
  return store.is_log_read();
}

// Packing and writing, into the page cache; not the digest, and no waiting for the disk.
Work write_hdf5(const Scale& scale) {
  const auto store = make_store(scale);
  return store_work(
      scale, [=] { write_ours(*store); }, [=] { return holds_log(*store, store->ours()); },
      [=] { write_by_library(*store); });
}

// A whole file as the program writes it: with its digest, and on disk.
Work write_content_file(const Scale& scale) {
  const auto store = make_store(scale);
  return store_work(
      scale, [=] { write_content(store->content(), store->ours(), {}, Overwrite::yes); },
      [=] { return holds_log(*store, store->ours()); }, [=] { write_by_library(*store); });
}

// Ours reads our file, the library its own.
Work read_hdf5(const Scale& scale) {
  const auto store = make_store(scale);
  write_ours(*store);
  write_by_library(*store);
  return store_work(
      scale, [=] { read_ours(*store, store->ours()); },
      [=] {
        return store->is_log_read() && holds_log(*store, store->ours()) &&
               holds_log(*store, store->librarys());
      },
      [=] { read_by_library(*store, store->librarys()); });
}

// A bundle of the data, activities in order of time as systems export them.
struct Bundle {
  std::size_t activities;
  TemporaryFolder folder;
  std::size_t bytes = 0;

  explicit Bundle(const Data& data) : activities(data.log().size()) {
    const World world = make_world(data);
    export_csv_bundle(world, folder.path());
    write_activities(data.log(), world);
    for (const auto& file : std::filesystem::directory_iterator(folder.path()))
      bytes += file.file_size();
  }

  void write_activities(const TimeOrderedLog& log, const World& world) const {
    std::ofstream out(folder.path() / "activities.csv", std::ios::binary);
    out << "person_id,activity,time\n";
    std::array<std::string, 32> text;
    for (std::size_t first = 0; first < log.days(); first += text.size()) {
      const std::size_t n = std::min(text.size(), log.days() - first);
      parallel::for_each(n, [&](std::size_t i) { text[i] = rows_of_day(log, world, first + i); });
      for (std::size_t i = 0; i < n; ++i) out << text[i];
    }
    if (!out.flush()) throw std::runtime_error("cannot write the bundle");
  }

  static std::string rows_of_day(const TimeOrderedLog& log, const World& world, std::size_t day) {
    std::string rows;
    const std::string date = to_string(log.first_day + days_rep{static_cast<int>(day)});
    const std::uint64_t begin = log.day_offsets[day], end = log.day_offsets[day + 1];
    for (std::uint64_t i = begin; i < end; ++i) {
      const std::uint64_t second = (i - begin) * 86'400 / (end - begin);
      fmt::format_to(std::back_inserter(rows), "{},{},{}T{:02}:{:02}:{:02}Z\n",
                     world.people.ids[log.person[i]], world.activities.type_names[log.type[i]],
                     date, second / 3600, second / 60 % 60, second % 60);
    }
    return rows;
  }
};

// Made once for each size; one size is kept at a time.
std::shared_ptr<const Bundle> bundle_of(std::size_t activities) {
  static std::shared_ptr<const Bundle> bundle;
  if (!bundle || bundle->activities != activities) {
    bundle.reset();
    bundle = std::make_shared<const Bundle>(data_of(activities));
  }
  return bundle;
}

Work import_csv(const Scale& scale) {
  const Data& data = data_of(scale.activities);
  const auto bundle = bundle_of(scale.activities);
  const auto world = std::make_shared<World>();
  return {
      .run = [=] { *world = import_csv_bundle(bundle->folder.path()).world; },
      .correct =
          [=, &data] {
            // The names of the types have kept their places unless one did not occur.
            const TextColumn& names = world->activities.type_names;
            std::vector<std::int64_t> weights, scores(world->people.size());
            for (std::size_t t = 0; t < names.size(); ++t)
              weights.push_back(data.plain().weights[std::stoul(std::string(names[t].substr(5)))]);
            const std::vector<std::uint64_t> caps(names.size(), cap);
            const ActivityIndex index = index_activities(world->activities, DayBoundary());
            const auto sums = WindowSums::make(index, weights, caps, 0, days - 1);
            if (!sums || world->members.size() != data.groups() * members_per_group) return false;
            sums->add_up(0, scores.size(), scores.data());
            return scores == data.reference().last_365;
          },
      .items = static_cast<double>(scale.activities),
      .bytes = static_cast<double>(bundle->bytes)};
}

}  // namespace

void add_storage_cases() {
  add_case("hdf5/write", write_hdf5);
  add_case("hdf5/write-whole", write_content_file);
  add_case("hdf5/read", read_hdf5);
  add_case("csv/import", import_csv, 10'000'000);
}

}  // namespace rolecall::bench
