// Applies TF_CPP_MIN_LOG_LEVEL when the add-on is loaded: current versions of TensorFlow log through Abseil and no
// longer read it themselves.
#if __has_include("absl/log/globals.h")
#include <cstdlib>

#include "absl/log/globals.h"

namespace {
struct LogLevel {
  LogLevel() {
    const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
    absl::SetMinLogLevel(static_cast<absl::LogSeverityAtLeast>(level ? std::atoi(level) : 0));
  }
} log_level;
}  // namespace
#endif
