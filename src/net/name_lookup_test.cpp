#include "net/name_lookup.hpp"

#include <gtest/gtest.h>

#include "tests/support/run_task.hpp"

namespace rlm::net {
namespace {

struct Lookup {
  NameLookup::Found found(const std::string& host) {
    return test::run_task(worker, names.find(worker, host, 443, stop));
  }
  std::vector<asio::ip::tcp::endpoint> find(const std::string& host) {
    return found(host).addresses;
  }
  NameLookup names;
  Worker worker;
  StopSource stop;
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

TEST(NameLookup, KnowsNothingOfANameThatDoesNotExistAndSaysWhy) {
  Lookup l;
  const auto found = l.found("no.such.name.invalid");
  EXPECT_TRUE(found.addresses.empty());
  EXPECT_NE(found.why, "");
}

TEST(NameLookup, EndsWhenItIsStopped) {
  Lookup l;
  l.stop.request_stop();
  EXPECT_TRUE(l.find("localhost").empty());
}

}  // namespace
}  // namespace rlm::net
