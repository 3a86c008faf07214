#include "dialect/same_answer.hpp"

namespace rlm::dialect {
namespace {

constexpr std::size_t kBodyMax = 1u << 20;

class Same final : public AnswerTranslator {
 public:
  Result<void> feed(std::string_view bytes, wire::JsonIndex&, std::string& out) override {
    out += bytes;
    return {};
  }
  Result<void> finish(wire::JsonIndex&, std::string&) override { return {}; }
};

class Changed final : public AnswerTranslator {
 public:
  explicit Changed(ChangeBody change) : change_(change) {}
  Result<void> feed(std::string_view bytes, wire::JsonIndex&, std::string&) override {
    if (body_.size() + bytes.size() > kBodyMax)
      return fail(ErrorKind::TooLarge, Source::Upstream,
                  "the upstream's answer is larger than expected");
    body_ += bytes;
    return {};
  }
  Result<void> finish(wire::JsonIndex& index, std::string& out) override {
    auto changed = change_(body_, index);
    if (!changed) return fail(std::move(changed.error()));
    out += *changed;
    return {};
  }

 private:
  const ChangeBody change_;
  std::string body_;
};

}  // namespace

std::unique_ptr<AnswerTranslator> same_answer() {
  return std::make_unique<Same>();
}

std::unique_ptr<AnswerTranslator> changed_answer(ChangeBody change) {
  return std::make_unique<Changed>(change);
}

}  // namespace rlm::dialect
