#include "dns/resolver.h"

namespace crawld {

std::string_view to_string(DnsOutcome outcome) {
    switch (outcome) {
        case DnsOutcome::found:
            return "found";
        case DnsOutcome::not_found:
            return "not_found";
        case DnsOutcome::no_address:
            return "no_address";
        case DnsOutcome::server_failure:
            return "server_failure";
        case DnsOutcome::timed_out:
            return "timed_out";
    }
    return "server_failure";
}

}  // namespace crawld
