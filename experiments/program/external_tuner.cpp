#include "experiments/program/external_tuner.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "core/error.hpp"
#include "experiments/program/table_output.hpp"

namespace rolecall::program {
namespace {

using Json = nlohmann::ordered_json;
using Proposal = std::vector<std::pair<std::string, std::string>>;

void answer(const Json& line) {
  print(line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
}

// Words and "none" as texts, other values as numbers; null where the model has none of the values.
Json value_json(const Parameter& parameter, double value) {
  if (std::isnan(value)) return nullptr;
  if (!parameter.domain.words.empty() || std::isinf(value)) return parameter.text_of(value);
  return value;
}

Json parameter_json(const Parameter& parameter) {
  const SpaceEntry& domain = parameter.domain;
  Json json{{"name", parameter.name}};
  if (domain.is_range()) {
    json["low"] = domain.low;
    json["high"] = domain.high;
    json["whole"] = domain.whole;
    json["scale"] = domain.log ? "log" : "linear";
    return json;
  }
  json["values"] = domain.words;
  for (const double value : domain.values) json["values"].push_back(value_json(parameter, value));
  return json;
}

Json space_json(const SearchSpace& space, std::span<const Trial> references,
                const StudySpec::Search& search) {
  Json json{{"parameters", Json::array()},
            {"objective", search.objective},
            {"budget", search.candidates},
            {"references", Json::array()}};
  for (const Parameter& parameter : space.parameters())
    json["parameters"].push_back(parameter_json(parameter));
  for (const Trial& trial : references) {
    if (trial.origin == "truth") continue;  // it is what a tuner is to find
    Json values = Json::object();
    for (std::size_t i = 0; i < space.dimensions(); ++i)
      values[space.parameters()[i].name] = value_json(space.parameters()[i], trial.point[i]);
    json["references"].push_back(
        {{"origin", trial.origin}, {"values", values}, {"value", trial.value}});
  }
  return json;
}

// The tuner has gone; what was judged is kept.
struct Stopped : InputError {
  Stopped()
      : InputError({.field = "search.method",
                    .value = "external",
                    .what = "the tuner stopped the study, and what it judged is kept",
                    .remedy = "Go on with --resume."}) {}
};

// Throws InputError when the line is no proposal at all.
Proposal read_proposal(const std::string& line) {
  const auto refuse = [](std::string what) {
    return InputError({.what = std::move(what),
                       .remedy = R"(Write {"values": {"NAME": VALUE, ...}} on one line.)"});
  };
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded()) throw refuse("this line is not JSON");
  if (json.is_object() && json.value("stop", Json()) == true) throw Stopped();
  if (!json.is_object() || !json.contains("values") || !json["values"].is_object())
    throw refuse("this is no object with values");
  Proposal proposal;
  for (const auto& [name, value] : json["values"].items()) {
    if (value.is_string())
      proposal.emplace_back(name, value.get<std::string>());
    else if (value.is_number())
      proposal.emplace_back(name, fmt::format("{}", value.get<double>()));
    else
      throw refuse("the value of " + printable(name) + " is neither a number nor a text");
  }
  return proposal;
}

}  // namespace

ExternalTuner tuner_on_lines(const StudySpec::Search& search, std::istream& in) {
  const auto refuse = [](const InputError& error) { answer({{"error", error.what()}}); };
  return {.begin =
              [search](const SearchSpace& space, std::span<const Trial> references) {
                answer(space_json(space, references, search));
              },
          .ask = [&in, refuse]() -> std::optional<Proposal> {
            for (std::string line; std::getline(in, line);) {
              if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
              try {
                return read_proposal(line);
              } catch (const Stopped&) {
                throw;
              } catch (const InputError& error) {
                refuse(error);
              }
            }
            return std::nullopt;
          },
          .tell =
              [](std::size_t trial, double value) {
                answer({{"trial", trial}, {"value", value}});
              },
          .refuse = refuse};
}

}  // namespace rolecall::program
