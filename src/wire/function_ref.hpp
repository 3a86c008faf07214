#pragma once
// A reference to a callable that is called before the call it was passed to returns; std::function
// would allocate for it.

#include <memory>
#include <type_traits>
#include <utility>

namespace rlm::wire {

template <class Signature>
class FunctionRef;

/// Does not own what it refers to: use it for parameters only.
template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> &&
           std::is_invocable_r_v<R, F&, Args...>)
      FunctionRef(F&& callable)  // implicit, so that a lambda can be passed as it stands
      : target_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
        call_([](void* target, Args... args) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(target))(std::forward<Args>(args)...);
        }) {}

  R operator()(Args... args) const { return call_(target_, std::forward<Args>(args)...); }

 private:
  void* target_;
  R (*call_)(void*, Args...);
};

}  // namespace rlm::wire
