#pragma once
// The answers of the mock model, made once: a whole message of about 1.2 KB, a stream of 60
// events, and what an endless stream of either dialect is made of.

#include <string>
#include <vector>

namespace rlm::bench {

struct CannedAnswers {
  CannedAnswers();

  std::string json;                 // head and body
  std::string stream_head;          // of a chunked event stream
  std::vector<std::string> events;  // 60, each one chunk; the last one ends the stream
  std::string burst;                // head and all events
  std::string delta;                // one of the events in the middle, for endless streams
  std::string chat_beginning;       // of an endless stream of Chat Completions, head included
  std::string chat_delta;           // one of its chunks
};

}  // namespace rlm::bench
