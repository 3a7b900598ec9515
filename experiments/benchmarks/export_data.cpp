#include "experiments/benchmarks/export_data.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "experiments/benchmarks/bench_data.hpp"
#include "experiments/benchmarks/what_if_cases.hpp"

namespace rolecall::bench {
namespace {

class Folder {
 public:
  explicit Folder(std::filesystem::path path) : path_(std::move(path)) {
    std::filesystem::create_directories(path_);
  }

  void write(const std::string& name, const void* bytes, std::size_t size) const {
    std::ofstream file(path_ / name, std::ios::binary);
    if (!file.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size)).flush())
      throw SystemError::from_errno("write", (path_ / name).string(), errno);
  }

  template <class T, class Values>
  void write_as(const std::string& name, const Values& values) const {
    std::vector<T> narrow;
    narrow.reserve(std::size(values));
    for (const auto value : values) narrow.push_back(static_cast<T>(value));
    write(name, narrow.data(), narrow.size() * sizeof(T));
  }

 private:
  std::filesystem::path path_;
};

nlohmann::ordered_json to_json(const Checksum& sum) {
  return {{"sum", sum.sum}, {"mixed", sum.mixed}};
}

// Over all candidates; the AUC of each is exact.
std::int64_t half_wins(const WhatIf& engine, const std::vector<Candidate>& all,
                       const std::vector<std::uint8_t>& won) {
  const auto winners = static_cast<double>(std::ranges::count(won, 1));
  const double pairs = 2 * winners * (static_cast<double>(won.size()) - winners);
  std::int64_t sum = 0;
  for (const double auc : engine.auc(all)) sum += std::llround(auc * pairs);
  return sum;
}

}  // namespace

void export_data(const std::filesystem::path& path, std::size_t activities) {
  const Data& data = data_of(activities);
  const Data::Reference& reference = data.reference();
  const TimeOrderedLog& log = data.log();
  const Folder folder(path);
  folder.write("person.u32", log.person.data(), log.person.size() * sizeof(std::uint32_t));
  folder.write("type.u8", log.type.data(), log.type.size());
  const auto day = day_column(log);
  folder.write("day.u16", day.data(), day.size() * sizeof(std::uint16_t));
  folder.write_as<std::int32_t>("weights.i32", data.plain().weights);
  std::vector<std::uint32_t> group, person, role;
  for (std::size_t g = 0; g < data.groups(); ++g)
    for (std::size_t r = 0; r < roles; ++r) {
      group.push_back(static_cast<std::uint32_t>(g));
      person.push_back(data.member(g, r));
      role.push_back(static_cast<std::uint32_t>(r));
    }
  folder.write_as<std::uint32_t>("member_group.u32", group);
  folder.write_as<std::uint32_t>("member_person.u32", person);
  folder.write_as<std::uint8_t>("member_role.u8", role);
  folder.write_as<std::int32_t>("role_weight.i32", role_weights);
  folder.write("won.u8", data.won().data(), data.won().size());
  folder.write_as<std::uint32_t>("features.u32", reference.features);
  folder.write_as<std::uint32_t>("cap_features.u32", reference.by_level);
  std::vector<std::int64_t> weights, caps;
  const std::vector<Candidate> by_weight = weight_candidates(), by_cap = cap_candidates(data);
  for (const Candidate& candidate : by_weight)
    for (const Candidate::Term& term : candidate.terms) weights.push_back(term.coefficient);
  for (const Candidate& candidate : by_cap)
    for (const Candidate::Term& term : candidate.terms)
      caps.push_back(term.column % cap_levels + 1);
  folder.write_as<std::int32_t>("candidate_weights.i32", weights);
  folder.write_as<std::uint8_t>("candidate_caps.u8", caps);

  const CappedCounts weight_counts = count_for_weights(data), cap_counts = count_for_caps(data);
  const nlohmann::ordered_json meta{
      {"activities", log.size()},
      {"people", log.people},
      {"groups", data.groups()},
      {"types", types},
      {"days", days},
      {"cap", cap},
      {"windows", {window_days, days}},
      {"candidates", candidates},
      {"cap_levels", cap_levels},
      {"checksums",
       {{"score/window:30", to_json(checksum(reference.last_30))},
        {"score/window:365", to_json(checksum(reference.last_365))},
        {"series/365", to_json(reference.series)},
        {"whatif/weights",
         {{"half_wins",
           half_wins(WhatIf(columns_of(weight_counts, data.won())), by_weight, data.won())}}},
        {"whatif/caps",
         {{"half_wins",
           half_wins(WhatIf(columns_of(cap_counts, data.won())), by_cap, data.won())}}}}}};
  const std::string text = meta.dump(2) + "\n";
  folder.write("meta.json", text.data(), text.size());
}

}  // namespace rolecall::bench
