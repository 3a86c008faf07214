#pragma once
// Cancellation within one thread: a client that leaves stops its exchange, which closes its
// upstream calls.

namespace rlm::net {

class StopCallback;

/// Stops once; callbacks registered later are called at once. One thread.
class StopSource {
 public:
  StopSource() = default;
  StopSource(const StopSource&) = delete;
  StopSource& operator=(const StopSource&) = delete;
  ~StopSource();
  /// Calls every registered callback once. A callback may destroy itself or others.
  void request_stop();
  bool stopped() const { return stopped_; }

 private:
  friend class StopCallback;
  StopCallback* first_ = nullptr;
  bool stopped_ = false;
};

/// Registered while it lives. `call` must not throw.
class StopCallback {
 public:
  using Call = void (*)(void*);
  StopCallback() = default;
  StopCallback(StopSource& source, Call call, void* context) { attach(source, call, context); }
  StopCallback(const StopCallback&) = delete;
  StopCallback& operator=(const StopCallback&) = delete;
  ~StopCallback() { detach(); }

  void attach(StopSource& source, Call call, void* context);
  void detach();

 private:
  friend class StopSource;
  StopSource* source_ = nullptr;
  StopCallback* previous_ = nullptr;
  StopCallback* next_ = nullptr;
  Call call_ = nullptr;
  void* context_ = nullptr;
};

}  // namespace rlm::net
