#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "experiments/what_if_product.cpp"
#include "core/highway.hpp"
//
#include "core/simd.hpp"
#include "experiments/what_if_product.hpp"

HWY_BEFORE_NAMESPACE();
namespace rolecall::what_if::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

// A vector of counts as numbers of type F.
template <class F, class D, class Value>
HWY_INLINE hn::Vec<D> load(D d, const Value* values) {
  if constexpr (sizeof(F) == 4) {
    const hn::RebindToSigned<D> whole;
    if constexpr (sizeof(Value) == 2)
      return hn::ConvertTo(d,
                           hn::PromoteTo(whole, hn::LoadU(hn::Rebind<std::uint16_t, D>(), values)));
    else
      return hn::ConvertTo(d,
                           hn::BitCast(whole, hn::LoadU(hn::Rebind<std::uint32_t, D>(), values)));
  } else {
    const hn::Rebind<std::int32_t, D> whole;
    if constexpr (sizeof(Value) == 2)
      return hn::PromoteTo(d,
                           hn::PromoteTo(whole, hn::LoadU(hn::Rebind<std::uint16_t, D>(), values)));
    else
      return hn::PromoteTo(d,
                           hn::BitCast(whole, hn::LoadU(hn::Rebind<std::uint32_t, D>(), values)));
  }
}

template <class D, class Score>
HWY_INLINE void store(D d, hn::Vec<D> sum, Score* scores) {
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    const hn::RebindToSigned<D> whole;
    hn::StoreU(hn::ConvertTo(whole, sum), whole, scores);
  } else if constexpr (sizeof(Score) == 4) {
    const hn::Rebind<std::int32_t, D> narrow;
    hn::StoreU(hn::DemoteTo(narrow, sum), narrow, scores);
  } else {
    const hn::RebindToSigned<D> whole;
    hn::StoreU(hn::ConvertTo(whole, sum), whole, scores);
  }
}

// `candidates` sums of `vectors` vectors side by side: enough that no addition waits for the last.
template <class F, std::size_t candidates, std::size_t vectors, class Value, class Score>
HWY_ATTR void multiply_as(const Tile<Value, Score>& tile) {
  const hn::ScalableTag<F> d;
  const std::size_t lanes = hn::Lanes(d), step = vectors * lanes;
  for (std::size_t g = 0; g < tile.groups; g += step) {
    hn::Vec<decltype(d)> sums[candidates][vectors];
    for (std::size_t c = 0; c < candidates; ++c)
      for (std::size_t v = 0; v < vectors; ++v) sums[c][v] = hn::Zero(d);
    for (std::size_t t = 0; t < tile.columns.size(); ++t) {
      const Value* const values = tile.values + tile.columns[t] * tile.groups + g;
      const double* const coefficients = tile.coefficients + t * most_candidates;
      for (std::size_t v = 0; v < vectors; ++v) {
        const auto counts = load<F>(d, values + v * lanes);
        for (std::size_t c = 0; c < candidates; ++c)
          sums[c][v] = hn::MulAdd(counts, hn::Set(d, static_cast<F>(coefficients[c])), sums[c][v]);
      }
    }
    for (std::size_t c = 0; c < candidates; ++c)
      for (std::size_t v = 0; v < vectors; ++v)
        store(d, sums[c][v], tile.scores + c * tile.stride + g + v * lanes);
  }
}

template <class Value, class Score>
HWY_ATTR void multiply_tile(const Tile<Value, Score>& tile) {
  if constexpr (sizeof(Score) == 4) {
    if (tile.exact_in_float)
      return tile.candidates == 1 ? multiply_as<float, 1, 4>(tile)
                                  : multiply_as<float, most_candidates, 1>(tile);
  }
  return tile.candidates == 1 ? multiply_as<double, 1, 4>(tile)
                              : multiply_as<double, most_candidates, 1>(tile);
}

#else

template <class Value, class Score>
void multiply_tile(const Tile<Value, Score>&) {}

#endif

#define ROLECALL_MULTIPLY(name, Value, Score) \
  HWY_ATTR void name(const Tile<Value, Score>& tile) { multiply_tile(tile); }
ROLECALL_MULTIPLY(multiply_16_32, std::uint16_t, std::int32_t)
ROLECALL_MULTIPLY(multiply_32_32, std::uint32_t, std::int32_t)
ROLECALL_MULTIPLY(multiply_16_64, std::uint16_t, std::int64_t)
ROLECALL_MULTIPLY(multiply_32_64, std::uint32_t, std::int64_t)
#undef ROLECALL_MULTIPLY

}  // namespace rolecall::what_if::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rolecall::what_if {
namespace {

HWY_EXPORT(multiply_16_32);
HWY_EXPORT(multiply_32_32);
HWY_EXPORT(multiply_16_64);
HWY_EXPORT(multiply_32_64);

template <class Value, class Score>
void multiply_scalar(const Tile<Value, Score>& tile) {
  for (std::size_t c = 0; c < tile.candidates; ++c)
    for (std::size_t g = 0; g < tile.groups; ++g) {
      std::int64_t sum = 0;
      for (std::size_t t = 0; t < tile.columns.size(); ++t)
        sum += static_cast<std::int64_t>(tile.coefficients[t * most_candidates + c]) *
               tile.values[tile.columns[t] * tile.groups + g];
      tile.scores[c * tile.stride + g] = static_cast<Score>(sum);
    }
}

}  // namespace

template <class Value, class Score>
void multiply(const Tile<Value, Score>& tile) {
  if (!simd::has_vectors()) return multiply_scalar(tile);
  constexpr bool narrow_value = sizeof(Value) == 2, narrow_score = sizeof(Score) == 4;
  if constexpr (narrow_value && narrow_score) HWY_DYNAMIC_DISPATCH(multiply_16_32)(tile);
  if constexpr (!narrow_value && narrow_score) HWY_DYNAMIC_DISPATCH(multiply_32_32)(tile);
  if constexpr (narrow_value && !narrow_score) HWY_DYNAMIC_DISPATCH(multiply_16_64)(tile);
  if constexpr (!narrow_value && !narrow_score) HWY_DYNAMIC_DISPATCH(multiply_32_64)(tile);
}

template void multiply(const Tile<std::uint16_t, std::int32_t>&);
template void multiply(const Tile<std::uint32_t, std::int32_t>&);
template void multiply(const Tile<std::uint16_t, std::int64_t>&);
template void multiply(const Tile<std::uint32_t, std::int64_t>&);

}  // namespace rolecall::what_if
#endif  // HWY_ONCE
