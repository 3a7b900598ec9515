#include "results/run_journal.hpp"

#include <fmt/format.h>

#include <span>

#include "results/digest.hpp"

namespace rolecall {
namespace {

constexpr const char* figures_path = "progress/kpis";

std::string folder_of(std::size_t run) { return fmt::format("runs/{}", run + 1); }

Dataset dataset_of(const SnapshotColumn& column) {
  return {"current/" + escape_link(column.name), std::visit(
                                                     []<class T>(const std::vector<T>& values) {
                                                       return numbers(std::span<const T>(values));
                                                     },
                                                     column.values)};
}

// Reads the values as the one of these types that they have; false: they have none of them.
template <class... T>
bool read_as_any(const Hdf5Reader& file, const DatasetInfo& info,
                 std::variant<std::vector<T>...>& values) {
  return ((info.type == element_type_of<T>() && (values = file.read<T>(info.path), true)) || ...);
}

SnapshotColumn read_snapshot_column(const Hdf5Reader& file, const std::string& link) {
  SnapshotColumn column{.name = unescape_link(link), .values = {}};
  const DatasetInfo info = file.dataset("current/" + link);
  if (!read_as_any(file, info, column.values))
    file.refuse(info.path, "it is of no type that a state has");
  return column;
}

std::int64_t whole_number(const Hdf5Reader& file, const char* name) {
  const std::optional<AttributeValue> value = file.attribute("current", name);
  const auto* number = value ? std::get_if<std::int64_t>(&*value) : nullptr;
  if (number == nullptr) file.refuse(std::string("current@") + name, "it is missing");
  return *number;
}

}  // namespace

RunJournal::RunJournal(const std::string& path, Recipe recipe, Resume resume, Overwrite overwrite,
                       std::function<Provenance()> provenance)
    : file_(std::make_unique<ProgressFile>(path, std::move(recipe), resume, overwrite,
                                           std::move(provenance),
                                           [this](const Hdf5Reader& file) { load(file); })) {}

void RunJournal::load(const Hdf5Reader& file) {
  if (file.has(figures_path)) {
    const DatasetInfo info = file.dataset(figures_path);
    const std::vector<double> all = file.read<double>(figures_path, 2);
    for (std::size_t r = 0; r < info.shape[0]; ++r) {
      const auto row = all.begin() + static_cast<std::ptrdiff_t>(r * info.shape[1]);
      runs_.push_back({{row, row + static_cast<std::ptrdiff_t>(info.shape[1])},
                       read_tables(file, folder_of(r))});
    }
  }
  if (!file.has("current")) return;
  checkpoint_ = Checkpoint{.arm = file.text_attribute("current", "arm"),
                           .replicate = whole_number(file, "replicate"),
                           .day = whole_number(file, "day"),
                           .state = {}};
  for (const std::string& link : file.links("current"))
    checkpoint_->state.push_back(read_snapshot_column(file, link));
}

std::optional<Checkpoint> RunJournal::take_checkpoint() {
  return std::exchange(checkpoint_, std::nullopt);
}

void RunJournal::day_ends(const std::function<const Checkpoint&()>& take) {
  if (file_ && file_->is_due()) save(take());
}

void RunJournal::save(const Checkpoint& checkpoint) {
  if (!file_) return;
  Content content;
  std::vector<double> figures;
  for (std::size_t r = 0; r < runs_.size(); ++r) {
    figures.insert(figures.end(), runs_[r].figures.begin(), runs_[r].figures.end());
    add_tables(content, runs_[r].tables, folder_of(r));
  }
  if (!runs_.empty())
    content.datasets.push_back(
        {figures_path, numbers(std::span<const double>(figures), runs_.front().figures.size())});
  content.attributes.push_back({"current", "arm", checkpoint.arm});
  content.attributes.push_back({"current", "replicate", checkpoint.replicate});
  content.attributes.push_back({"current", "day", checkpoint.day});
  for (const SnapshotColumn& column : checkpoint.state)
    content.datasets.push_back(dataset_of(column));
  file_->save(content);
}

void RunJournal::add(FinishedRun run) { runs_.push_back(std::move(run)); }

void RunJournal::refuse(const InputError& error) const {
  refuse_to_resume(error, file_ ? file_->path() : std::string());
}

std::string RunJournal::finish(const StudyRecord& study) {
  if (!file_) return content_digest(study);
  std::string digest = file_->finish(study);
  file_.reset();
  return digest;
}

}  // namespace rolecall
