// Goal: whatever a client names and whatever a server does, the proxy asks nobody that it must not
// ask, and ends. Real sockets and TLS; the servers are listed ones, whose addresses are not looked
// at, except where a test is about strangers.

#include "fetch/fetcher.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <filesystem>

#include "tests/support/certificates.hpp"
#include "tests/support/picture_server.hpp"
#include "tests/support/raw_upstream.hpp"
#include "tests/support/run_task.hpp"

namespace rlm::fetch {
namespace {

using test::Picture;
using ::testing::HasSubstr;
using ::testing::Not;
using How = Picture::How;

/// One authority, and a certificate for each name, for all tests of this process.
class Certificates {
 public:
  Certificates() = default;
  ~Certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  const test::Certificate& authority() const { return authority_; }
  const test::Certificate& of(const std::string& name) {
    auto& made = made_[name];
    if (made.key_file.empty())
      made = test::make_certificate((folder_ / name).string(), authority_, name);
    return made;
  }

 private:
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("rlm-fetch-test-" + std::to_string(::getpid()));
  const test::Certificate authority_ = [this] {
    std::filesystem::create_directories(folder_);
    return test::make_authority((folder_ / "ca").string());
  }();
  std::map<std::string, test::Certificate> made_;
};

Certificates& certificates() {
  static Certificates all;
  return all;
}

struct Fetch {
  explicit Fetch(std::map<std::string, Picture> pictures)
      : server(std::move(pictures), certificates().of("localhost").certificate_file,
               certificates().of("localhost").key_file) {
    config.ca_file = certificates().authority().certificate_file;
    config.proxy = "none";
    trust(true, server.port());
  }

  void trust(bool tls, std::uint16_t port, const std::string& host = "localhost") {
    net::Url origin;
    origin.tls = tls;
    origin.host = host;
    origin.port = port;
    config.origins.push_back(origin);
  }
  std::string url(const std::string& path) const {
    return "https://localhost:" + std::to_string(server.port()) + path;
  }
  Fetcher& made() {
    if (fetcher == nullptr) fetcher = std::move(*Fetcher::make(config, clock));
    return *fetcher;
  }
  Result<std::vector<FetchedPtr>> get(const std::vector<wire::UrlSource>& sources) {
    return test::run_task(worker, made().fetch(worker, sources, stop));
  }
  /// The reason why one image is not fetched.
  std::string refusal(const std::string& image_url) {
    const auto got = get({image(image_url)});
    if (got) return "(none)";
    EXPECT_EQ(got.error().kind, ErrorKind::BadRequest);
    EXPECT_EQ(got.error().source, Source::Client);
    return got.error().message;
  }
  static wire::UrlSource image(const std::string& url) {
    return {false, {}, url, "messages.0.content.1"};
  }
  static wire::UrlSource document(const std::string& url) {
    return {true, {}, url, "messages.0.content.2"};
  }

