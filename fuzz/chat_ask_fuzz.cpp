// Whatever a client sends as a Chat Completions request is refused or becomes a Messages request
// that is accepted, in strict form: turns alternate beginning with the user's, all calls are
// answered at the head of the next turn, and their ids are unique and well-formed.
#include "dialect/chat_ask.hpp"

#include "strict_messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rlm;
  static wire::JsonIndex index;
  dialect::AskDefaults defaults;
  defaults.web_search = "web_search_20250305";
  const Buffer body({reinterpret_cast<const char*>(data), size});
  const auto ask = dialect::read_chat_ask(body, index, {}, defaults);
  if (ask) fuzz::require_strict(ask->messages_body);
  return 0;
}
