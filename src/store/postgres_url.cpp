#include "store/postgres_url.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>

namespace rlm::store {
namespace {

using Values = std::map<std::string, std::string>;

constexpr const char* kExpected =
    "expected postgresql://user:${NAME}@host:port/database?sslmode=verify-full, NAME being the "
    "environment variable that holds the password";

tl::unexpected<Error> mistake(const std::string& what) {
  return fail(ErrorKind::BadRequest, Source::Self, what + "; " + kExpected);
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

Result<Values> values_of(const std::string& url) {
  char* why = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(PQconninfoParse(url.c_str(), &why));
  PQfreemem(why);  // it may repeat the URL
  if (!options) return mistake("no URL that libpq can read");
  Values values;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr || *option->val == '\0') continue;
    if (*option->dispchar == '*') return mistake("a secret is written out");
    values[option->keyword] = option->val;
  }
  return values;
}

std::vector<std::string> parts_of(const std::string& list) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t comma = 0; comma != std::string::npos; begin = comma + 1) {
    comma = list.find(',', begin);
    parts.push_back(list.substr(begin, comma == std::string::npos ? comma : comma - begin));
  }
  return parts;
}

bool is_port(const std::string& text) {
  int port = 0;
  const char* end = text.data() + text.size();
  const auto [at, failed] = std::from_chars(text.data(), end, port);
  return failed == std::errc() && at == end && port >= 1 && port <= 65535;
}

constexpr const char* kPerHost[] = {"host", "hostaddr", "port"};

}  // namespace

bool is_postgres_url(std::string_view where) {
  return where.starts_with("postgresql://") || where.starts_with("postgres://");
}

Result<PostgresUrl> PostgresUrl::parse(const std::string& url) {
  auto values = values_of(url);
  if (!values) return fail(std::move(values.error()));
  std::map<std::string, std::vector<std::string>> lists;
  std::size_t count = 1;
  for (const char* key : kPerHost) {
    lists[key] = parts_of((*values)[key]);
    count = std::max(count, lists[key].size());
    values->erase(key);
  }
  for (const char* key : kPerHost)
    if (lists[key].size() != 1 && lists[key].size() != count)
      return mistake("hosts and ports differ in number");
  for (const auto& port : lists["port"])
    if (!port.empty() && !is_port(port)) return mistake("a port is not from 1 to 65535");
  // A password with a '/' that was not percent-encoded would be read as part of the name.
  if ((*values)["dbname"].find('@') != std::string::npos)
    return mistake("the database's name holds an '@'");

  PostgresUrl parsed;
  parsed.name_ = (*values)["user"];
  if (!parsed.name_.empty()) parsed.name_ += '@';
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<Option> options(values->begin(), values->end());
    for (const char* key : kPerHost) {
      const auto& list = lists[key];
      const std::string& value = list[std::min(i, list.size() - 1)];
      if (!value.empty()) options.emplace_back(key, value);
      if (key == std::string_view("host")) parsed.name_ += (i == 0 ? "" : ",") + value;
      if (key == std::string_view("port") && !value.empty()) parsed.name_ += ":" + value;
    }
    parsed.hosts_.push_back(std::move(options));
  }
  parsed.name_ += "/" + (*values)["dbname"];
  return parsed;
}

Milliseconds PostgresUrl::connect_timeout(Milliseconds otherwise) const {
  for (const auto& [key, value] : hosts_.front()) {
    int seconds = 0;
    if (key == "connect_timeout" &&
        std::from_chars(value.data(), value.data() + value.size(), seconds).ec == std::errc() &&
        seconds > 0 && seconds <= 3600)
      return std::chrono::seconds(seconds);
  }
  return otherwise;
}

}  // namespace rlm::store
