#include "config/read_fetch.hpp"

#include "fetch/link.hpp"
#include "net/proxy.hpp"
#include "net/tls.hpp"

namespace rlm::config {
namespace {

void read_size(TableReader& in, std::string_view key, std::size_t& into, std::int64_t min,
               std::int64_t max) {
  auto value = static_cast<std::int64_t>(into);
  in.read(key, value, min, max);
  into = static_cast<std::size_t>(value);
}

void read_milliseconds(TableReader& in, std::string_view key, Milliseconds& into, std::int64_t min,
                       std::int64_t max) {
  std::int64_t value = into.count();
  in.read(key, value, min, max);
  into = Milliseconds(value);
}

void read_origins(TableReader& in, std::vector<net::Url>& origins) {
  std::vector<std::string> texts;
  in.read("origins", texts);
  for (const std::string& text : texts) {
    auto link = fetch::parse_link(text);
    if (!link || link->target != "/")
      in.mistake("origins", "\"" + text +
                                "\" found; expected http(s)://host[:port] without a path, e.g. "
                                "\"https://pictures.example.com\"");
    else
      origins.push_back(std::move(link->origin));
  }
}

}  // namespace

void read_fetch(TableReader& root, fetch::FetchConfig& config, Mistakes& mistakes) {
  const auto* table = root.table("fetch");
  if (table == nullptr) return;
  TableReader in(*table, "fetch", mistakes);
  read_origins(in, config.origins);
  in.read("only_origins", config.only_origins);
  read_size(in, "image_bytes_max", config.image_bytes_max, 1, 1LL << 30);
  read_size(in, "request_bytes_max", config.request_bytes_max, 1, 1LL << 30);
  read_size(in, "urls_max", config.urls_max, 1, 10'000);
  read_size(in, "parallel_max", config.parallel_max, 1, 100);
  read_size(in, "requests_max", config.requests_max, 1, 100'000);
  read_milliseconds(in, "timeout_ms", config.timeout, 1, 600'000);
  read_milliseconds(in, "keep_ms", config.keep, 0, 86'400'000);
  read_size(in, "keep_bytes_max", config.keep_bytes_max, 0, 1LL << 36);
  in.read("ca_file", config.ca_file);
  if (!config.ca_file.empty())
    if (const auto tls = net::TlsContext::client(config.ca_file); !tls)
      in.mistake("ca_file", tls.error().message);
  in.read("proxy", config.proxy);
  if (!config.proxy.empty() && config.proxy != "none")
    if (const auto proxy = net::parse_proxy(config.proxy); !proxy)
      in.mistake("proxy", proxy.error().message);
  in.finish();
}

}  // namespace rlm::config
