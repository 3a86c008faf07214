#include "server/admin_pages.hpp"

#include <prometheus/metric_family.h>

#include <algorithm>

#include "observe/live_stream.hpp"
#include "observe/prometheus_text.hpp"

namespace rlm::server {
namespace {

constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' "
    "data:; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

Headers page_headers(std::string_view content_type) {
  return Headers{{"content-type", content_type},
                 {"cache-control", "no-store"},
                 {"content-security-policy", kPolicy},
                 {"x-content-type-options", "nosniff"},
                 {"referrer-policy", "no-referrer"}};
}

std::string_view without_port(std::string_view host) {
  if (!host.empty() && host.front() == '[') return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_our_host(const net::HttpTransaction& transaction, const AdminServices& admin) {
  const auto host = without_port(find_header(transaction.head().headers, "host"));
  return std::any_of(admin.hosts.begin(), admin.hosts.end(),
                     [&](const std::string& ours) { return ours == host; });
}

struct Page {
  int status = 200;
  std::string_view content_type = observe::kJsonContentType;
  std::string body;
};

Page not_found(std::string_view what) {
  return {404, observe::kJsonContentType, observe::api_error_json("not_found", what)};
}

Page exchange_page(const AdminServices& admin, std::string_view path, std::string_view query) {
  constexpr std::string_view kOne = "/api/exchanges/";
  if (path.substr(0, kOne.size()) == kOne) {
    const auto record = admin.recent.find(path.substr(kOne.size()));
    if (!record)
      return not_found("no exchange with this id among the newest; older ones are in the ledger");
    return {200, observe::kJsonContentType, observe::exchange_json(*record)};
  }
  const auto wanted = observe::parse_exchanges_query(query);
  if (!wanted)
    return {400, observe::kJsonContentType,
            observe::api_error_json("bad_request", wanted.error().message)};
  const auto page = admin.recent.page(wanted->limit, wanted->before);
  return {200, observe::kJsonContentType, observe::exchanges_json(page, wanted->limit)};
}

std::optional<Page> asset_page(const AdminServices& admin, std::string_view path) {
  constexpr std::string_view kRoot = "/dashboard";
  if (path == "/") path = kRoot;
  if (path.substr(0, kRoot.size()) != kRoot) return std::nullopt;
  path.remove_prefix(kRoot.size());
  if (!path.empty() && path.front() != '/') return std::nullopt;
  while (!path.empty() && path.front() == '/') path.remove_prefix(1);
  const auto asset = admin.asset(path.empty() ? std::string_view("index.html") : path);
  if (!asset) return not_found("no such file of the dashboard");
  return Page{200, asset->content_type, std::string(asset->bytes)};
}

std::optional<Page> page_for(const AdminServices& admin, std::string_view path,
                             std::string_view query) {
  if (path == "/metrics" || path == "/metrics/prometheus") {
    admin.refresh();
    return Page{
        200, observe::kPrometheusContentType,
        observe::prometheus_text(admin.metrics.collect(admin.trust.report(), admin.models()))};
  }
  if (path == "/api/summary")
    return Page{200, observe::kJsonContentType,
                observe::summary_json(admin.recent.summary(system_clock().unix_ms()))};
  if (path == "/api/models")
    return Page{200, observe::kJsonContentType, observe::models_json(admin.models())};
  if (path == "/api/classes")
    return Page{200, observe::kJsonContentType, observe::classes_json(admin.trust.report())};
  if (path == "/api/openapi.json")
    return Page{200, observe::kJsonContentType, std::string(observe::openapi_json())};
  if (path.substr(0, 14) == "/api/exchanges") return exchange_page(admin, path, query);
  return asset_page(admin, path);
}

}  // namespace

net::Task<bool> serve_admin(net::HttpTransaction& transaction, AdminServices& admin) {
  const auto path = transaction.head().path();
  const bool live = path == "/api/live";
  std::optional<Page> page;
  if (!live) {
    page = page_for(admin, path, transaction.head().query());
    if (!page) co_return false;
  }
  if (!is_our_host(transaction, admin)) {
    page = Page{403, observe::kJsonContentType,
                observe::api_error_json(
                    "forbidden",
                    "this host name is not ours; open the dashboard by the listener's own "
                    "address, or add the name to admin.hosts")};
  } else if (transaction.head().method != "GET" && transaction.head().method != "HEAD") {
    page = Page{405, observe::kJsonContentType,
                observe::api_error_json("method_not_allowed", "expected GET")};
  } else if (live) {
    co_await observe::serve_live(transaction, admin.recent);
    co_return true;
  }
  const Headers headers = page_headers(page->content_type);
  co_await transaction.respond(page->status, headers, page->body);
  co_return true;
}

}  // namespace rlm::server
