#include "experiments/program/rejects_list.hpp"

#include <set>
#include <utility>

#include "experiments/program/table_output.hpp"

namespace rolecall::program {

std::filesystem::path rejects_path(std::filesystem::path output) {
  return output.replace_extension(".rejects.csv");
}

std::string rejects_csv(const std::vector<Problem>& rejects, const std::vector<Problem>& notes) {
  TextColumn files, fields, values, problems;
  std::vector<std::int64_t> row_numbers;
  const auto add = [&](const Problem& p) {
    files.push_back(p.file);
    row_numbers.push_back(static_cast<std::int64_t>(p.row));
    fields.push_back(p.field);
    values.push_back(p.value);
    problems.push_back(p.what);
  };
  std::set<std::pair<std::string, std::size_t>> seen;
  for (const Problem& p : rejects)
    if (seen.emplace(p.file, p.row).second) add(p);
  for (const Problem& p : notes) add(p);
  return to_csv({{"file", std::move(files)},
                 {"row", std::move(row_numbers)},
                 {"field", std::move(fields)},
                 {"value", std::move(values)},
                 {"problem", std::move(problems)}});
}

std::size_t count_rows(const std::vector<Problem>& problems) {
  std::set<std::pair<std::string, std::size_t>> rows;
  for (const Problem& problem : problems) rows.emplace(problem.file, problem.row);
  return rows.size();
}

}  // namespace rolecall::program
