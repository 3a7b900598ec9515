// The one door to Highway, portable SIMD with run-time dispatch. No include guard: a kernel file
// names itself in HWY_TARGET_INCLUDE, includes this, and is then compiled once for each instruction
// set, all of which give the same bits.
#ifndef HWY_WANT_AVX3_DL
#define HWY_WANT_AVX3_DL
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#endif

// clang-format off
#ifdef HWY_TARGET_INCLUDE
#include <hwy/foreach_target.h>
#endif
#include <hwy/highway.h>
#include <hwy/cache_control.h>
// clang-format on
