#include "store/postgres_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rlm::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct UrlCase {
  const char* name;
  const char* url;
  const char* told;
};
class BadUrl : public testing::TestWithParam<UrlCase> {};
TEST_P(BadUrl, IsRefusedWithoutRepeatingIt) {
  const auto parsed = PostgresUrl::parse(GetParam().url);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, ErrorKind::BadRequest);
  EXPECT_THAT(parsed.error().message,
              AllOf(HasSubstr(GetParam().told), HasSubstr("expected postgresql://"),
                    Not(HasSubstr("pa55"))));
}
INSTANTIATE_TEST_SUITE_P(
    Postgres, BadUrl,
    testing::Values(UrlCase{"Password", "postgresql://u:pa55@h/db", "written out"},
                    UrlCase{"PasswordBehind", "postgresql://h/db?password=pa55", "written out"},
                    UrlCase{"KeyPassword", "postgresql://h/db?sslpassword=pa55", "written out"},
                    UrlCase{"NoAt", "postgresql://u:pa55/db", "port"},
                    UrlCase{"Slash", "postgresql://u:12/pa55@h/db", "holds an '@'"},
                    UrlCase{"Port", "postgresql://h:70000/db", "port"},
                    UrlCase{"Ports", "postgresql://a,b,c/db?port=1,2", "differ in number"},
                    UrlCase{"Unknown", "postgresql://h/db?pa55=1", "libpq"},
                    UrlCase{"Escape", "postgresql://h/pa55%zz", "libpq"},
                    UrlCase{"Bracket", "postgresql://[::1/pa55", "libpq"}),
    [](const auto& one) { return one.param.name; });

TEST(PostgresUrls, NameTheDatabaseAndTryEachHost) {
  const auto parsed =
      PostgresUrl::parse("postgresql://rlm@a:1,[::1]:2/labels?sslmode=require&connect_timeout=3");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->name(), "rlm@a:1,::1:2/labels");
  EXPECT_EQ(parsed->connect_timeout(Milliseconds(1)), Milliseconds(3'000));
  ASSERT_EQ(parsed->hosts().size(), 2u);
  EXPECT_THAT(parsed->hosts()[1],
              testing::IsSupersetOf(
                  {PostgresUrl::Option{"host", "::1"}, {"port", "2"}, {"sslmode", "require"}}));
}

}  // namespace
}  // namespace rlm::store
