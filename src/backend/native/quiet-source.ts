/**
 * Applies TF_CPP_MIN_LOG_LEVEL when the add-on is loaded: current versions of TensorFlow log through Abseil and no
 * longer read it themselves. Linked into the add-on.
 */
export const LOG_LEVEL_SOURCE = `
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
}
#endif
`;

/**
 * An add-on with mute() and unmute() for stderr: libtensorflow writes two lines from its static initialisers, before
 * anybody can set its log level.
 */
export const MUTE_SOURCE = `
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

static int saved = -1;

static napi_value mute(napi_env env, napi_callback_info info) {
  if (saved < 0) {
    int nowhere = open("/dev/null", O_WRONLY);
    saved = dup(2);
    if (nowhere >= 0 && saved >= 0) dup2(nowhere, 2);
    if (nowhere >= 0) close(nowhere);
  }
  return NULL;
}

static napi_value unmute(napi_env env, napi_callback_info info) {
  if (saved >= 0) {
    dup2(saved, 2);
    close(saved);
    saved = -1;
  }
  return NULL;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "mute", NAPI_AUTO_LENGTH, mute, NULL, &function);
  napi_set_named_property(env, exports, "mute", function);
  napi_create_function(env, "unmute", NAPI_AUTO_LENGTH, unmute, NULL, &function);
  napi_set_named_property(env, exports, "unmute", function);
  return exports;
}
`;
