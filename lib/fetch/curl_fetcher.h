// CurlFetcher: the real Fetcher, on curl's multi interface. The only door to curl in the program.
//
// How things move: start() sets up a transfer (transfer.h) from a pool and adds it; a posted kick
//      lets curl begin. curl says by callback which sockets to watch (socket_table.h) and when to
//      be called; readiness and time-outs lead to curl_multi_socket_action, after each of which the
//      finished transfers are collected. First bytes and results wait in lists, and deliver(), a
//      posted task, hands them to the listener: nothing is ever called from inside curl, and the
//      listener may start and cancel as it likes.
// Guard: the address is asked about before anything else, when the socket is opened, and when the
//      request is about to go out on a connection, kept-alive ones included, whose peer must be the
//      address given.
// Counting: one start() is at most one request on the wire (transfer.h, Sends). A connection that
//      is given up after its request was sent and before a byte came back is reset, so that the
//      kernel does not deliver the request later.
// Bodies: each transfer asks the gate (body_budget.h) before its body grows; one that has to wait
// is
//      paused, so that its server waits too, and a timer lets it go on when there is room.
// Idle connections are watched; when the server ends one, a sweep makes curl close it.
// Owns: sockets and the connection cache; the loop must outlive it. Requests in flight at its
//      destruction are dropped without a result.
// Cost: about 20 us of CPU a kept-alive plain request on a 2-core machine.
// Test: tests/unit/fetch/curl_fetcher_test.cc, curl_fetcher_fault_test.cc,
//       curl_fetcher_bodies_test.cc
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "dns/address_policy.h"
#include "fetch/fetcher.h"
#include "loop/uv_loop.h"

namespace crawld {

struct CurlFetcherOptions {
    size_t connections_max = 512;  // in flight; twice as many may be open, the rest idle
    std::string ca_file = {};      // empty: the system's certificates
    // Bytes of bodies, shared by all fetchers of the process; null: without a bound.
    std::shared_ptr<BodyBudget> bodies = {};
};

class CurlFetcher : public Fetcher {
  public:
    CurlFetcher(UvLoop& loop, std::shared_ptr<const AddressPolicy> policy,
                const CurlFetcherOptions& options);
    ~CurlFetcher() override;

    void set_listener(FetcherListener* listener) override;
    void start(uint64_t token, FetchRequest request) override;
    void cancel(uint64_t token) override;
    size_t in_flight() const override;

    // From the next request on, kept-alive connections included.
    void set_policy(std::shared_ptr<const AddressPolicy> policy);

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace crawld
