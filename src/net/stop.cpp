#include "net/stop.hpp"

namespace rlm::net {

StopSource::~StopSource() {
  while (first_ != nullptr) first_->detach();
}

void StopSource::request_stop() {
  if (stopped_) return;
  stopped_ = true;
  while (first_ != nullptr) {
    StopCallback* callback = first_;
    const auto call = callback->call_;
    void* context = callback->context_;
    callback->detach();
    call(context);
  }
}

void StopCallback::attach(StopSource& source, Call call, void* context) {
  detach();
  if (source.stopped_) {
    call(context);
    return;
  }
  source_ = &source;
  call_ = call;
  context_ = context;
  next_ = source.first_;
  if (next_ != nullptr) next_->previous_ = this;
  source.first_ = this;
}

void StopCallback::detach() {
  if (source_ == nullptr) return;
  if (previous_ != nullptr) {
    previous_->next_ = next_;
  } else {
    source_->first_ = next_;
  }
  if (next_ != nullptr) next_->previous_ = previous_;
  source_ = nullptr;
  previous_ = next_ = nullptr;
}

}  // namespace rlm::net
