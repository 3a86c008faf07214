#pragma once
// A coding agent's session as a script: which tool is called at which step, and what is said at the
// end.
//
// {"sessions": [{"match": TEXT, "vars": {NAME: {"after": TEXT, "until": TEXT}}, "steps":
// [REPLY...], "final": TEXT}]} A session is played when the texts of the last user turn contain
// `match` (absent: always) and the request offers the tools of all its steps. The step is the
// number of assistant turns since the last user text; behind the last one comes `final`. In steps
// and `final`
// {{NAME}} is replaced: {{user}} is the last user text, {{result}} the last tool result, other
// names are declared in `vars`: what stands between `after` and `until` in that turn's texts, else
// anywhere in the prompt.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/reply.hpp"

namespace rlm::sim {

class Coder {
 public:
  /// BadRequest (Source::Self) naming what is wrong.
  static Result<Coder> parse(std::string_view json);
  static Result<Coder> load(const std::string& path);

  /// The next reply; nothing when no session fits.
  std::optional<Reply> play(const SimRequest& request) const;

 private:
  struct Variable {
    std::string name, after, until;
  };
  struct Session {
    std::string match;
    std::vector<Variable> variables;
    std::vector<Reply> steps;
    std::string final_text;
  };
  static Result<Session> read_session(wire::JsonValue json);
  static std::string value_of(const Session& session, std::string_view name,
                              const SimRequest& request);
  static std::string filled(const Session& session, std::string_view text,
                            const SimRequest& request, bool inside_json);

  std::vector<Session> sessions_;
};

}  // namespace rlm::sim
