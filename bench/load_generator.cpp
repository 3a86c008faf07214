// Puts load on a proxy. Usage: bench_load_generator MODE PORT BODY_FILE [name=number]...
//   closed    `connections` clients ask again as soon as they are answered; "session-000000" in the
//             body becomes the client's number, "turn-000000" that of its request
//   streams   `connections` streams are opened and kept; bodies must ask for paced events
//   abort     the same, then each client leaves at a random moment, every other one by RST
// Prints "MEASURE" when the measured time begins (after `warm_ms`; with every stream open), one
// line of JSON when it ends (after `measure_ms`), and then holds its connections until standard
// input is closed.

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "bench/load_client.hpp"
#include "bench/sockets.hpp"

namespace rlm::bench {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::size_t kOpeningMax = 64;  // streams that wait for their first event
constexpr std::uint64_t kOpeningTime = 60'000 * kMillisecond;

struct Options {
  std::string mode;
  std::uint16_t port = 0;
  std::string body;
  std::size_t connections = 32;
  std::uint64_t warm = 500 * kMillisecond;
  std::uint64_t measure = 3'000 * kMillisecond;
};

std::string request_with(const std::string& body) {
  return "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
         "x-api-key: bench\r\nanthropic-version: 2023-06-01\r\n"
         "anthropic-beta: claude-code-20250219,interleaved-thinking-2025-05-14\r\n"
         "User-Agent: claude-cli/2.0.1 (external, cli)\r\nAccept: application/json\r\n"
         "x-stainless-lang: js\r\nx-stainless-package-version: 0.60.0\r\nx-stainless-os: Linux\r\n"
         "x-stainless-arch: x64\r\nx-stainless-runtime: node\r\nx-stainless-retry-count: 0\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Six digits behind a word of a request; nowhere when it has no such word.
class Number {
 public:
  Number(const std::string& request, const std::string& word)
      : at_(request.find(word + "-000000")), digits_(word.size() + 1) {}

  void set(std::string& request, std::size_t number) const {
    if (at_ == request.npos) return;
    for (std::size_t digit = 6; digit-- > 0; number /= 10)
      request[at_ + digits_ + digit] = static_cast<char>('0' + number % 10);
  }
  bool exists() const { return at_ != std::string::npos; }

 private:
  std::size_t at_;
  std::size_t digits_;
};

class LoadGenerator : public LoadListener {
 public:
  explicit LoadGenerator(const Options& options)
      : options_(options),
        request_(request_with(options.body)),
        turn_(request_, "turn"),
        client_(options.port, *this) {}

  void closed_loop() {
    began_.resize(options_.connections);
    conversations_.assign(options_.connections, request_);
    const Number session(request_, "session");
    for (std::size_t i = 0; i < conversations_.size(); ++i) session.set(conversations_[i], i);
    repeats_ = true;
    for (std::size_t i = 0; i < options_.connections; ++i) ask(client_.connect());
    run_for(options_.warm);
    begin();
    run_for(options_.measure);
    finish();
  }

  void open_streams() {
    open_all([this](std::size_t) { return std::string_view(request_); });
    run_for(options_.warm);
    begin();
    run_for(options_.measure);
    finish();
  }

  void leave_streams() {
    // The mock model tells by this number which connection it lost.
    const Number number(request_, "bench-abort");
    if (!number.exists()) give_up("a body without bench-abort-000000");
    std::vector<std::string> requests(options_.connections, request_);
    for (std::size_t i = 0; i < requests.size(); ++i) number.set(requests[i], i);
    open_all([&](std::size_t i) { return std::string_view(requests[i]); });
    begin();
    leave_all();
    finish();
  }

  void on_events(std::size_t connection, std::size_t count) override {
    events_ += count;
    if (connection >= has_event_.size() || has_event_[connection]) return;
    has_event_[connection] = true;
    ++streaming_;
  }

  void on_response(std::size_t connection, bool good) override {
    if (good) {
      ++good_;
      if (is_measuring_) latencies_.push_back(now_ns() - began_[connection]);
    } else if (++bad_ == 1000) {
      std::fprintf(stderr, "1000 requests failed\n");
      std::exit(1);
    }
    if (repeats_) ask(connection);
  }

 private:
  void ask(std::size_t connection) {
    std::string& request = conversations_[connection];
    turn_.set(request, ++turns_);
    began_[connection] = now_ns();
    client_.send(connection, request);
  }

  template <typename RequestOf>
  void open_all(RequestOf request_of) {
    began_.resize(options_.connections);
    has_event_.resize(options_.connections);
    const std::uint64_t give_up_at = now_ns() + kOpeningTime;
    while (streaming_ < options_.connections) {
      while (client_.size() < options_.connections && client_.size() - streaming_ < kOpeningMax) {
        const std::size_t made = client_.connect();
        client_.send(made, request_of(made));
      }
      client_.poll(10);
      if (bad_ > 0 || now_ns() > give_up_at) {
        std::fprintf(stderr, "%zu of %zu streams opened\n", streaming_, options_.connections);
        std::exit(1);
      }
    }
  }

  void leave_all() {
    std::mt19937_64 random(11);
    std::vector<std::pair<std::uint64_t, std::size_t>> plan;
    for (std::size_t i = 0; i < client_.size(); ++i)
      plan.emplace_back(now_ns() + random() % options_.measure, i);
    std::sort(plan.begin(), plan.end());
    for (const auto& [at, index] : plan) {
      while (now_ns() < at) client_.poll(1);
      left_ += (left_.empty() ? "[" : ",[") + std::to_string(index) + "," +
               std::to_string(now_ns()) + "]";
      client_.leave(index, index % 2 == 1);
    }
  }

  void run_for(std::uint64_t time) {
    const std::uint64_t end = now_ns() + time;
    while (now_ns() < end) client_.poll(1);
  }

  void begin() {
    good_ = bad_ = events_ = 0;
    is_measuring_ = true;
    measure_began_ = now_ns();
    std::printf("MEASURE\n");
    std::fflush(stdout);
  }

  double percentile_us(double part) {
    if (latencies_.empty()) return 0;
    const auto nth = static_cast<std::ptrdiff_t>(part * static_cast<double>(latencies_.size() - 1));
    std::nth_element(latencies_.begin(), latencies_.begin() + nth, latencies_.end());
    return static_cast<double>(latencies_[static_cast<std::size_t>(nth)]) / 1000;
  }

  void finish() {
    const std::uint64_t end = now_ns();
    const double seconds = static_cast<double>(end - measure_began_) / 1e9;
    std::printf(
        "{\"good\":%zu,\"bad\":%zu,\"seconds\":%.6f,\"events\":%zu,\"p50_us\":%.1f,\"p99_us\":%.1f,"
        "\"end_ns\":%llu,\"left\":[%s]}\n",
        good_, bad_, seconds, events_, percentile_us(0.5), percentile_us(0.99),
        static_cast<unsigned long long>(end), left_.c_str());
    std::fflush(stdout);
    char byte;
    while (::read(STDIN_FILENO, &byte, 1) > 0) {
    }
  }

  const Options options_;
  const std::string request_;
  const Number turn_;
  std::vector<std::string> conversations_;  // each connection's request
  std::size_t turns_ = 0;
  LoadClient client_;
  bool repeats_ = false;
  bool is_measuring_ = false;
  std::uint64_t measure_began_ = 0;
  std::size_t good_ = 0, bad_ = 0, events_ = 0, streaming_ = 0;
  std::vector<std::uint64_t> began_, latencies_;
  std::vector<bool> has_event_;
  std::string left_;
};

bool read_options(int argc, char** argv, Options& options) {
  if (argc < 4) return false;
  options.mode = argv[1];
  options.port = static_cast<std::uint16_t>(std::atoi(argv[2]));
  std::ifstream file(argv[3], std::ios::binary);
  options.body.assign(std::istreambuf_iterator<char>(file), {});
  if (options.body.empty()) return false;
  for (int i = 4; i < argc; ++i) {
    const char* equals = std::strchr(argv[i], '=');
    if (equals == nullptr) return false;
    const std::string name(argv[i], static_cast<std::size_t>(equals - argv[i]));
    const std::uint64_t number = std::strtoull(equals + 1, nullptr, 10);
    if (name == "connections")
      options.connections = number;
    else if (name == "warm_ms")
      options.warm = number * kMillisecond;
    else if (name == "measure_ms")
      options.measure = std::max<std::uint64_t>(number, 1) * kMillisecond;
    else
      return false;
  }
  return true;
}

}  // namespace
}  // namespace rlm::bench

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  rlm::bench::raise_descriptor_limit();
  rlm::bench::Options options;
  if (!rlm::bench::read_options(argc, argv, options)) {
    std::fprintf(stderr, "usage: %s closed|streams|abort PORT BODY_FILE [name=number]...\n",
                 argv[0]);
    return 2;
  }
  rlm::bench::LoadGenerator generator(options);
  if (options.mode == "closed") generator.closed_loop();
  if (options.mode == "streams") generator.open_streams();
  if (options.mode == "abort") generator.leave_streams();
}
