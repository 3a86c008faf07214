#pragma once
// The running hash of a prompt, block by block: equal hashes mean that a provider's prompt cache
// can serve up to there.

#include <cstdint>
#include <string_view>
#include <vector>

#include "domain/request.hpp"
#include "wire/content_block.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::wire {

/// Where a block stands; part of what is hashed.
enum class Section : std::uint8_t { Tool, System, User, Assistant, SystemMessage, OtherMessage };

/// Collects the marks. A block's hash does not change when its cache mark comes or goes, nor when a
/// text block becomes a plain string: clients move the mark with every turn. A block that is
/// nothing but text is hashed by its text as it stands between the quotes, any other by its raw
/// bytes without the cache marks.
class PrefixChain {
 public:
  /// A text, `raw` being the bytes between its quotes.
  void add_text(Section section, std::string_view raw) { add(section, Kind::Text, hash_of(raw)); }
  /// Any other block.
  void add_block(Section section, JsonValue block, bool has_cache_marks);
  /// Completes the mark of the block added last. `bytes` of the prompt lie before its end.
  void mark(std::size_t bytes, std::int32_t message, CacheMark mark);
  /// Automatic caching: the last block is a breakpoint.
  void mark_last(CacheMark mark);

  std::size_t size() const { return marks_.size(); }
  std::vector<PrefixMark> take() { return std::move(marks_); }

 private:
  enum class Kind : std::uint8_t { Text, Block };
  static std::uint64_t hash_of(std::string_view bytes);
  void add(Section section, Kind kind, std::uint64_t hash);
  void make_room();

  std::uint64_t hash_ = 0;
  std::vector<PrefixMark> marks_;
};

}  // namespace rlm::wire
