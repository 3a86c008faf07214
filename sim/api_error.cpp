// Statuses, error types and usual messages of the provider (anthropic-messages.md §17).

#include "sim/transcript.hpp"

namespace rlm::sim {
namespace {

struct Row {
  int status;
  std::string_view type;
  std::string_view message;
};

constexpr Row kRows[] = {
    {400, "invalid_request_error", "The request is invalid."},
    {401, "authentication_error", "invalid x-api-key"},
    {402, "billing_error", "Your credit balance is too low to access the API."},
    {403, "permission_error",
     "Your API key does not have permission to use the specified resource."},
    {404, "not_found_error", "Not found"},
    {409, "conflict_error", "Conflict"},
    {413, "request_too_large", "Request exceeds the maximum size"},
    {429, "rate_limit_error", "This request would exceed your organization's rate limit."},
    {500, "api_error", "Internal server error"},
    {504, "timeout_error", "Request timed out"},
    {529, "overloaded_error", "Overloaded"}};

}  // namespace

std::string_view error_type_of(int status) {
  for (const Row& row : kRows)
    if (row.status == status) return row.type;
  return status < 500 ? kRows[0].type : std::string_view("api_error");
}

std::string_view error_message_of(std::string_view type) {
  for (const Row& row : kRows)
    if (row.type == type) return row.message;
  return "Unknown error";
}

int status_of_error(std::string_view type) {
  for (const Row& row : kRows)
    if (row.type == type) return row.status;
  return 500;
}

}  // namespace rlm::sim
