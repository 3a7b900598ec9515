#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace rolecall {

// The rows of one table by the row of another that each belongs to, ascending.
template <class Row>
struct Inverse {
  std::vector<std::uint32_t> offsets{0};  // those of owner o: rows[offsets[o]] … rows[offsets[o+1]]
  std::vector<Row> rows;

  std::span<const Row> of(std::size_t owner) const {
    return std::span(rows).subspan(offsets[owner], offsets[owner + 1] - offsets[owner]);
  }
};

// `owner_of` gives the id of a row's owner, which may be none.
template <class Row, class OwnerOf>
Inverse<Row> invert(std::size_t owners, std::size_t rows, const OwnerOf& owner_of) {
  Inverse<Row> inverse;
  inverse.offsets.assign(owners + 1, 0);
  for (std::size_t r = 0; r < rows; ++r)
    if (const auto owner = owner_of(r)) ++inverse.offsets[owner.index() + 1];
  std::partial_sum(inverse.offsets.begin(), inverse.offsets.end(), inverse.offsets.begin());
  inverse.rows.resize(inverse.offsets.back());
  std::vector<std::uint32_t> next(inverse.offsets.begin(), inverse.offsets.end() - 1);
  for (std::size_t r = 0; r < rows; ++r)
    if (const auto owner = owner_of(r)) inverse.rows[next[owner.index()]++] = Row(r);
  return inverse;
}

}  // namespace rolecall
