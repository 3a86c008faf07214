#include "observe/trace_config.hpp"

#include <gtest/gtest.h>

#include <map>

namespace rlm::observe {
namespace {

Environment environment_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

Result<std::vector<TraceConfig>> read(std::map<std::string, std::string> values) {
  return traces_from_environment(environment_of(std::move(values)));
}

TEST(TracesFromEnvironment, AreNoneWhenNothingIsSet) {
  const auto found = read({});
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->empty());
}

TEST(TracesFromEnvironment, AppendThePathToABaseButNotToATracesEndpoint) {
  auto found = read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/otlp/"}});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().url.path, "/otlp/v1/traces");
  EXPECT_EQ(found->front().url.port, 4318);

  found = read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"},
                {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://traces/in"}});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().url.path, "/in");
  EXPECT_TRUE(found->front().url.tls);
}

TEST(TracesFromEnvironment, DecodeHeaders) {
  const auto found =
      read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"},
            {"OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20abc, x-team = a=b ,"},
            {"OTEL_SERVICE_NAME", "proxy"}});
  ASSERT_TRUE(found);
  const auto& config = found->front();
  ASSERT_EQ(config.headers.size(), 2u);
  EXPECT_EQ(config.headers[0].first, "authorization");
  EXPECT_EQ(config.headers[0].second.reveal(), "Bearer abc");
  EXPECT_EQ(config.headers[1].first, "x-team");
  EXPECT_EQ(config.headers[1].second.reveal(), "a=b");
  EXPECT_EQ(config.service_name, "proxy");
}

TEST(TracesFromEnvironment, SendToLangfuseWithItsKeysAndVersion) {
  const auto found = read({{"LANGFUSE_PUBLIC_KEY", "pk"},
                           {"LANGFUSE_SECRET_KEY", "sk"},
                           {"LANGFUSE_HOST", "http://127.0.0.1:3000"},
                           {"LANGFUSE_TRACING_ENVIRONMENT", "staging"}});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1u);
  const auto& config = found->front();
  EXPECT_EQ(config.url.path, "/api/public/otel/v1/traces");
  EXPECT_EQ(config.basic_auth.reveal(), "pk:sk");
  EXPECT_EQ(config.environment, "staging");
  ASSERT_EQ(config.headers.size(), 1u);
  EXPECT_EQ(config.headers[0].first, "x-langfuse-ingestion-version");
  EXPECT_EQ(config.headers[0].second.reveal(), "4");
}

TEST(TracesFromEnvironment, GoToBothReceiversAndToLangfusesCloudByDefault) {
  const auto found = read({{"LANGFUSE_PUBLIC_KEY", "pk"},
                           {"LANGFUSE_SECRET_KEY", "sk"},
                           {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"}});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ(found->back().url.host, "cloud.langfuse.com");
  EXPECT_TRUE(found->back().url.tls);
}

TEST(TracesFromEnvironment, AreOffWhenTheSdkIsDisabled) {
  const auto found = read(
      {{"OTEL_SDK_DISABLED", "true"}, {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"}});
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->empty());
}

struct BadCase {
  const char* name;
  std::map<std::string, std::string> values;
  const char* variable;
};

class BadEnvironment : public testing::TestWithParam<BadCase> {};

TEST_P(BadEnvironment, IsRefusedNamingTheVariable) {
  const auto found = read(GetParam().values);
  ASSERT_FALSE(found);
  EXPECT_TRUE(found.error().message.starts_with(GetParam().variable)) << found.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    TraceConfig, BadEnvironment,
    testing::Values(
        BadCase{"EndpointIsNoUrl",
                {{"OTEL_EXPORTER_OTLP_ENDPOINT", "collector"}},
                "OTEL_EXPORTER_OTLP_ENDPOINT"},
        BadCase{"ProtocolIsGrpc",
                {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317"},
                 {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}},
                "OTEL_EXPORTER_OTLP_PROTOCOL"},
        BadCase{"HeaderWithoutValue",
                {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"},
                 {"OTEL_EXPORTER_OTLP_HEADERS", "authorization"}},
                "OTEL_EXPORTER_OTLP_HEADERS"},
        BadCase{"HeaderThatWouldBeginAnother",
                {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"},
                 {"OTEL_EXPORTER_OTLP_HEADERS", "a=b%0d%0ahost: x"}},
                "OTEL_EXPORTER_OTLP_HEADERS"},
        BadCase{"LangfuseWithoutSecret", {{"LANGFUSE_PUBLIC_KEY", "pk"}}, "LANGFUSE_SECRET_KEY"},
        BadCase{"LangfuseWithoutPublicKey", {{"LANGFUSE_SECRET_KEY", "sk"}}, "LANGFUSE_PUBLIC_KEY"},
        BadCase{"LangfuseHostIsNoUrl",
                {{"LANGFUSE_PUBLIC_KEY", "pk"},
                 {"LANGFUSE_SECRET_KEY", "sk"},
                 {"LANGFUSE_HOST", "nowhere"}},
                "LANGFUSE_HOST"}),
    [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace rlm::observe
