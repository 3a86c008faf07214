#include "config/read_labels.hpp"

#include "base/percent.hpp"
#include "config/read_models.hpp"
#include "store/postgres_url.hpp"

namespace rlm::config {
namespace {

/// Takes the password out of `url`: what stands between user and host, behind a colon.
std::string take_password(std::string& url) {
  const auto begin = url.find("//") + 2;
  const auto at = url.find('@', begin);
  if (at == std::string::npos || at > url.find_first_of("/?#", begin)) return {};
  const auto colon = url.find(':', begin);
  if (colon > at) return {};
  std::string password = percent_decoded(url.substr(colon + 1, at - colon - 1));
  url.erase(colon, at - colon);
  return password;
}

}  // namespace

void read_labels(TableReader& in, store::LabelPlace& place, const Environment& environment) {
  in.read("labels", place.where);
  if (!store::is_postgres_url(place.where)) return;
  if (const std::string password = take_password(place.where); !password.empty())
    if (auto secret = resolve_secret(password, environment, in, "labels"))
      place.password = std::move(*secret);
  if (const auto parsed = store::PostgresUrl::parse(place.where); !parsed)
    in.mistake("labels", parsed.error().message);
}

}  // namespace rlm::config
