#include "fetch/name_lookup.hpp"

#include <gtest/gtest.h>

#include "tests/support/run_task.hpp"

namespace rlm::fetch {
namespace {

struct Lookup {
  NameLookup::Addresses find(const std::string& host) {
    return test::run_task(worker, names.find(worker, host, 443, stop));
  }
  NameLookup names;
  net::Worker worker;
  net::StopSource stop;
};

TEST(NameLookup, FindsWhatTheSystemFinds) {
  Lookup l;
  const auto found = l.find("localhost");
  ASSERT_FALSE(found.empty());
  for (const auto& address : found) {
    EXPECT_TRUE(address.address().is_loopback());
    EXPECT_EQ(address.port(), 443);
  }
}

TEST(NameLookup, ReadsAddressesInEveryFormThatTheSystemReads) {
  Lookup l;
  for (const char* host : {"127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"}) {
    const auto found = l.find(host);
    ASSERT_EQ(found.size(), 1u) << host;
    EXPECT_TRUE(found[0].address().is_loopback()) << host;
  }
  EXPECT_EQ(l.find("::1").at(0).address().to_string(), "::1");
}

TEST(NameLookup, KnowsNothingOfANameThatDoesNotExist) {
  Lookup l;
  EXPECT_TRUE(l.find("no.such.name.invalid").empty());
}

TEST(NameLookup, EndsWhenItIsStopped) {
  Lookup l;
  l.stop.request_stop();
  EXPECT_TRUE(l.find("localhost").empty());
}

}  // namespace
}  // namespace rlm::fetch
