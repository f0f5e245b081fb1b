// SimWeb: a virtual web for tests: names with addresses, pages with answers and failures, and a
// record of every request as the servers received it.
//
// How: SimResolver and SimFetcher (sim_fetcher.h) ask it what happens to a look-up or an exchange.
//      When the server receives a request is drawn from the seed, anywhere between the connect and
//      the first byte, because the slot rule must hold for all of these.
// Thread: one.
// Test: tests/scenarios/
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/prng.h"
#include "base/time.h"
#include "dns/resolver.h"
#include "fetch/fetcher.h"

namespace crawld {

enum class SimConnect : uint8_t { accept, refuse, hang, unreachable };

// What goes wrong after the connect.
enum class SimFault : uint8_t {
    none,
    silent,   // received, never answered
    reset,    // the connection is reset instead of a first byte
    stale,    // the same on a connection that was kept alive
    empty,    // closed instead of a first byte
    cut,      // the body ends early
    stall,    // nothing after the first byte
    garbage,  // not HTTP
};

struct SimReply {
    int status = 200;
    std::vector<HttpHeader> headers;
    std::string body;
    Duration delay = milliseconds(20);  // from the connect to the first byte
    Duration rest = milliseconds(5);    // from there to the last
    SimFault fault = SimFault::none;
    std::vector<std::string> links;  // those in the body, as written; for who checks a crawl
};

struct SimName {
    DnsOutcome outcome = DnsOutcome::found;
    std::vector<IpAddress> addresses;
    Duration delay = milliseconds(10);
};

struct SimAddress {
    SimConnect connect = SimConnect::accept;
    Duration latency = milliseconds(5);
};

// One exchange, as its server and its client saw it.
struct SimRequest {
    std::string url;
    std::string host;
    std::string authority;  // "http://a.example"
    IpAddress address;
    std::string user_agent;
    size_t epoch = 0;  // set_epoch() at the dispatch
    Instant dispatched{};
    std::optional<Instant> received;  // none: no connection was made
    std::optional<Instant> ended;     // none: still under way
    Outcome outcome = Outcome::ok;
    bool lost = false;               // the client died with it
    std::vector<std::string> links;  // of the page that was sent

    bool is_robots() const { return url == authority + "/robots.txt"; }
};

// What will happen to an exchange, from its start on.
struct SimExchange {
    size_t request = 0;  // into requests()
    std::optional<Duration> first_byte;
    Duration end{0};
    FetchResult result;
};

class SimWeb {
  public:
    explicit SimWeb(uint64_t seed) : prng_(seed) {}

    // From the n-th request on (from 1) the page answers so; replace_page() forgets what was said.
    void add_reply(const std::string& url, uint64_t from, SimReply reply);
    void replace_page(const std::string& url, SimReply reply);
    void set_name(const std::string& host, SimName name);
    void set_address(const IpAddress& address, SimAddress behaviour);
    // The address of a name, made up where none was given.
    const SimName& name(const std::string& host);

    SimExchange begin(const FetchRequest& request, Instant now);
    void end(size_t request, Outcome outcome, Instant now);
    void lose(size_t request, Instant now);

    void set_epoch(size_t epoch) { epoch_ = epoch; }
    const std::deque<SimRequest>& requests() const { return requests_; }

  private:
    struct Page {
        std::map<uint64_t, SimReply> replies;  // by the first request they are for
        uint64_t requests = 0;
    };
    const SimReply& reply_to(const std::string& url);
    SimExchange converse(const FetchRequest& request, const SimAddress& server,
                         const SimReply& reply);

    Prng prng_;
    std::map<std::string, Page> pages_;
    std::map<std::string, SimName> names_;
    std::map<IpAddress, SimAddress> addresses_;
    std::deque<SimRequest> requests_;
    uint32_t addresses_made_ = 0;
    size_t epoch_ = 0;
};

// The outcome of a response by its status, where nothing else went wrong.
Outcome sim_outcome(int status, bool has_location);

}  // namespace crawld