  test::PictureServer server;
  FetchConfig config;
  FakeClock clock;
  std::shared_ptr<Fetcher> fetcher;
  net::Worker worker;
  net::StopSource stop;
};

TEST(Fetcher, BringsImagesAndDocumentsInTheirOrder) {
  Fetch f({{"/a?token=1", {test::png()}},
           {"/b", {.body = test::png(200'000), .how = How::WithoutLength}},
           {"/c", {test::pdf()}}});
  const auto got = f.get(
      {Fetch::image(f.url("/a?token=1")), Fetch::image(f.url("/b")), Fetch::document(f.url("/c"))});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ((*got)[0]->media_type, "image/png");
  EXPECT_EQ((*got)[1]->bytes, 200'000u);
  EXPECT_EQ((*got)[2]->source, fetched("application/pdf", test::pdf()).source);
}

TEST(Fetcher, SendsNothingOfTheClients) {
  Fetch f({{"/a", {test::png()}}});
  ASSERT_TRUE(f.get({Fetch::image(f.url("/a"))}));
  const std::string head = f.server.requests().at(0);
  for (const char* name : {"authorization", "cookie", "x-api-key", "anthropic", "referer"})
    EXPECT_THAT(head, Not(HasSubstr(name)));
}

TEST(Fetcher, AsksOnceForWhatStandsTwiceAndForWhatItHas) {
  Fetch f({{"/a", {test::png()}}});
  const auto first = f.get({Fetch::image(f.url("/a")), Fetch::image(f.url("/a"))});
  ASSERT_TRUE(first) << first.error().message;
  f.server.put("/a", {test::png(100)});
  const auto second = f.get({Fetch::image(f.url("/a"))});
  ASSERT_TRUE(second);
  EXPECT_EQ((*first)[1], (*second)[0]) << "a changed picture would break the prompt's prefix";
  EXPECT_EQ(f.server.asked("/a"), 1u);
  f.clock.advance(f.config.keep);
  const auto third = f.get({Fetch::image(f.url("/a"))});
  ASSERT_TRUE(third);
  EXPECT_EQ((*third)[0]->bytes, 100u);
  EXPECT_EQ(f.made().counts().fetched, 2u);
  EXPECT_EQ(f.made().counts().kept, 1u);
}

TEST(Fetcher, TellsPlaceHostAndReasonButNotTheUrl) {
  Fetch f({});
  EXPECT_EQ(
      f.refusal(f.url("/secret-path?token=abc")),
      "messages.0.content.1.source.url: the image at localhost:" + std::to_string(f.server.port()) +
          " cannot be fetched: its server answers 404; it can be sent in base64 instead");
  EXPECT_EQ(f.made().counts().failed, 1u);
}

TEST(Fetcher, TakesAnImageOfTheLargestSizeAndNotOneByteMore) {
  const std::size_t most = FetchConfig{}.image_bytes_max;
  for (const How how : {How::Whole, How::WithoutLength}) {
    Fetch f({{"/most", {.body = test::png(most), .how = how}},
             {"/more", {.body = test::png(most + 1), .how = how}}});
    EXPECT_EQ(f.refusal(f.url("/most")), "(none)");
    EXPECT_THAT(f.refusal(f.url("/more")), HasSubstr("it has more than 5242880 bytes"));
  }
}

TEST(Fetcher, TakesNotMoreThanOneRequestMayHoldWithEveryCopyCounted) {
  Fetch f({{"/a", {test::png(1000)}}, {"/b", {test::png(1000)}}});
  f.config.request_bytes_max = 2999;
  const auto a = Fetch::image(f.url("/a"));
  const auto b = Fetch::image(f.url("/b"));
  EXPECT_TRUE(f.get({a, b}));
  for (const auto& sources : {std::vector{a, a, a}, std::vector{a, b, b}}) {
    const auto got = f.get(sources);
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().message,
                HasSubstr("all that the request names by URL has more than 2999 bytes"));
  }
}

TEST(Fetcher, EndsAnEndlessBody) {
  Fetch f({{"/endless", {.body = test::png(50'000), .how = How::Endless}}});
  EXPECT_THAT(f.refusal(f.url("/endless")), HasSubstr("it has more than"));
}

TEST(Fetcher, EndsWhenTheTimeIsUp) {
  Fetch f({{"/slow", {.body = test::png(), .how = How::Stalls}}, {"/a", {test::png()}}});
  f.config.timeout = Milliseconds(100);
  EXPECT_THAT(f.refusal(f.url("/slow")), HasSubstr("it takes longer than 100 ms"));
  EXPECT_TRUE(f.server.wait_peer_left());
}

TEST(Fetcher, EndsTheOthersWhenOneFails) {
  Fetch f({{"/slow", {.body = test::png(), .how = How::Stalls}}});
  const auto got = f.get({Fetch::image(f.url("/slow")), Fetch::image(f.url("/none"))});
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("answers 404")) << "not the end of the time";
}

net::Task<void> stop_once_asked(Fetch& f) {
  while (f.server.asked("/slow") == 0) co_await net::sleep_for(f.worker, Milliseconds(1));
  f.stop.request_stop();
}

net::Task<Result<std::vector<FetchedPtr>>> leave_while_fetching(Fetch& f) {
  const std::vector sources{Fetch::image(f.url("/slow"))};
  net::TaskScope scope(f.worker);
  scope.spawn(stop_once_asked(f));
  auto got = co_await f.made().fetch(f.worker, sources, f.stop);
  co_await scope.join();
  co_return got;
}

TEST(Fetcher, EndsWhenTheClientLeaves) {
  Fetch f({{"/slow", {.body = test::png(), .how = How::Stalls}}});
  const auto got = test::run_task(f.worker, leave_while_fetching(f));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::Cancelled);
  EXPECT_TRUE(f.server.wait_peer_left());
  EXPECT_EQ(f.made().counts().failed, 0u);
}

TEST(Fetcher, TakesOnlyWhatTheBytesShowToBeAnImageOrAPdf) {
  Fetch f({{"/page", {"<!DOCTYPE html>"}},
           {"/empty", {""}},
           {"/pdf", {test::pdf()}},
           {"/png", {test::png()}},
           {"/zip", {.body = test::png(), .coding = "gzip"}},
           {"/cut", {.body = test::png(), .how = How::Cut}}});
  const char* const kNone = "it is none of image/jpeg, image/png, image/gif, image/webp";
  for (const char* path : {"/page", "/empty", "/pdf"})
    EXPECT_THAT(f.refusal(f.url(path)), HasSubstr(kNone)) << path;
  EXPECT_THAT(f.refusal(f.url("/zip")), HasSubstr("compressed"));
  EXPECT_THAT(f.refusal(f.url("/cut")), HasSubstr("breaks the answer off"));
  const auto got = f.get({Fetch::image(f.url("/png")), Fetch::document(f.url("/png"))});
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("messages.0.content.2.source.url: the document at"));
  EXPECT_THAT(got.error().message, HasSubstr("it is no PDF"));
}

TEST(Fetcher, FollowsThreeRedirectsAndNoMore) {
  Fetch f({{"/0", {.status = 301, .location = "1"}},
           {"/1", {.status = 302, .location = "/2"}},
           {"/2", {.status = 307, .location = "/3"}},
           {"/3", {test::png()}},
           {"/more", {.status = 308, .location = "/0"}},
           {"/nowhere", {.status = 302}}});
  EXPECT_EQ(f.refusal(f.url("/0")), "(none)");
  EXPECT_THAT(f.refusal(f.url("/more")), HasSubstr("redirected more than 3 times"));
  EXPECT_THAT(f.refusal(f.url("/nowhere")), HasSubstr("answers 302"));
}

struct Stranger {
  std::string url;
  std::string why;
};

class Strangers : public testing::TestWithParam<Stranger> {};

TEST_P(Strangers, InsideOfTheNetworkAreAskedNeitherStraightNorBehindARedirect) {
  const Stranger& one = GetParam();
  Fetch f({{"/redirect", {.status = 302, .location = one.url}}});
  EXPECT_THAT(f.refusal(one.url), HasSubstr("cannot be fetched: " + one.why));
  EXPECT_THAT(f.refusal(f.url("/redirect")), HasSubstr("behind a redirect, " + one.why));
}

constexpr const char* kNotPublic = "its host has no public address";

INSTANTIATE_TEST_SUITE_P(
    Urls, Strangers,
    testing::Values(Stranger{"https://127.0.0.1/a", kNotPublic},
                    Stranger{"https://localhost/a", kNotPublic},
                    Stranger{"https://2130706433/a", kNotPublic},
                    Stranger{"https://0x7f.1/a", kNotPublic}, Stranger{"https://0/a", kNotPublic},
                    Stranger{"https://[::1]/a", kNotPublic},
                    Stranger{"https://[::ffff:127.0.0.1]/a", kNotPublic},
                    Stranger{"https://169.254.169.254/latest/meta-data/", kNotPublic},
                    Stranger{"https://[fd00:ec2::254]/latest/meta-data/", kNotPublic},
                    Stranger{"https://10.0.0.1/a", kNotPublic},
                    Stranger{"https://no.such.name.invalid/a", kNotPublic},
                    Stranger{"http://example.com/a", "this proxy fetches by https only"},
                    Stranger{"https://127.0.0.1:8443/a", "this proxy fetches from port 443 only"}));

TEST(Fetcher, AsksAListedServerByHttpToo) {
  Fetch f({{"/redirect", {.status = 302}}});
  test::PictureServer plain({{"/a", {test::png()}}});
  f.trust(false, plain.port(), "127.0.0.1");
  const std::string url = "http://127.0.0.1:" + std::to_string(plain.port()) + "/a";
  f.server.put("/redirect", {.status = 302, .location = url});
  EXPECT_EQ(f.refusal(f.url("/redirect")), "(none)");
  EXPECT_EQ(plain.asked("/a"), 1u);
}

TEST(Fetcher, BelievesNoServerWithoutTheRightCertificate) {
  Fetch f({});
  const auto& other = certificates().of("other.example");
  test::PictureServer server({{"/a", {test::png()}}}, other.certificate_file, other.key_file);
  f.trust(true, server.port());
  EXPECT_THAT(f.refusal("https://localhost:" + std::to_string(server.port()) + "/a"),
              HasSubstr("TLS handshake failed"));
  EXPECT_EQ(server.asked("/a"), 0u);
}

TEST(Fetcher, GoesThroughTheNetworksProxyToListedServersAlone) {
  const std::string body = test::png();
  test::RawUpstream proxy({{test::sized_response(200, "image/png", body)}});
  Fetch f({});
  f.config.proxy = proxy.base_url();
  f.trust(false, 81, "pictures.invalid");
  EXPECT_EQ(f.refusal("http://pictures.invalid:81/a?b"), "(none)");
  EXPECT_THAT(proxy.requests().at(0), testing::StartsWith("GET http://pictures.invalid:81/a?b "));
  EXPECT_THAT(f.refusal("https://example.com/a"), HasSubstr("behind a network proxy only listed"));
  EXPECT_EQ(proxy.connections(), 1u);
}

TEST(Fetcher, NamesNoMoreUrlsThanItMay) {
  Fetch f({{"/a", {test::png()}}, {"/b", {test::png()}}, {"/c", {test::png()}}});
  f.config.urls_max = 2;
  const auto a = Fetch::image(f.url("/a"));
  const auto b = Fetch::image(f.url("/b"));
  EXPECT_TRUE(f.get({a, b, a, b}));
  const auto got = f.get({a, b, Fetch::image(f.url("/c"))});
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("more than 2 different URLs"));
}

TEST(Fetcher, LetsSoManyRequestsInAtOnce) {
  Fetch f({});
  f.config.requests_max = 2;
  auto first = f.made().enter();
  {
    const auto second = f.made().enter();
    EXPECT_TRUE(first && second);
    const auto third = f.made().enter();
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().kind, ErrorKind::Overloaded);
    EXPECT_EQ(third.error().source, Source::Self);
  }
  EXPECT_TRUE(f.made().enter());
  EXPECT_EQ(f.made().counts().turned_away, 1u);
}

}  // namespace
}  // namespace rlm::fetch
