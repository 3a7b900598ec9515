#pragma once

#include <cstdint>
#include <vector>

#include "core/world.hpp"
#include "generators/world_spec.hpp"

// Who there is: accounts in families, and the people known there.
namespace rolecall::synthetic {

// Accounts of a family stand side by side, its root first, so that a family's accounts, and its
// people, are one range.
struct Company {
  Accounts accounts;
  std::vector<std::uint32_t> family_end;  // by account: one past the last of its family
  std::vector<double> employees;
};

struct Staff {
  People people;
  std::vector<std::uint64_t> offsets;     // people of account a: offsets[a] … offsets[a + 1]
  std::vector<std::uint16_t> persona;     // by person: index into the specification's personas
  std::vector<std::uint16_t> department;  // by person: index into its departments
};

// Sizes of the families, in order; they add up to size.accounts.
std::vector<std::uint32_t> draw_families(const WorldSpec& spec);

Company make_accounts(const WorldSpec& spec);
Staff make_people(const WorldSpec& spec, const Company& company);

// One of a persona's titles as people of a department have it: `title` is its index among the
// persona's, `specialist` that of a specialist among the department's.
std::string title_of(const WorldSpec& spec, std::size_t persona, std::size_t department,
                     std::size_t title, std::size_t specialist);

// "P0000042": zero-padded to the digits that `count` needs, so that order of number is order of
// name.
std::string numbered(char letter, std::uint64_t number, std::uint64_t count);

}  // namespace rolecall::synthetic
