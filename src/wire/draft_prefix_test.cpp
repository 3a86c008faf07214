// A draft endpoint's prefix cache lives on this: the adapted body of a conversation that grew
// begins with the bytes of what was sent before.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "wire/anthropic_request.hpp"

namespace rlm::wire {
namespace {

using Random = std::mt19937;

int below(Random& random, int n) {
  return static_cast<int>(random() % static_cast<unsigned>(n));
}
bool chance(Random& random, int percent) {
  return below(random, 100) < percent;
}

std::string words(Random& random) {
  static const char* const kWords[] = {"plain",
                                       "caf\u00e9",
                                       R"(a \"quoted\" one)",
                                       R"(\u00e4\n)",
                                       "<system-reminder>",
                                       "[]}",
                                       "{\\\"a\\\":1}",
                                       ""};
  std::string text = kWords[below(random, 8)];
  for (int i = below(random, 4); i > 0; --i) text += " w" + std::to_string(below(random, 1000));
  return text;
}

/// An entry of messages, or its twin: what a client writes for the same entry once it is no longer
/// the last, without the cache mark and perhaps as a plain string.
struct Entry {
  std::string fresh;
  std::string settled;
};

const std::string kMark = R"(,"cache_control":{"type":"ephemeral"})";

Entry entry_of(const std::string& role, const std::string& blocks, const std::string& last,
               bool marked) {
  const std::string head = R"({"role":")" + role + R"(","content":[)" + blocks;
  return {head + "{" + last + (marked ? kMark : "") + "}]}", head + "{" + last + "}]}"};
}

Entry user_text(Random& random) {
  const std::string text = words(random);
  Entry entry = entry_of(chance(random, 10) ? "system" : "user", "",
                         R"("type":"text","text":")" + text + "\"", chance(random, 60));
  if (chance(random, 50))
    entry.settled = entry.settled.substr(0, entry.settled.find('[')) + "\"" + text + "\"}";
  return entry;
}

Entry assistant(Random& random, const std::string& id, bool calls) {
  std::string blocks;
  if (chance(random, 50)) blocks += R"({"type":"thinking","thinking":"t","signature":"s"},)";
  if (chance(random, 20)) blocks += R"({"type":"redacted_thinking","data":"d"},)";
  if (calls && chance(random, 50)) blocks += R"({"type":"text","text":")" + words(random) + "\"},";
  return entry_of("assistant", blocks,
                  calls ? R"("type":"tool_use","id":")" + id + R"(","name":"Bash","input":{"c": 1})"
                        : R"("type":"text","text":")" + words(random) + "\"",
                  false);
}

Entry result(Random& random, const std::string& id) {
  return entry_of("user", "",
                  R"("type":"tool_result","tool_use_id":")" + id + R"(","content":[{"text":")" +
                      words(random) + R"(","type":"text"}])",
                  chance(random, 60));
}

std::vector<Entry> conversation(Random& random) {
  std::vector<Entry> entries;
  for (int turns = 1 + below(random, 6); turns > 0; --turns) {
    entries.push_back(user_text(random));
    for (int calls = below(random, 4); calls > 0; --calls) {
      const std::string id =
          (chance(random, 50) ? "toolu_" : "functions.Bash:") + std::to_string(entries.size());
      entries.push_back(assistant(random, id, true));
      entries.push_back(result(random, id));
    }
    entries.push_back(assistant(random, {}, false));
  }
  return entries;
}

/// The first `count` entries as the client sends them: the newest as it is, older ones settled.
std::string body_of(const std::vector<Entry>& entries, std::size_t count, Random& random) {
  std::string body =
      R"({"model":"claude-x","max_tokens":99,"system":[{"type":"text","text":"x-anthropic-billing-header: )" +
      std::to_string(random()) + R"(;"},{"type":"text","text":"S"}],"tools":[{"name":"Bash")" +
      (chance(random, 50) ? kMark : "") + R"(,"input_schema":{}}],"messages":[)";
  for (std::size_t i = 0; i < count; ++i)
    body += (i > 0 ? "," : "") + (i + 1 < count ? entries[i].settled : entries[i].fresh);
  body += R"(],"metadata":{"user_id":")" + std::to_string(random()) + "\"}}";
  return body;
}

std::string draft_of(const std::string& json) {
  JsonIndex index;
  const auto body = draft_body(Buffer(json), index, {}, "draft-1");
  if (!body) {
    ADD_FAILURE() << body.error().message << "\n" << json;
    return {};
  }
  EXPECT_TRUE(index.parse(body->view())) << body->view();
  return std::string(body->view());
}

/// Without the brackets that close it.
std::string_view open_part(const std::string& body) {
  return std::string_view(body).substr(0, body.size() - 2);
}

TEST(DraftPrefix, AConversationThatGrewBeginsWithWhatWasSentBefore) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    Random random(seed);
    const auto entries = conversation(random);
    std::string before = draft_of(body_of(entries, 1, random));
    for (std::size_t count = 2; count <= entries.size(); ++count) {
      const std::string now = draft_of(body_of(entries, count, random));
      ASSERT_TRUE(std::string_view(now).starts_with(open_part(before)))
          << "seed " << seed << ", " << count << " entries\n"
          << before << "\n"
          << now;
      before = now;
    }
  }
}

TEST(DraftPrefix, AChangeLeavesAllBytesBeforeItAlone) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    Random random(seed);
    auto entries = conversation(random);
    const std::size_t at =
        static_cast<std::size_t>(below(random, static_cast<int>(entries.size())));
    const std::string whole = draft_of(body_of(entries, entries.size(), random));
    entries[at] = user_text(random);
    const std::string changed = draft_of(body_of(entries, entries.size(), random));
    const std::string shared = draft_of(body_of(entries, at, random));
    ASSERT_TRUE(std::string_view(whole).starts_with(open_part(shared))) << "seed " << seed;
    ASSERT_TRUE(std::string_view(changed).starts_with(open_part(shared))) << "seed " << seed;
  }
}

TEST(DraftPrefix, NothingOfAThinkingBlockOrAMarkIsLeft) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const auto entries = conversation(random);
    const std::string body = draft_of(body_of(entries, entries.size(), random));
    for (const char* word : {"\"thinking\",", "redacted", "signature", "cache_control", "billing",
                             "functions.", "user_id", "\"system\",\"content\""})
      ASSERT_EQ(body.find(word), std::string::npos) << word << " in " << body;
  }
}

}  // namespace
}  // namespace rlm::wire
