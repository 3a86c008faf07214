// A Messages request becomes valid JSON of Responses whose bytes stay when the conversation grows
// by turns. Input: a byte that chooses the upstream, then the request.
#include <cstdint>

#include "dialect/responses_request.hpp"
#include "translated_request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rlm;
  if (size < 1) return -1;
  constexpr std::string_view kUpstreams[] = {"openai", "foundry-openai", "openrouter", "vllm"};
  const auto* quirks = dialect::quirks_named(kUpstreams[data[0] % std::size(kUpstreams)]);
  static wire::JsonIndex index;
  fuzz::check_request({reinterpret_cast<const char*>(data) + 1, size - 1}, [&](const Buffer& body) {
    return dialect::responses_body(body, index, {}, "m", *quirks);
  });
  return 0;
}
