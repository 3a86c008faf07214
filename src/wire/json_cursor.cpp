#include "wire/json_cursor.hpp"

#include <simdjson.h>
#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "wire/json_text.hpp"
#include "wire/json_walk.hpp"

namespace rlm::wire {
namespace {

constexpr std::size_t kFirstCapacity = 16u << 10;

/// "not valid JSON: expected a colon: line 2 column 7 (char 31)"; line and column count from 1, the
/// column in bytes.
tl::unexpected<Error> refuse(std::string_view text, const JsonFault& fault) {
  const std::string_view before = text.substr(0, fault.offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_break = before.rfind('\n');
  const std::size_t column = before.size() - (line_break == before.npos ? 0 : line_break + 1) + 1;
  std::string message = fault.too_deep ? "" : "not valid JSON: ";
  message += std::string(fault.expected) + ": line " + std::to_string(line) + " column " +
             std::to_string(column) + " (char " + std::to_string(fault.offset) + ")";
  return fail(fault.too_deep ? ErrorKind::TooLarge : ErrorKind::BadRequest, Source::Client,
              std::move(message));
}

}  // namespace

struct JsonIndex::Impl {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  std::unique_ptr<std::uint32_t[]> closers;
  std::size_t closers_size = 0;
  std::vector<std::uint32_t> stack;

  /// Makes room for a document; false when memory is short or the text beyond what simdjson
  /// indexes.
  bool fit(std::size_t bytes) {
    const std::size_t capacity = parser == nullptr ? 0 : parser->capacity();
    const bool give_back = capacity > kRetainedBytes && bytes <= kRetainedBytes;
    if (bytes <= capacity && !give_back) return true;
    const std::size_t wanted =
        give_back ? kRetainedBytes
                  : std::max({bytes, kFirstCapacity, std::min(capacity * 2, kRetainedBytes)});
    if (give_back) {
      closers.reset();
      closers_size = 0;
    }
    if (parser != nullptr) return parser->allocate(wanted, 1) == simdjson::SUCCESS;
    return simdjson::get_active_implementation()->create_dom_parser_implementation(
               wanted, 1, parser) == simdjson::SUCCESS;
  }
  void fit_closers(std::size_t count) {
    if (count <= closers_size) return;
    closers_size = count + std::min<std::size_t>(count / 2, 64u << 10) + 256;
    closers = std::unique_ptr<std::uint32_t[]>(new std::uint32_t[closers_size]);
  }
};

JsonIndex::JsonIndex() : impl_(std::make_unique<Impl>()) {}
JsonIndex::~JsonIndex() = default;

Result<void> JsonIndex::index_structurals(std::string_view text) {
  if (text.empty()) return refuse(text, {"expected a value", 0, false});
  if (!impl_->fit(text.size()))
    return fail(ErrorKind::TooLarge, Source::Client,
                "a JSON text of " + std::to_string(text.size()) + " bytes is too large");
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  if (impl_->parser->stage1(bytes, text.size(), simdjson::stage1_mode::regular) !=
      simdjson::SUCCESS)
    return refuse(text, find_lexical_fault(text));
  return {};
}

Result<JsonValue> JsonIndex::parse(std::string_view text, const JsonLimits& limits) {
  if (auto indexed = index_structurals(text); !indexed) return fail(std::move(indexed.error()));
  const auto& parser = *impl_->parser;
  if (parser.n_structural_indexes > limits.structurals_max)
    return fail(ErrorKind::TooLarge, Source::Client,
                "a JSON text with more than " + std::to_string(limits.structurals_max) +
                    " brackets, commas, colons and values is too large");
  impl_->fit_closers(parser.n_structural_indexes);
  if (impl_->stack.size() < limits.depth_max) impl_->stack.resize(limits.depth_max);

  JsonWalk walk;
  walk.text = text;
  walk.starts = parser.structural_indexes.get();
  walk.count = parser.n_structural_indexes;
  walk.closers = impl_->closers.get();
  walk.stack = impl_->stack.data();
  walk.depth_max = limits.depth_max;
  if (const JsonFault fault = check_grammar(walk); fault.expected != nullptr)
    return refuse(text, fault);

  text_ = text.data();
  starts_ = walk.starts;
  closers_ = walk.closers;
  return JsonValue(this, 0);
}

std::string_view JsonIndex::unescaped_key(std::string_view raw, std::string& scratch) {
  scratch.clear();
  append_unescaped(scratch, raw);
  return scratch;
}

std::string JsonValue::string() const {
  const std::string_view text = quoted();
  std::string out;
  out.reserve(text.size());
  append_unescaped(out, text);
  return out;
}

std::int64_t JsonValue::integer(std::int64_t otherwise) const {
  if (!is(Type::Number)) return otherwise;
  const std::string_view digits = raw();
  std::int64_t value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return read.ec == std::errc{} && read.ptr == digits.data() + digits.size() ? value : otherwise;
}

JsonValue JsonValue::member(std::string_view key) const {
  JsonValue found;
  each_member([&](std::string_view name, JsonValue value) {
    if (name == key) found = value;
    return name != key;
  });
  return found;
}

}  // namespace rlm::wire
