#pragma once

#include <string>
#include <string_view>
#include <vector>

// Kernels are compiled for several instruction sets and choose at run time; all give the same bits,
// and so does the scalar path. This is where a test or a benchmark chooses instead.
namespace rolecall::simd {

// What this machine can run, best first, such as "AVX3_DL", "AVX3", "AVX2", "SSE4", "SSSE3"; last
// comes "scalar". AVX3 is AVX-512; AVX3_DL adds what came with Ice Lake and Zen 4.
std::vector<std::string> available();

// What kernels use now.
std::string current();

// Whether kernels use vectors at all; if not, callers take the scalar path.
bool has_vectors();

// Uses `target` and nothing better while it lives; an empty name changes nothing. Throws InputError
// for a name that is not available. One at a time, and not while kernels run.
class Limit {
 public:
  explicit Limit(std::string_view target);
  ~Limit();
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;
};

}  // namespace rolecall::simd
