// mute() and unmute() for stderr: libtensorflow writes two lines from its static initialisers, before anybody can set
// its log level. An add-on of its own, since it must be there first.
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

static int saved = -1;

static napi_value Mute(napi_env env, napi_callback_info info) {
  if (saved < 0) {
    int nowhere = open("/dev/null", O_WRONLY);
    saved = dup(2);
    if (nowhere >= 0 && saved >= 0) dup2(nowhere, 2);
    if (nowhere >= 0) close(nowhere);
  }
  return NULL;
}

static napi_value Unmute(napi_env env, napi_callback_info info) {
  if (saved >= 0) {
    dup2(saved, 2);
    close(saved);
    saved = -1;
  }
  return NULL;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "mute", NAPI_AUTO_LENGTH, Mute, NULL, &function);
  napi_set_named_property(env, exports, "mute", function);
  napi_create_function(env, "unmute", NAPI_AUTO_LENGTH, Unmute, NULL, &function);
  napi_set_named_property(env, exports, "unmute", function);
  return exports;
}
