#include "fetch/curl_outcome.h"

#include <cerrno>

namespace crawld {

namespace {

struct Row {
    int code;  // a CURLcode; those newer than 7.88 have no name in its header
    Outcome outcome;
};

// Codes that mean one thing whenever they come. What is in neither this table nor the switch of
// outcome_of_code() belongs to other protocols or to calls that we do not make.
constexpr Row kPlain[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, Outcome::bad_response},  // HTTP/0.9
    {CURLE_FAILED_INIT, Outcome::connect_failed},
    {CURLE_URL_MALFORMAT, Outcome::skipped},
    {CURLE_COULDNT_RESOLVE_PROXY, Outcome::dns_failed},
    {CURLE_COULDNT_RESOLVE_HOST, Outcome::dns_failed},
    {CURLE_WEIRD_SERVER_REPLY, Outcome::bad_response},
    {CURLE_HTTP2, Outcome::bad_response},
    {CURLE_PARTIAL_FILE, Outcome::truncated},
    {CURLE_WRITE_ERROR, Outcome::bad_response},
    {CURLE_SSL_CONNECT_ERROR, Outcome::tls_failed},
    {CURLE_TOO_MANY_REDIRECTS, Outcome::bad_response},
    {CURLE_GOT_NOTHING, Outcome::empty_reply},
    {CURLE_SSL_ENGINE_NOTFOUND, Outcome::tls_failed},
    {CURLE_SSL_ENGINE_SETFAILED, Outcome::tls_failed},
    {CURLE_SEND_ERROR, Outcome::connection_lost},
    {CURLE_SSL_CERTPROBLEM, Outcome::tls_failed},
    {CURLE_SSL_CIPHER, Outcome::tls_failed},
    {CURLE_PEER_FAILED_VERIFICATION, Outcome::tls_certificate},
    {CURLE_BAD_CONTENT_ENCODING, Outcome::bad_response},
    {CURLE_FILESIZE_EXCEEDED, Outcome::body_too_large},
    {CURLE_USE_SSL_FAILED, Outcome::tls_failed},
    {CURLE_SEND_FAIL_REWIND, Outcome::connection_lost},
    {CURLE_SSL_ENGINE_INITFAILED, Outcome::tls_failed},
    {CURLE_LOGIN_DENIED, Outcome::skipped},  // credentials in the URL
    {CURLE_SSL_CACERT_BADFILE, Outcome::tls_failed},
    {CURLE_SSL_SHUTDOWN_FAILED, Outcome::connection_lost},
    {CURLE_AGAIN, Outcome::connection_lost},
    {CURLE_SSL_CRL_BADFILE, Outcome::tls_failed},
    {CURLE_SSL_ISSUER_ERROR, Outcome::tls_certificate},
    {CURLE_NO_CONNECTION_AVAILABLE, Outcome::connect_failed},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, Outcome::tls_certificate},
    {CURLE_SSL_INVALIDCERTSTATUS, Outcome::tls_certificate},
    {CURLE_HTTP2_STREAM, Outcome::bad_response},
    {CURLE_HTTP3, Outcome::bad_response},
    {CURLE_QUIC_CONNECT_ERROR, Outcome::connect_failed},
    {CURLE_PROXY, Outcome::connect_failed},
    {CURLE_SSL_CLIENTCERT, Outcome::tls_failed},
    {CURLE_UNRECOVERABLE_POLL, Outcome::connect_failed},
    {100, Outcome::headers_too_large},  // CURLE_TOO_LARGE, 8.6
};

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

Outcome outcome_of_connect(int os_error) {
    switch (os_error) {
        case ECONNREFUSED:
            return Outcome::connect_refused;
        case ETIMEDOUT:
            return Outcome::connect_timeout;
        default:
            return Outcome::connect_failed;
    }
}

Outcome outcome_of_receive(const CurlEvidence& seen) {
    // 300 KB of heads end so in 7.88 (CURLE_TOO_LARGE from 8.6).
    if (!seen.head_complete && has(seen.message, "response headers"))
        return Outcome::headers_too_large;
    if (has(seen.message, "chunk")) return Outcome::bad_response;
    return Outcome::connection_lost;
}

}  // namespace

Outcome outcome_of_code(CURLcode code, const CurlEvidence& seen) {
    for (const Row& row : kPlain)
        if (row.code == static_cast<int>(code)) return row.outcome;
    if (code == CURLE_COULDNT_CONNECT) return outcome_of_connect(seen.os_error);
    if (code == CURLE_RECV_ERROR) return outcome_of_receive(seen);
    if (code == CURLE_OPERATION_TIMEDOUT) {
        if (!seen.sent) return Outcome::connect_timeout;
        // curl's own times stop at the last byte, so they cannot tell which limit was met.
        return has(seen.message, "too slow") ? Outcome::too_slow : Outcome::timeout;
    }
    // 7.88 runs out of its own bound, not of memory, on one line of more than 100 KB.
    if (code == CURLE_OUT_OF_MEMORY && seen.sent && !seen.head_complete)
        return Outcome::headers_too_large;
    return seen.sent ? Outcome::bad_response : Outcome::connect_failed;
}

Outcome outcome_of_status(int status, bool has_location) {
    if (status == 304) return Outcome::not_modified;
    if (status == 429 || status == 503) return Outcome::throttled;
    switch (status / 100) {
        case 2:
            return Outcome::ok;
        case 3:
            return has_location ? Outcome::redirect : Outcome::odd_status;
        case 4:
            return Outcome::client_error;
        case 5:
            return Outcome::server_error;
        default:
            return Outcome::odd_status;
    }
}

}  // namespace crawld
