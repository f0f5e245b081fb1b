#include "fetch/outcome.h"

namespace crawld {

bool is_transient(Outcome outcome) {
    switch (outcome) {
        case Outcome::server_error:
        case Outcome::throttled:
        case Outcome::dns_failed:
        case Outcome::dns_timeout:
        case Outcome::connect_refused:
        case Outcome::connect_timeout:
        case Outcome::connect_failed:
        case Outcome::tls_failed:
        case Outcome::timeout:
        case Outcome::too_slow:
        case Outcome::empty_reply:
        case Outcome::connection_lost:
        case Outcome::truncated:
        case Outcome::robots_unreachable:
        case Outcome::canceled:
            return true;
        case Outcome::ok:
        case Outcome::redirect:
        case Outcome::not_modified:
        case Outcome::client_error:
        case Outcome::odd_status:
        case Outcome::dns_not_found:
        case Outcome::address_refused:
        case Outcome::tls_certificate:
        case Outcome::bad_response:
        case Outcome::headers_too_large:
        case Outcome::body_too_large:
        case Outcome::undecodable:
        case Outcome::robots_denied:
        case Outcome::skipped:
        case Outcome::given_up:
            return false;
    }
    return false;
}

bool is_host_failure(Outcome outcome) {
    switch (outcome) {
        case Outcome::server_error:
        case Outcome::throttled:
        case Outcome::dns_not_found:
        case Outcome::dns_failed:
        case Outcome::dns_timeout:
        case Outcome::connect_refused:
        case Outcome::connect_timeout:
        case Outcome::connect_failed:
        case Outcome::tls_failed:
        case Outcome::tls_certificate:
        case Outcome::timeout:
        case Outcome::too_slow:
        case Outcome::empty_reply:
        case Outcome::connection_lost:
            return true;
        case Outcome::ok:
        case Outcome::redirect:
        case Outcome::not_modified:
        case Outcome::client_error:
        case Outcome::odd_status:
        case Outcome::address_refused:
        case Outcome::truncated:
        case Outcome::bad_response:
        case Outcome::headers_too_large:
        case Outcome::body_too_large:
        case Outcome::undecodable:
        case Outcome::robots_denied:
        case Outcome::robots_unreachable:
        case Outcome::skipped:
        case Outcome::given_up:
        case Outcome::canceled:
            return false;
    }
    return false;
}

// The numbers of Heritrix 3's fetch status codes.
int heritrix_code(Outcome outcome, int status) {
    if (status != 0) return status;
    switch (outcome) {
        case Outcome::dns_not_found:
        case Outcome::dns_failed:
        case Outcome::dns_timeout:
            return -1;
        case Outcome::connect_refused:
        case Outcome::connect_timeout:
        case Outcome::connect_failed:
        case Outcome::tls_failed:
        case Outcome::tls_certificate:
            return -2;
        case Outcome::connection_lost:
        case Outcome::truncated:
        case Outcome::bad_response:
        case Outcome::headers_too_large:
        case Outcome::body_too_large:
        case Outcome::undecodable:
            return -3;
        case Outcome::timeout:
        case Outcome::too_slow:
            return -4;
        case Outcome::given_up:
            return -8;
        case Outcome::robots_unreachable:
            return -61;
        case Outcome::empty_reply:
            return -404;
        case Outcome::skipped:
            return -5000;
        case Outcome::address_refused:
            return -5001;
        case Outcome::robots_denied:
            return -9998;
        case Outcome::ok:
        case Outcome::redirect:
        case Outcome::not_modified:
        case Outcome::client_error:
        case Outcome::server_error:
        case Outcome::odd_status:
        case Outcome::throttled:
        case Outcome::canceled:
            return 0;
    }
    return 0;
}

}  // namespace crawld
