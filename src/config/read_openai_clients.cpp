#include "config/read_openai_clients.hpp"

#include <algorithm>

namespace rlm::config {
namespace {

// A tool of that kind, by the day of its version.
bool is_web_search(std::string_view type) {
  constexpr std::string_view kFront = "web_search_";
  constexpr std::size_t kDate = 8;
  if (!type.starts_with(kFront)) return false;
  type.remove_prefix(kFront.size());
  return type.size() == kDate &&
         std::all_of(type.begin(), type.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void read_openai_clients(TableReader& root, dialect::AskDefaults& defaults, Mistakes& mistakes) {
  const auto* table = root.table("openai_clients");
  if (table == nullptr) return;
  TableReader in(*table, "openai_clients", mistakes);
  in.read("max_tokens", defaults.max_tokens, 1, 10'000'000);
  in.read("web_search", defaults.web_search);
  if (!defaults.web_search.empty() && !is_web_search(defaults.web_search))
    in.mistake("web_search", "\"" + defaults.web_search +
                                 "\" found; expected a type of Anthropic's tool, e.g. "
                                 "\"web_search_20250305\", or \"\" for none");
  in.finish();
}

}  // namespace rlm::config
