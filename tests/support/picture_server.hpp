#pragma once
// A web server of pictures: what a client of the proxy names by URL.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rlm::test {

/// What one path is answered with.
struct Picture {
  enum class How {
    Whole,
    WithoutLength,  // as chunks
    Endless,        // its bytes again and again, without a length
    Stalls,         // its bytes, and nothing behind them until the peer has left
    Cut,            // its bytes, then the connection ends too early
  };

  std::string body{};
  int status = 200;
  std::string location{};
  How how = How::Whole;
  std::string coding{};  // content-encoding
};

/// The first bytes of such a file, and as many more as it takes to have `bytes` in all.
std::string png(std::size_t bytes = 64);
std::string pdf(std::size_t bytes = 64);

/// Listens on a port of 127.0.0.1 while it lives. Paths that it does not know are answered 404.
class PictureServer {
 public:
  /// With TLS when a certificate is given.
  explicit PictureServer(std::map<std::string, Picture> pictures,
                         const std::string& certificate_file = {},
                         const std::string& key_file = {});
  ~PictureServer();
  PictureServer(const PictureServer&) = delete;
  PictureServer& operator=(const PictureServer&) = delete;

  std::uint16_t port() const;
  /// Replaces what a path is answered with.
  void put(const std::string& path, Picture picture);
  /// Heads of all requests so far: the target and a line for each header.
  std::vector<std::string> requests() const;
  /// How many were for this target.
  std::size_t asked(const std::string& target) const;
  /// Waits until the peer of a stalling answer has left; false when it does not.
  bool wait_peer_left();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rlm::test
