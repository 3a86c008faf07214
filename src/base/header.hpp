#pragma once
// HTTP headers of one message in one allocation, and in the form in which they are sent.

#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rlm {

/// The headers that the proxy acts on. A name is looked up once, when its header is parsed or
/// added.
enum class HeaderName : std::uint8_t {
  Other,
  AcceptEncoding,
  ApiKey,  // api-key
  Authorization,
  Connection,
  ContentLength,
  Cookie,
  Expect,
  Host,
  KeepAlive,
  ProxyAuthenticate,
  ProxyAuthorization,
  ProxyConnection,
  Rlm,  // every name that begins with x-rlm-
  SetCookie,
  Te,
  Trailer,
  TransferEncoding,
  Upgrade,
  XApiKey,
};
/// ASCII case ignored.
HeaderName header_name(std::string_view name);

/// A set of known names.
class HeaderNames {
 public:
  constexpr HeaderNames() = default;
  constexpr HeaderNames(std::initializer_list<HeaderName> names) {
    for (const HeaderName name : names) bits_ |= std::uint32_t{1} << static_cast<unsigned>(name);
  }
  constexpr bool contains(HeaderName name) const {
    return (bits_ >> static_cast<unsigned>(name) & 1) != 0;
  }
  constexpr HeaderNames operator|(HeaderNames other) const {
    other.bits_ |= bits_;
    return other;
  }

 private:
  std::uint32_t bits_ = 0;
};

/// One header; the views live as long as the Headers they came from and are not changed.
struct Header {
  std::string_view name;
  std::string_view value;
  HeaderName known = HeaderName::Other;
};

/// An ordered list of headers that owns its text. Names keep their case; repeated names keep their
/// order.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string_view, std::string_view>> entries) {
    for (const auto& [name, value] : entries) add(name, value);
  }

  void add(std::string_view name, std::string_view value);
  /// Room for this many headers and bytes of names and values, so that building a list allocates
  /// twice.
  void reserve(std::size_t headers, std::size_t bytes) {
    entries_.reserve(headers);
    text_.reserve(bytes);
  }
  /// Bytes of all names and values, and of what stands between them.
  std::size_t text_bytes() const { return text_.size(); }
  /// Adds the headers of `from` at the positions `first` up to `last` as they stand there.
  void append(const Headers& from, std::size_t first, std::size_t last);
  /// All of them as "name: value\r\n". Only for lists that were built by add() and append().
  std::string_view lines() const { return text_; }
  /// The value of the first header with this name, ASCII case ignored; empty when absent.
  std::string_view find(std::string_view name) const;
  std::string_view find(HeaderName known) const;
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  Header operator[](std::size_t i) const {
    const Entry& e = entries_[i];
    const std::string_view all = text_;
    return {all.substr(e.name_at, e.name_size), all.substr(e.value_at, e.value_size), e.known};
  }

  /// For parsers: takes over a whole head; entries are then added by position with add_at().
  void adopt(std::string_view text) { text_.assign(text); }
  void add_at(std::size_t name_at, std::size_t name_size, std::size_t value_at,
              std::size_t value_size, HeaderName known);

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Header;
    using difference_type = std::ptrdiff_t;
    using pointer = const Header*;
    using reference = Header;
    Iterator(const Headers& headers, std::size_t at) : headers_(&headers), at_(at) {}
    Header operator*() const { return (*headers_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const Headers* headers_;
    std::size_t at_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

 private:
  struct Entry {
    std::uint32_t name_at, value_at, value_size;
    std::uint32_t name_size : 24;
    HeaderName known;
  };
  std::size_t line_end(std::size_t i) const;
  std::string text_;
  std::vector<Entry> entries_;
};

/// True when two header names are equal, ASCII case ignored.
bool same_header(std::string_view a, std::string_view b);

/// Headers::find as a function. The view lives as long as `headers`.
inline std::string_view find_header(const Headers& headers, std::string_view name) {
  return headers.find(name);
}

}  // namespace rlm
