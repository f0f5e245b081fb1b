// What the bytes of a body are coded in as they were handed over, for decode_body(): its content
// codings and, around them, the transfer codings but for the chunks, which are undone on the wire.
// We ask for no transfer coding; some servers send one all the same.
//
// Source: RFC 9110 8.4, RFC 9112 6.1: in the order in which they were applied.
// Test:   tests/unit/crawl/codings_test.cc, tests/e2e/wire_faults_test.py
#pragma once

#include <string>

#include "fetch/fetcher.h"

namespace crawld {

std::string codings_of(const FetchResult& result);

}  // namespace crawld
