// Any body of any status becomes an error in OpenAI's form whose status is one of an error.
#include "dialect/openai_error_reply.hpp"

#include <cstdint>

#include "reply_property.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rlm;
  if (size < 1) return -1;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto fault = dialect::openai_fault(data[0] * 3, body);
  if (fault.status < 400 || fault.status > 599 || fault.message.empty()) std::abort();
  fuzz::require_json(dialect::openai_error_body(fault));
  if (dialect::response_error_code(fault).empty()) std::abort();
  return 0;
}
