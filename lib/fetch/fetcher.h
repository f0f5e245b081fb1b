// Fetcher: the seam for HTTP. One exchange per start(): no redirects, no retries, no decoding, no
// DNS; the address is given, and checked again on the socket. CurlFetcher (curl_fetcher.h) is the
// real one.
//
// Owns:   a request is moved in, its result moved out; the body is raw, as on the wire after
//         chunked framing is removed, and capped while it streams.
// Thread: the loop's. The listener is called from the loop, never from inside start() or cancel().
// Errors: FetchResult::outcome; `detail` is a sentence for the log.
// Test:   tests/unit/fetch/, tests/e2e/
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "dns/address.h"
#include "fetch/body_budget.h"
#include "fetch/options.h"
#include "fetch/outcome.h"

namespace crawld {

struct HttpHeader {
    std::string name;
    std::string value;  // as received, trimmed; may hold any bytes but CR, LF, NUL
};

struct FetchRequest {
    std::string url;   // canonical ASCII, http or https
    std::string host;  // of the URL, without brackets: cache key, SNI, certificate name
    uint16_t port = 80;
    IpAddress address;  // where to connect
    std::string user_agent;
    std::vector<HttpHeader> headers;  // further ones: If-None-Match, ...
    FetchOptions options;
    bool keep_alive = true;   // false: the host has nothing else due soon
    bool keep_heads = false;  // the result brings both heads as they were on the wire
};

struct FetchTimes {
    Duration connect{0};  // 0 on a reused connection
    Duration tls{0};
    Duration first_byte{0};  // from start
    Duration total{0};
};

// All headers of that name (any case) as one list (RFC 9110 5.3): "gzip, br"; empty if there are
// none.
std::string header_list(const std::vector<HttpHeader>& headers, std::string_view name);

struct FetchResult {
    Outcome outcome = Outcome::ok;
    std::string detail;               // of a failure, or of doubtful framing: a sentence
    int status = 0;                   // 0: no response
    std::vector<HttpHeader> headers;  // of the final response
    std::string body;
    BodyLease lease;           // of the body's bytes: goes where it goes, and ends with it
    bool body_cut = false;     // at body_max
    uint64_t bytes_wire = 0;   // headers and body as received
    IpAddress address;         // the peer
    std::string http_version;  // "1.1"
    std::string tls;           // "TLSv1.3", empty for http
    std::string cipher_suite;  // "TLS_AES_256_GCM_SHA384", empty for http
    // If asked for: each up to its empty line, of the final response.
    std::string request_head;
    std::string response_head;
    bool reused_connection = false;
    FetchTimes times;

    // The first header of that name (any case), or nothing.
    std::optional<std::string_view> header(std::string_view name) const;
    std::string header_list(std::string_view name) const {
        return crawld::header_list(headers, name);
    }
    void drop_body() {
        body = {};
        lease.end();
    }
};

class FetcherListener {
  public:
    virtual ~FetcherListener() = default;
    // The first byte of the response is here: the slot rule's f(k). At most once per request.
    virtual void on_first_byte(uint64_t token) = 0;
    // Exactly once per start(), after cancel() too. The connection is closed or idle by now.
    virtual void on_fetched(uint64_t token, FetchResult result) = 0;
    // Transfers wait because fetch.bodies_max is reached, where none did before.
    struct BodiesWait {
        size_t transfers = 0;  // that wait now
        uint64_t waits = 0;    // that have waited, in all
        uint64_t held = 0;     // bytes of bodies
    };
    virtual void on_bodies_wait(const BodiesWait&) {}
};

class Fetcher {
  public:
    virtual ~Fetcher() = default;
    virtual void set_listener(FetcherListener* listener) = 0;
    virtual void start(uint64_t token, FetchRequest request) = 0;  // token: unique in flight
    virtual void cancel(uint64_t token) = 0;  // its result comes with Outcome::canceled
    virtual size_t in_flight() const = 0;
};

}  // namespace crawld
