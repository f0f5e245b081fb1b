// The `network:` section: where the crawler may connect, and how names are resolved.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/fields.h"

namespace crawld {

struct NetworkOptions {
    std::vector<std::string> allow;
    std::vector<uint32_t> ports{80, 443};
    std::map<std::string, std::string> hosts;
    std::vector<std::string> dns_servers;
    Duration dns_timeout = seconds(2);
    uint32_t dns_tries = 3;
    Duration dns_ttl_min = seconds(60);
    Duration dns_ttl_max = hours(24);
    Duration dns_negative_ttl = seconds(60);
    uint32_t dns_cache_max = 200'000;
    bool ipv6 = true;
    std::string ca_file;
};

template <class V>
void describe(V& v, NetworkOptions& o) {
    v.field(
        {.name = "allow",
         .help = "CIDR or CIDR:port exceptions to the guard against private, loopback and other "
                 "special addresses.",
         .per_host = false},
        o.allow);
    v.field({.name = "ports",
             .help = "Ports that may be connected to.",
             .min = 1,
             .max = 65535,
             .per_host = false},
            o.ports);
    v.field({.name = "hosts",
             .help = "Fixed addresses by host name, like /etc/hosts; they still pass the guard.",
             .per_host = false},
            o.hosts);
    v.field({.name = "dns_servers",
             .help = "Name servers as address or address:port; empty means /etc/resolv.conf.",
             .live = false,
             .per_host = false},
            o.dns_servers);
    v.field({.name = "dns_timeout",
             .help = "How long one try at a name server may take.",
             .live = false,
             .min = 100'000,
             .max = 60'000'000,
             .per_host = false},
            o.dns_timeout);
    v.field({.name = "dns_tries",
             .help = "Tries at each name server.",
             .live = false,
             .min = 1,
             .max = 10,
             .per_host = false},
            o.dns_tries);
    v.field({.name = "dns_ttl_min",
             .help = "An answer is kept at least this long, whatever its TTL says.",
             .per_host = false},
            o.dns_ttl_min);
    v.field(
        {.name = "dns_ttl_max", .help = "An answer is kept at most this long.", .per_host = false},
        o.dns_ttl_max);
    v.field({.name = "dns_negative_ttl",
             .help = "How long a failed look-up is remembered.",
             .per_host = false},
            o.dns_negative_ttl);
    v.field({.name = "dns_cache_max",
             .help = "Names in the DNS cache; the least recently used leave first.",
             .live = false,
             .min = 100,
             .per_host = false},
            o.dns_cache_max);
    v.field({.name = "ipv6",
             .help = "Ask for IPv6 addresses too; IPv4 is preferred when both exist.",
             .live = false,
             .per_host = false},
            o.ipv6);
    v.field({.name = "ca_file",
             .help = "File of the certificates (PEM) that servers' are checked against; empty "
                     "means those of the system.",
             .live = false,
             .per_host = false},
            o.ca_file);
}

}  // namespace crawld
