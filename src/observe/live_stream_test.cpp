#include "observe/live_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <future>

#include "observe/sample_record.hpp"
#include "observe/server_thread.hpp"

namespace rlm::observe {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;

// A browser that reads up to a given text.
class Browser {
 public:
  explicit Browser(std::uint16_t port) : socket_(io_) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    asio::write(socket_, asio::buffer(std::string("GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n")));
  }
  std::string read_to(const std::string& text) {
    boost::system::error_code error;
    const auto size = asio::read_until(socket_, asio::dynamic_buffer(input_), text, error);
    EXPECT_FALSE(error) << error.message() << " after " << input_;
    std::string got = input_.substr(0, size);
    input_.erase(0, size);
    return got;
  }
  void leave() { socket_.close(); }

 private:
  asio::io_context io_;
  asio::ip::tcp::socket socket_;
  std::string input_;
};

// Serves the live stream and tells when a handler has ended.
struct LiveServer {
  RecentExchanges recent;
  std::promise<void> ended;
  ServerThread server{[this](net::HttpTransaction& transaction) { return serve(transaction); }};

  net::Task<void> serve(net::HttpTransaction& transaction) {
    co_await serve_live(transaction, recent);
    ended.set_value();
  }
};

TEST(ServeLive, BeginsWithASummaryAndSendsEachNewExchange) {
  LiveServer live;
  Browser browser(live.server.port());
  const std::string begin = browser.read_to("}\n\n");
  EXPECT_THAT(begin, HasSubstr("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"));
  EXPECT_THAT(begin, HasSubstr("event: summary\ndata: {\"version\""));
  live.recent.add(sample_record("exc_1"));
  EXPECT_THAT(browser.read_to("}\n\n"), HasSubstr("event: exchange\ndata: {\"id\":\"exc_1\""));
  EXPECT_THAT(browser.read_to("}\n\n"), HasSubstr("\"requests\":1,"));
}

TEST(ServeLive, EndsWhenTheClientLeaves) {
  LiveServer live;
  Browser browser(live.server.port());
  browser.read_to("}\n\n");
  browser.leave();
  live.ended.get_future().wait();
}

TEST(ServeLive, EndsProperlyWhenTheDashboardIsClosed) {
  LiveServer live;
  Browser browser(live.server.port());
  browser.read_to("}\n\n");
  live.recent.close();
  browser.read_to("\r\n0\r\n\r\n");
  live.ended.get_future().wait();
}

}  // namespace
}  // namespace rlm::observe
