// An answer of Anthropic's dialect becomes the same events of the Responses API however it was cut,
// and all that is sent is JSON; so does a whole answer. Input: two bytes that choose chunk size and
// form, then the answer.
#include "dialect/responses_reply.hpp"

#include "reply_property.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rlm;
  if (size < 2) return -1;
  const bool streamed = (data[1] & 1) != 0;
  dialect::Ask ask;
  ask.model = "m";
  ask.include_reasoning = (data[1] & 2) != 0;
  ask.tools.push_back({"patch", "patch", "", true});
  ask.tools.push_back({"run", "go", "space", false});
  fuzz::check_reply([&] { return dialect::responses_reply(ask, 1, streamed); }, streamed,
                    {reinterpret_cast<const char*>(data) + 2, size - 2}, 1 + data[0] % 64);
  return 0;
}
