#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/percent.hpp"
#include "config/test_configs.hpp"

namespace rlm::config {
namespace {

Result<Config> read(const std::string& labels) {
  return parse_config("[ledger]\npath = \"ledger.db\"\nlabels = \"" + labels +
                          "\"\n[models.a]\nendpoint = \"anthropic\"\n",
                      "test", [](std::string_view name) -> std::optional<std::string> {
                        if (name == "DB_PASSWORD") return "p@ss/w:rd%";
                        return std::nullopt;
                      });
}

struct PlaceCase {
  const char* name;
  const char* labels;
  const char* where;
  const char* password;
};
class LabelPlaces : public testing::TestWithParam<PlaceCase> {};
TEST_P(LabelPlaces, AreFilesOrUrlsWithoutTheirPassword) {
  const auto config = read(GetParam().labels);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->labels.place.where, GetParam().where);
  EXPECT_EQ(config->labels.place.password.reveal(), GetParam().password);
}
INSTANTIATE_TEST_SUITE_P(
    Labels, LabelPlaces,
    testing::Values(
        PlaceCase{"Absent", "", "ledger.db", ""}, PlaceCase{"File", "labels.db", "labels.db", ""},
        PlaceCase{"NoPassword", "postgres://rlm@db/labels", "postgres://rlm@db/labels", ""},
        PlaceCase{"Empty", "postgresql://rlm:@db/labels", "postgresql://rlm@db/labels", ""},
        PlaceCase{"Variable", "postgresql://rlm:${DB_PASSWORD}@db:5433/labels?sslmode=require",
                  "postgresql://rlm@db:5433/labels?sslmode=require", "p@ss/w:rd%"},
        PlaceCase{"Hosts", "postgresql://rlm:${DB_PASSWORD}@a:1,b:2/labels",
                  "postgresql://rlm@a:1,b:2/labels", "p@ss/w:rd%"},
        PlaceCase{"Socket", "postgresql:///labels?host=%2Frun%2Fpostgresql",
                  "postgresql:///labels?host=%2Frun%2Fpostgresql", ""},
        PlaceCase{"AtBehind", "postgresql://db:5432/labels?application_name=a@b",
                  "postgresql://db:5432/labels?application_name=a@b", ""}),
    [](const auto& one) { return one.param.name; });

struct WrongPlaceCase {
  const char* name;
  const char* labels;
  const char* told;
};
class WrongLabelPlaces : public testing::TestWithParam<WrongPlaceCase> {};
TEST_P(WrongLabelPlaces, AreNamedAndNeverRepeated) {
  const auto config = read(GetParam().labels);
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, testing::AllOf(testing::HasSubstr("ledger.labels: "),
                                                     testing::HasSubstr(GetParam().told),
                                                     testing::Not(testing::HasSubstr("pa55"))));
}
INSTANTIATE_TEST_SUITE_P(
    Labels, WrongLabelPlaces,
    testing::Values(
        WrongPlaceCase{"WrittenOut", "postgresql://rlm:pa55@db/labels", "a secret is written out"},
        WrongPlaceCase{"NotSet", "postgresql://rlm:${NOT_SET}@db/labels", "NOT_SET is not set"},
        WrongPlaceCase{"InTheQuery", "postgresql://db/labels?password=pa55", "written out"},
        WrongPlaceCase{"NotEncoded", "postgresql://rlm:1/pa55@db/labels", "expected postgresql://"},
        WrongPlaceCase{"NoUrl", "postgresql://[pa55", "expected postgresql://"}),
    [](const auto& one) { return one.param.name; });

TEST(LabelPassword, MayStandInAFile) {
  const std::string path = testing::TempDir() + "labels-password";
  std::ofstream(path) << "from a file\n";
  const auto config = read("postgresql://rlm:" + percent_encoded("file:" + path) + "@db/labels");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->labels.place.password.reveal(), "from a file");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace rlm::config
