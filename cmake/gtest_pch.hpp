// Precompiled once and shared by every test program, behind Asio's (asio_pch.hpp): GoogleTest's headers are most of what
// a test compiles.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
