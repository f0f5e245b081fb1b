#include "fetch/curl_outcome.h"

#include <doctest/doctest.h>

#include <cerrno>

using namespace crawld;

TEST_CASE("outcome of a code: connecting") {
    CHECK(outcome_of_code(CURLE_COULDNT_CONNECT, {.os_error = ECONNREFUSED}) ==
          Outcome::connect_refused);
    CHECK(outcome_of_code(CURLE_COULDNT_CONNECT, {.os_error = ETIMEDOUT}) ==
          Outcome::connect_timeout);
    CHECK(outcome_of_code(CURLE_COULDNT_CONNECT, {.os_error = EHOSTUNREACH}) ==
          Outcome::connect_failed);
    CHECK(outcome_of_code(CURLE_SSL_CONNECT_ERROR, {}) == Outcome::tls_failed);
    CHECK(outcome_of_code(CURLE_PEER_FAILED_VERIFICATION, {}) == Outcome::tls_certificate);
    CHECK(outcome_of_code(CURLE_COULDNT_RESOLVE_HOST, {}) == Outcome::dns_failed);
}

TEST_CASE("outcome of a code: a time-out is told apart by how far the transfer was") {
    CHECK(outcome_of_code(CURLE_OPERATION_TIMEDOUT, {}) == Outcome::connect_timeout);
    CHECK(outcome_of_code(CURLE_OPERATION_TIMEDOUT, {.sent = true}) == Outcome::timeout);
    CHECK(outcome_of_code(CURLE_OPERATION_TIMEDOUT,
                          {.sent = true,
                           .message = "Operation too slow. Less than 512 bytes/sec transferred the "
                                      "last 20 seconds"}) == Outcome::too_slow);
}

TEST_CASE("outcome of a code: receiving") {
    CHECK(outcome_of_code(CURLE_GOT_NOTHING, {.sent = true}) == Outcome::empty_reply);
    CHECK(outcome_of_code(CURLE_PARTIAL_FILE, {.sent = true}) == Outcome::truncated);
    CHECK(outcome_of_code(CURLE_RECV_ERROR,
                          {.sent = true, .message = "Recv failure: Connection reset by peer"}) ==
          Outcome::connection_lost);
    CHECK(outcome_of_code(CURLE_RECV_ERROR,
                          {.sent = true,
                           .message = "Illegal or missing hexadecimal sequence in "
                                      "chunked-encoding"}) == Outcome::bad_response);
    CHECK(
        outcome_of_code(CURLE_RECV_ERROR,
                        {.sent = true, .message = "Too large response headers: 307201 > 307200"}) ==
        Outcome::headers_too_large);
    CHECK(outcome_of_code(CURLE_OUT_OF_MEMORY, {.sent = true}) == Outcome::headers_too_large);
    CHECK(outcome_of_code(CURLE_OUT_OF_MEMORY, {}) == Outcome::connect_failed);
}

TEST_CASE("outcome of a code: whatever the code, a failure is a failure") {
    for (int code = 1; code < static_cast<int>(CURL_LAST); ++code) {
        for (const bool sent : {false, true}) {
            const Outcome outcome = outcome_of_code(static_cast<CURLcode>(code), {.sent = sent});
            CHECK(outcome != Outcome::ok);
            CHECK(outcome != Outcome::redirect);
            CHECK(outcome != Outcome::not_modified);
            CHECK(outcome != Outcome::canceled);
        }
    }
}

TEST_CASE("outcome of a status: every hundred has its word") {
    CHECK(outcome_of_status(199, false) == Outcome::odd_status);
    CHECK(outcome_of_status(200, true) == Outcome::ok);
    CHECK(outcome_of_status(299, false) == Outcome::ok);
    CHECK(outcome_of_status(300, true) == Outcome::redirect);
    CHECK(outcome_of_status(304, true) == Outcome::not_modified);
    CHECK(outcome_of_status(308, false) == Outcome::odd_status);
    CHECK(outcome_of_status(499, false) == Outcome::client_error);
    CHECK(outcome_of_status(599, false) == Outcome::server_error);
    CHECK(outcome_of_status(600, false) == Outcome::odd_status);
}
