#pragma once
// OpenAI's refusals, and how those who copied its API say the same (openai-mapping.md §10,
// upstreams.md §3, §5-§10).

#include <string>
#include <string_view>

#include "sim/sim_request.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::sim {

/// 400 invalid_request_error.
Refusal openai_refusal(std::string message, std::string code = {}, std::string param = {});
/// "Invalid type for 'param': expected a string, but got an object instead." `expected` comes with
/// its article.
Refusal wrong_type(const std::string& param, std::string_view expected, wire::JsonValue got);
Refusal missing_parameter(const std::string& param);
Refusal unknown_parameter(const std::string& param);
Refusal invalid_value(const std::string& param, std::string message);
Refusal string_too_long(const std::string& param, std::size_t max, std::size_t size);
Refusal array_too_long(const std::string& param, std::size_t max, std::size_t size);

/// The usual error with this status.
Refusal openai_failure(Provider provider, int status);
/// The same refusal as `provider` words it: DeepSeek's 422, Foundry's codes, ...
Refusal worded_by(Provider provider, Refusal refusal);
Refusal unknown_model(Provider provider, std::string_view model);
Refusal missing_key(Provider provider);
Refusal wrong_key(Provider provider);
/// {"error": {...}}
std::string openai_error_json(Provider provider, const Refusal& refusal);

}  // namespace rlm::sim
