// A Messages request for a vendor that takes less of the dialect than Anthropic.
#include "dialect/messages_quirks.hpp"

#include <gtest/gtest.h>

#include "dialect/request_members.hpp"

namespace rlm::dialect {
namespace {

std::string to_deepseek(const std::string& messages) {
  wire::JsonIndex index;
  const std::string text = R"({ "model":"m","messages" : [)" + messages + "]}";
  wire::SplicedBody body(text);
  const auto root = index.parse(text);
  const auto done = fit_messages(*root, *messages_quirks("deepseek"), body);
  if (!done) return std::string(lack_of(done.error())) + " at " + done.error().message;
  const Buffer sent = body.joined();
  EXPECT_TRUE(index.parse(sent.view())) << sent.view();
  std::string out(sent.view());
  const std::string front = R"({ "model":"m","messages" : [)";
  EXPECT_EQ(out.substr(0, front.size()), front);
  return out.substr(front.size(), out.size() - front.size() - 2);
}

std::string user(const std::string& blocks) {
  return R"({"role":"user","content":[)" + blocks + "]}";
}
std::string assistant(const std::string& blocks) {
  return R"({"role":"assistant","content":[)" + blocks + "]}";
}
std::string text(const std::string& words) {
  return R"({"type":"text","text":")" + words + "\"}";
}

constexpr const char* kRedacted = R"({"type":"redacted_thinking","data":"x"})";
const std::string kThinking = R"({"type":"thinking","thinking":"t","signature":"s"})";
const std::string kNotes =
    R"({"type":"document","title":"Notes","source":{"type":"text","media_type":"text/plain","data":"a\nb"}})";

TEST(MessagesQuirks, AreThoseOfVendorsThatSayWhatTheyTake) {
  EXPECT_NE(messages_quirks("deepseek"), nullptr);
  EXPECT_EQ(messages_quirks("anthropic"), nullptr);
  EXPECT_EQ(messages_quirks("anthropic-compatible"), nullptr);
}

TEST(MessagesQuirks, LeaveEveryByteOfWhatIsTaken) {
  const std::string messages =
      R"({"role" : "user","content":"a\u00e9"}, )" +
      assistant(kThinking + " , " +
                R"({"type":"tool_use","id":"t","name":"n","input":{"x":1.0}})") +
      "," + user(R"({"type":"tool_result","tool_use_id":"t","content":"ok"},)" + text("b"));
  EXPECT_EQ(to_deepseek(messages), messages);
}

TEST(MessagesQuirks, SwitchThinkingOffBehindACallThatHasLostIts) {
  const auto sent = [](const std::string& more, const std::string& blocks) {
    wire::JsonIndex index;
    const std::string text =
        R"({"model":"m",)" + more + R"("messages":[)" + assistant(blocks) + "]}";
    wire::SplicedBody body(text);
    EXPECT_TRUE(fit_messages(*index.parse(text), *messages_quirks("deepseek"), body));
    return std::string(body.joined().view());
  };
  const std::string call = R"({"type":"tool_use","id":"t","name":"n","input":{}})";
  const std::string off = R"("thinking":{"type":"disabled"})";
  EXPECT_NE(sent("", call).find(off), std::string::npos);
  EXPECT_EQ(sent("", kThinking + "," + call).find(off), std::string::npos);
  EXPECT_EQ(sent("", text("a")).find(off), std::string::npos);
  EXPECT_EQ(sent(R"("thinking":{"type":"enabled"},)", call).find(off), std::string::npos)
      << "it was asked for";
}

TEST(MessagesQuirks, TakeRedactedThinkingOutWhereverItStands) {
  const std::string a = user(text("a"));
  const std::string red = kRedacted;
  EXPECT_EQ(to_deepseek(a + "," + assistant(red + "," + text("b"))),
            a + "," + assistant(text("b")));
  EXPECT_EQ(to_deepseek(a + "," + assistant(kThinking + "," + red + "," + red)),
            a + "," + assistant(kThinking));
  EXPECT_EQ(to_deepseek(a + "," + assistant(red + "," + red + ", " + text("b") + "," + red)),
            a + "," + assistant(text("b")));
  EXPECT_EQ(to_deepseek(a + "," + assistant(red) + "," + a), a + "," + a)
      << "a message of nothing else goes with it";
}

TEST(MessagesQuirks, MakeTextOfWhatIsText) {
  const std::string notes = text(R"([Document: Notes]\na\nb)");
  EXPECT_EQ(to_deepseek(user(kNotes + "," + text("c"))), user(notes + "," + text("c")));
  const std::string result = R"({"type":"tool_result","tool_use_id":"t","content":[)";
  EXPECT_EQ(to_deepseek(user(result + kNotes + "]}")), user(result + notes + "]}"));
  EXPECT_EQ(to_deepseek(user(R"({"type":"search_result","source":"s","title":"T","content":[)" +
                             text("found") + "]}")),
            user(text(R"([Search result: T]\ns\nfound)")));
}

TEST(MessagesQuirks, SayWhatIsNotTakenAndWhere) {
  const auto begins = [](const std::string& messages) {
    const std::string said = to_deepseek(messages);
    return said.substr(0, said.find(" cannot"));
  };
  const std::string pdf =
      R"({"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AA"}})";
  EXPECT_EQ(begins(user(text("a") + "," + pdf)),
            "documents at messages.0.content.1: a document of this source");
  EXPECT_EQ(begins(user(R"({"type":"tool_result","tool_use_id":"t","content":[)" + pdf + "]}")),
            "documents at messages.0.content.0.content.0: a document of this source");
  EXPECT_EQ(begins(user(text("a")) + "," + user(R"({"type":"container_upload","file_id":"f"})")),
            "unknown_blocks at messages.1.content.0: a block of type container_upload");
}

TEST(MessagesQuirks, MakeSystemEntriesTheUsers) {
  EXPECT_EQ(to_deepseek(user(text("a")) + R"(,{"role":"system","content":"b"})"),
            user(text("a")) + R"(,{"role":"user","content":"[System message]\nb"})");
  EXPECT_EQ(to_deepseek(R"({"content":[)" + text("b") + R"(],"role":"system"})"),
            R"({"content":[)" + text(R"([System message]\nb)") + R"(],"role":"user"})");
}

TEST(MessagesQuirks, TellASchemaInWordsBehindTheSystemText) {
  const auto sent = [](const std::string& more) {
    wire::JsonIndex index;
    const std::string text =
        R"({"model":"m",)" + more + R"("messages":[{"role":"user","content":"a"}]})";
    wire::SplicedBody body(text);
    EXPECT_TRUE(fit_messages(*index.parse(text), *messages_quirks("deepseek"), body));
    const Buffer joined = body.joined();
    EXPECT_TRUE(index.parse(joined.view())) << joined.view();
    return std::string(joined.view());
  };
  const std::string format = R"({"type":"json_schema","schema":{"a":"\n"}})";
  const std::string asked = R"("output_config":{"effort":"low","format":)" + format + "},";
  const std::string rest =
      R"("output_config":{"effort":"low","format":null},"messages":[{"role":"user","content":"a"}]})";
  const std::string words =
      R"(Answer with one JSON object and nothing else. It must follow this JSON Schema: {\"a\":\"\\n\"})";
  const std::string block = R"({"type":"text","text":")" + words + "\"}";
  EXPECT_EQ(sent(asked), R"({"system":[)" + block + R"(],"model":"m",)" + rest);
  EXPECT_EQ(sent(R"("system":"s",)" + asked),
            R"({"model":"m","system":"s\n\n)" + words + R"(",)" + rest);
  EXPECT_EQ(sent(R"("system":[{"type":"text","text":"s"}],)" + asked),
            R"({"model":"m","system":[{"type":"text","text":"s"},)" + block + "]," + rest);
  for (const char* none : {"null", "[]"})
    EXPECT_EQ(sent(R"("system":)" + std::string(none) + "," + asked),
              R"({"model":"m","system":[)" + block + "]," + rest);
  EXPECT_NE(sent(R"("output_format":)" + format + ",").find(words), std::string::npos);
  EXPECT_EQ(sent(R"("output_config":{"effort":"low","format":null},)"), R"({"model":"m",)" + rest);
}

TEST(MessagesQuirks, KeepThePrefixOfAConversationThatGrows) {
  const std::string first = user(kNotes) + "," + assistant(kRedacted + ("," + text("b")));
  const std::string second = first + "," + user(text("c"));
  EXPECT_EQ(to_deepseek(second).substr(0, to_deepseek(first).size()), to_deepseek(first));
}

}  // namespace
}  // namespace rlm::dialect
