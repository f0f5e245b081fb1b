// The `fetch:` section: one HTTP exchange and its limits.
#pragma once

#include <string>

#include "base/fields.h"

namespace crawld {

struct FetchOptions {
    Duration connect_timeout = seconds(10);
    Duration total_timeout = seconds(60);
    uint32_t low_speed_bytes = 512;
    Duration low_speed_time = seconds(20);
    ByteSize body_max = mib(16);
    ByteSize bodies_max = mib(512);
    ByteSize headers_max = kib(300);
    uint32_t retries = 3;
    Duration deadline = hours(24);
    uint32_t redirects_max = 10;
    Duration refetch_after{0};
    bool verify_tls = true;
    std::string accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    std::string accept_language;
};

template <class V>
void describe(V& v, FetchOptions& o) {
    v.field({.name = "connect_timeout",
             .help = "TCP connect and TLS handshake must be done in this time.",
             .min = 1'000,
             .max = 300'000'000},
            o.connect_timeout);
    v.field({.name = "total_timeout",
             .help = "One exchange, from connect to the last byte, must be done in this time.",
             .min = 1'000,
             .max = 3'600'000'000},
            o.total_timeout);
    v.field({.name = "low_speed_bytes",
             .help = "A transfer slower than this many bytes a second during low_speed_time is "
                     "given up; 0 switches the check off."},
            o.low_speed_bytes);
    v.field({.name = "low_speed_time",
             .help = "See low_speed_bytes.",
             .min = 1'000'000,
             .max = 3'600'000'000},
            o.low_speed_time);
    v.field({.name = "body_max",
             .help = "A body is cut here, on the wire and after decoding.",
             .min = 1'024,
             .max = int64_t{1} << 30},
            o.body_max);
    v.field({.name = "bodies_max",
             .help = "Bodies in memory, from their first byte until their links are found. Where "
                     "there are so many bytes of them, transfers wait until some are free; on each "
                     "event loop one goes on.",
             .live = false,
             .min = 1 << 20,
             .max = int64_t{1} << 40,
             .per_host = false},
            o.bodies_max);
    v.field({.name = "headers_max",
             .help = "A response with more bytes of headers is refused.",
             .min = 1'024,
             .max = 300 * 1'024},
            o.headers_max);
    v.field({.name = "retries", .help = "Further tries after a failure that may pass.", .max = 100},
            o.retries);
    v.field({.name = "deadline",
             .help = "One URL is given up this long after its first try, however many tries are "
                     "left.",
             .min = 1'000'000},
            o.deadline);
    v.field({.name = "redirects_max", .help = "Hops in one chain of redirects.", .max = 50},
            o.redirects_max);
    v.field({.name = "refetch_after",
             .help = "A URL that was there is fetched again this long after, with its ETag and "
                     "Last-Modified, so that an unchanged page costs an answer without a body; 0: "
                     "never."},
            o.refetch_after);
    v.field({.name = "verify_tls",
             .help = "Check certificates. Switch it off only for single hosts in an overlay."},
            o.verify_tls);
    v.field({.name = "accept", .help = "The Accept header."}, o.accept);
    v.field({.name = "accept_language", .help = "The Accept-Language header; empty sends none."},
            o.accept_language);
}

}  // namespace crawld
