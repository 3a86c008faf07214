// Whatever a client sends as a Responses request is refused or becomes a Messages request that is
// accepted, in strict form; what the response repeats of it is JSON.
#include "dialect/responses_ask.hpp"

#include "strict_messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rlm;
  static wire::JsonIndex index;
  dialect::AskDefaults defaults;
  defaults.web_search = "web_search_20250305";
  const Buffer body({reinterpret_cast<const char*>(data), size});
  const auto ask = dialect::read_responses_ask(body, index, {}, defaults);
  if (!ask) return 0;
  fuzz::require_strict(ask->messages_body);
  const std::string echoed = "{\"a\":0" + ask->echo + "}";
  fuzz::require(index.parse(echoed, {.depth_max = 160}).has_value());
  return 0;
}
