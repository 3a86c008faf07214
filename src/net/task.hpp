#pragma once
// Asio's coroutine on our executor: one io_context per thread, so no strand and no polymorphic
// executor is needed.

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace rlm::net {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;

/// A coroutine of one worker thread. Awaited at once it may take references; spawned it takes
/// values.
template <class T>
using Task = asio::awaitable<T, Executor>;

using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

inline constexpr asio::use_awaitable_t<Executor> kAwait{};

/// Resumes a suspended coroutine when it is called, once, on its thread. Destroying it uncalled
/// destroys that coroutine.
using Resume = asio::async_result<asio::use_awaitable_t<Executor>, void()>::handler_type;

/// Suspends the caller and gives `keep` what resumes it.
template <class Keep>
Task<void> suspend(Keep keep) {
  return asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(std::move(keep),
                                                                             kAwait);
}

}  // namespace rlm::net
