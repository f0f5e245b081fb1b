#include "fetch/outcome.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/fields.h"

using namespace crawld;

TEST_CASE("Outcome: the numbers that are stored never change") {
    CHECK(static_cast<int>(Outcome::ok) == 0);
    CHECK(static_cast<int>(Outcome::throttled) == 6);
    CHECK(static_cast<int>(Outcome::address_refused) == 10);
    CHECK(static_cast<int>(Outcome::timeout) == 16);
    CHECK(static_cast<int>(Outcome::body_too_large) == 23);
    CHECK(static_cast<size_t>(Outcome::canceled) + 1 == kOutcomes);
}

TEST_CASE("Outcome: each row of the table stands where its value says") {
    for (size_t i = 0; i < kOutcomes; ++i)
        CHECK(static_cast<size_t>(kOutcomeTraits[i].outcome) == i);
}

TEST_CASE("Outcome: what is no page, no error and not withheld is a stop") {
    for (const OutcomeTraits& traits : kOutcomeTraits) {
        const Outcome outcome = traits.outcome;
        const bool counted = is_answered(outcome) || is_error(outcome) || is_withheld(outcome);
        CHECK(counted == (outcome != Outcome::canceled));
        CHECK_FALSE((is_withheld(outcome) && (is_answered(outcome) || is_error(outcome))));
    }
}

TEST_CASE("Outcome: every value has a word of its own") {
    std::set<std::string_view> words;
    for (const std::string_view word : enum_names(Outcome{}))
        words.insert(word);
    CHECK(words.size() == kOutcomes);
    CHECK(to_string(Outcome::robots_unreachable) == "robots_unreachable");
    CHECK(to_string(Outcome::canceled) == "canceled");
    CHECK(to_string(Outcome::tls_certificate) == "tls_certificate");
}

TEST_CASE("Outcome: what may pass is tried again, what is final is not") {
    for (const Outcome outcome :
         {Outcome::server_error, Outcome::throttled, Outcome::dns_timeout, Outcome::connect_refused,
          Outcome::timeout, Outcome::truncated, Outcome::connection_lost, Outcome::canceled})
        CHECK(is_transient(outcome));
    for (const Outcome outcome :
         {Outcome::ok, Outcome::redirect, Outcome::client_error, Outcome::dns_not_found,
          Outcome::address_refused, Outcome::tls_certificate, Outcome::body_too_large,
          Outcome::robots_denied, Outcome::given_up})
        CHECK_FALSE(is_transient(outcome));
}

TEST_CASE("Outcome: what speaks against the host, and what against the URL alone") {
    for (const Outcome outcome :
         {Outcome::dns_not_found, Outcome::connect_timeout, Outcome::tls_failed,
          Outcome::server_error, Outcome::empty_reply, Outcome::throttled})
        CHECK(is_host_failure(outcome));
    for (const Outcome outcome :
         {Outcome::ok, Outcome::client_error, Outcome::truncated, Outcome::body_too_large,
          Outcome::address_refused, Outcome::skipped, Outcome::canceled})
        CHECK_FALSE(is_host_failure(outcome));
}

TEST_CASE("Outcome: Heritrix's numbers, and the status where there is one") {
    CHECK(heritrix_code(Outcome::ok, 200) == 200);
    CHECK(heritrix_code(Outcome::truncated, 200) == 200);
    CHECK(heritrix_code(Outcome::dns_failed, 0) == -1);
    CHECK(heritrix_code(Outcome::connect_refused, 0) == -2);
    CHECK(heritrix_code(Outcome::connection_lost, 0) == -3);
    CHECK(heritrix_code(Outcome::timeout, 0) == -4);
    CHECK(heritrix_code(Outcome::empty_reply, 0) == -404);
    CHECK(heritrix_code(Outcome::robots_denied, 0) == -9998);
    CHECK(heritrix_code(Outcome::skipped, 0) == -5000);
}
