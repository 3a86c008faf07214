#pragma once
// Loopback sockets and the clock that both ends of a measurement share.

#include <cstdint>

namespace rlm::bench {

/// CLOCK_MONOTONIC, the same in every process of a machine.
std::uint64_t now_ns();

/// Says what failed, with errno's text, and ends the program.
[[noreturn]] void give_up(const char* what);

/// A listening, non-blocking socket on 127.0.0.1; port 0 lets the system choose.
int listen_on_loopback(std::uint16_t port);
std::uint16_t port_of(int socket);

/// A connected, non-blocking socket without Nagle's delay.
int connect_to_loopback(std::uint16_t port);

void set_no_delay(int socket);

/// Raises the limit of open descriptors to what the system allows.
void raise_descriptor_limit();

}  // namespace rlm::bench
