#include "admit/authenticate.hpp"

#include <gtest/gtest.h>

namespace rlm::admit {
namespace {

struct AdmitCase {
  std::string name;
  Headers headers;
  bool needs_credential;
  bool with_keys;
  bool admitted;
};

class Admission : public testing::TestWithParam<AdmitCase> {};

TEST_P(Admission, IsDecidedByTheHeadAlone) {
  AdmitConfig config;
  if (GetParam().with_keys) config.keys = {Secret("first"), Secret("second")};
  const auto result = authenticate(GetParam().headers, config, GetParam().needs_credential);
  EXPECT_EQ(result.has_value(), GetParam().admitted);
  if (result) return;
  EXPECT_EQ(result.error().kind, ErrorKind::Unauthorized);
  EXPECT_EQ(result.error().source, Source::Client);
  EXPECT_EQ(result.error().message.find("wrong"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Authenticate, Admission,
    testing::Values(
        AdmitCase{"NobodyNeedsAKey", {}, false, false, true},
        AdmitCase{"TheUpstreamNeedsOne", {}, true, false, false},
        AdmitCase{"AnyKeyForTheUpstream", {{"x-api-key", "any"}}, true, false, true},
        AdmitCase{"AnyTokenForTheUpstream", {{"authorization", "bearer any"}}, true, false, true},
        AdmitCase{"AnEmptyKey", {{"x-api-key", ""}}, true, false, false},
        AdmitCase{"BasicIsNoToken", {{"authorization", "Basic any"}}, true, false, false},
        AdmitCase{"AnEmptyToken", {{"authorization", "Bearer  "}}, true, false, false},
        AdmitCase{"NoKeyOfOurs", {}, false, true, false},
        AdmitCase{"TheFirstKey", {{"x-api-key", "first"}}, false, true, true},
        AdmitCase{"TheLastKeyAsToken", {{"Authorization", "Bearer second"}}, true, true, true},
        AdmitCase{"AWrongKey", {{"x-api-key", "wrong"}}, false, true, false},
        AdmitCase{"ABeginningOfAKey", {{"x-api-key", "firs"}}, false, true, false},
        AdmitCase{"AKeyAndMore", {{"x-api-key", "first "}}, false, true, false},
        AdmitCase{"AWrongKeyBesideARightToken",
                  {{"x-api-key", "wrong"}, {"authorization", "Bearer first"}},
                  false,
                  true,
                  false}),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace rlm::admit
