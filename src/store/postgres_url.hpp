#pragma once
// A postgresql:// URL, taken apart once and checked before anything is connected.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/units.hpp"

namespace rlm::store {

/// Whether `where` begins with postgresql:// or postgres://.
bool is_postgres_url(std::string_view where);

/// What libpq needs to connect, but for the password.
class PostgresUrl {
 public:
  using Option = std::pair<std::string, std::string>;

  /// BadRequest (Source::Self) when libpq cannot read it, a port is no port, or a password stands
  /// in it. The message never repeats any of the URL: what is misread may be a password.
  static Result<PostgresUrl> parse(const std::string& url);

  /// "rlm@db1:5432,db2/labels": what errors name. Holds nothing secret.
  const std::string& name() const { return name_; }
  /// The options for each host, in the order in which they are to be tried.
  const std::vector<std::vector<Option>>& hosts() const { return hosts_; }
  /// What the URL says of connect_timeout; else `otherwise`.
  Milliseconds connect_timeout(Milliseconds otherwise) const;

 private:
  std::string name_;
  std::vector<std::vector<Option>> hosts_;
};

}  // namespace rlm::store
