#pragma once

// What this build is; the values come from CMake, in a source of their own so that a new commit
// recompiles no other.
namespace rolecall::version {

extern const char* const software;  // "0.1.0"
extern const char* const commit;    // of git, 40 digits; "unknown" outside a checkout
extern const char* const compiler;  // "GNU 12.2.0"

}  // namespace rolecall::version
