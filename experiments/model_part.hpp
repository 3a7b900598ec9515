#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scoring/model.hpp"

namespace rolecall {

// A part of a model by name, as studies write it:
//   role."Decision Maker".weighting      role.NAME.members_required
//   activity."Open Email".weight         activity.NAME.daily_cap
//   daily_cap (of every activity)        window_days
//   decay.kind  decay.half_life_days  decay.step_loss
//   readings.aggregation … (docs/model-file.md)
// A name that is not plain letters, digits and _ stands in double quotes; * is every name.
class ModelPart {
 public:
  // A number, or a word: of a choice, a time zone, true or false. A cap of "none",
  // and a half-life without decay, is infinity.
  using Value = std::variant<double, std::string>;

  // Throws InputError when the text has not this form, with the nearest that does.
  explicit ModelPart(std::string_view path);

  const std::string& path() const { return path_; }  // canonical
  bool is_of_every() const { return name_ == "*"; }
  bool takes_words() const;
  bool is_role_weighting() const { return table_ == "role" && key_ == "weighting"; }
  bool is_activity_weight() const { return table_ == "activity" && key_ == "weight"; }
  bool is_linear() const { return is_role_weighting() || is_activity_weight(); }
  // Whole numbers by nature: days, caps, members.
  bool is_whole() const;
  const std::string& name() const { return name_; }  // of the role or activity; may be empty

  // This part for every role or activity of the model, in its order, where it says *.
  std::vector<ModelPart> of_each(const Model& model) const;

  // Throws InputError when the model has no such role or activity, or the value is out of range.
  void set(Model& model, const Value& value) const;
  Value get(const Model& model) const;

 private:
  ModelPart(std::string table, std::string name, std::string key);

  std::string table_, name_, key_;  // table_ is empty for window_days and daily_cap
  std::string path_;
};

}  // namespace rolecall
