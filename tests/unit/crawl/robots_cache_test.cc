#include "crawl/robots_cache.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

constexpr WallTime kToday = wall_from_us(1'800'000'000'000'000);
constexpr Duration kTtlMax = hours(24);
const std::string kRules = "User-agent: *\nDisallow: /no\n";

RobotsAnswer answer(Outcome outcome, int status, std::string body = "") {
    RobotsAnswer out;
    out.outcome = outcome;
    out.status = status;
    out.body = std::move(body);
    return read_robots(std::move(out), "", "crawld");
}

RobotsRecord judge(RobotsEntry& entry, const RobotsAnswer& said, WallTime now = kToday) {
    return judge_robots(entry, said, kTtlMax, now);
}

RobotsVerdict verdict_of(const RobotsAnswer& said) {
    RobotsEntry entry;
    judge(entry, said);
    return entry.verdict;
}

RobotsEntry good_copy() {
    RobotsEntry entry;
    judge(entry, answer(Outcome::ok, 200, kRules));
    return entry;
}

}  // namespace

TEST_CASE("2xx gives the rules of the file") {
    RobotsEntry entry;
    const RobotsRecord record = judge(entry, answer(Outcome::ok, 200, kRules));
    CHECK_EQ(entry.verdict, RobotsVerdict::rules);
    REQUIRE(entry.rules);
    CHECK_FALSE(entry.rules->decide("/no/x").allowed);
    CHECK(entry.rules->decide("/yes").allowed);
    CHECK_EQ(record.body, kRules);
    CHECK_EQ(record.verdict, static_cast<uint8_t>(RobotsVerdict::rules));
}

TEST_CASE("4xx allows everything, but not 429") {
    for (const int status : {400, 401, 403, 404, 410, 451})
        CHECK_EQ(verdict_of(answer(Outcome::client_error, status)), RobotsVerdict::allow_all);
    CHECK_EQ(verdict_of(answer(Outcome::throttled, 429)), RobotsVerdict::unreachable);
}

TEST_CASE("what says nothing about the file disallows everything") {
    for (const Outcome outcome :
         {Outcome::server_error,    Outcome::throttled,         Outcome::dns_not_found,
          Outcome::dns_failed,      Outcome::dns_timeout,       Outcome::address_refused,
          Outcome::connect_refused, Outcome::connect_timeout,   Outcome::connect_failed,
          Outcome::tls_failed,      Outcome::tls_certificate,   Outcome::timeout,
          Outcome::too_slow,        Outcome::empty_reply,       Outcome::connection_lost,
          Outcome::bad_response,    Outcome::headers_too_large, Outcome::undecodable,
          Outcome::odd_status,      Outcome::redirect})
        CHECK_MESSAGE(verdict_of(answer(outcome, 0)) == RobotsVerdict::unreachable,
                      std::string(to_string(outcome)));
}

TEST_CASE("a file that was cut off in transfer may have lost its rules and disallows everything") {
    CHECK_EQ(verdict_of(answer(Outcome::truncated, 200, kRules)), RobotsVerdict::unreachable);
}

TEST_CASE("what cannot be decoded is no permission, however large it is") {
    for (const Outcome outcome : {Outcome::ok, Outcome::body_too_large}) {
        RobotsAnswer said;
        said.outcome = outcome;
        said.status = 200;
        said.body = std::string(1000, 'x');
        CHECK_EQ(verdict_of(read_robots(said, "gzip", "crawld")), RobotsVerdict::unreachable);
        CHECK_EQ(verdict_of(read_robots(said, "unheard-of", "crawld")), RobotsVerdict::unreachable);
    }
}

TEST_CASE("of a file that was cut half a line does not count") {
    RobotsEntry entry;
    judge(entry, answer(Outcome::body_too_large, 200, kRules + "Allow: /no"));
    CHECK_FALSE(entry.rules->decide("/no/x").allowed);
}

TEST_CASE("a URL is given up after a deadline of failures in this life, if it was there before") {
    RobotsEntry entry;
    const auto fail_at = [&](WallTime when, Duration asked_for = Duration{0}) {
        RobotsAnswer said = answer(Outcome::server_error, 503);
        if (asked_for > Duration{0}) said.retry_after = asked_for;
        judge(entry, said, when);
    };
    fail_at(kToday);
    CHECK_FALSE(entry.given_up(kToday - hours(9), hours(1)));
    fail_at(kToday + hours(2));
    CHECK(entry.given_up(kToday, hours(1)));
    CHECK_FALSE(entry.given_up(kToday, hours(3)));
    CHECK_FALSE(entry.given_up(kToday + hours(3), hours(1)));  // found later: it is asked for again

    entry = RobotsEntry{};
    fail_at(kToday, hours(24));
    fail_at(kToday + hours(24));
    CHECK_FALSE(entry.given_up(kToday, hours(1)));

    entry = RobotsEntry{};
    entry.verdict = RobotsVerdict::unreachable;  // as restored
    entry.first_failure_at = kToday - hours(100);
    fail_at(kToday);
    CHECK_FALSE(entry.given_up(kToday - hours(100), hours(1)));
}

TEST_CASE("of a file that is too large the beginning counts") {
    RobotsEntry entry;
    std::string body = kRules + std::string(kRobotsBytesMax, '#');
    const RobotsRecord record = judge(entry, answer(Outcome::body_too_large, 200, body));
    CHECK_EQ(entry.verdict, RobotsVerdict::rules);
    CHECK_FALSE(entry.rules->decide("/no").allowed);
    CHECK_EQ(record.body, kRules);
}

TEST_CASE("more than five redirects count as no file") {
    RobotsAnswer said = answer(Outcome::redirect, 301);
    said.too_many_redirects = true;
    CHECK_EQ(verdict_of(said), RobotsVerdict::allow_all);
}

TEST_CASE("the last good copy serves through a failure, and the record leaves its body alone") {
    RobotsEntry entry = good_copy();
    const RobotsRecord record =
        judge(entry, answer(Outcome::server_error, 503), kToday + hours(25));
    CHECK_EQ(entry.verdict, RobotsVerdict::rules);
    CHECK_FALSE(entry.rules->decide("/no").allowed);
    CHECK_EQ(entry.fetched_at, kToday);
    CHECK_EQ(record.verdict, static_cast<uint8_t>(RobotsVerdict::rules));
    CHECK(record.body.empty());
    CHECK_EQ(record.first_failure_at, kToday + hours(25));
}

TEST_CASE("permission by a 404 serves through a failure too") {
    RobotsEntry entry;
    judge(entry, answer(Outcome::client_error, 404));
    judge(entry, answer(Outcome::timeout, 0), kToday + hours(25));
    CHECK_EQ(entry.verdict, RobotsVerdict::allow_all);
}

TEST_CASE("the time of the first failure stays until the file can be had") {
    RobotsEntry entry;
    judge(entry, answer(Outcome::timeout, 0));
    const RobotsRecord second = judge(entry, answer(Outcome::timeout, 0), kToday + hours(1));
    CHECK_EQ(second.first_failure_at, kToday);
    const RobotsRecord good = judge(entry, answer(Outcome::client_error, 404), kToday + hours(2));
    CHECK_EQ(good.first_failure_at, WallTime{});
    const RobotsRecord third = judge(entry, answer(Outcome::timeout, 0), kToday + hours(3));
    CHECK_EQ(third.first_failure_at, kToday + hours(3));
}

TEST_CASE("new rules replace old ones, and a 404 removes them") {
    RobotsEntry entry = good_copy();
    judge(entry, answer(Outcome::ok, 200, "User-agent: *\nDisallow: /other\n"));
    CHECK(entry.rules->decide("/no").allowed);
    CHECK_FALSE(entry.rules->decide("/other").allowed);
    judge(entry, answer(Outcome::client_error, 404));
    CHECK_EQ(entry.verdict, RobotsVerdict::allow_all);
    CHECK_FALSE(entry.rules);
}

TEST_CASE("a copy is used for the server's time, at most the maximum") {
    struct Case {
        std::optional<Duration> ttl;
        Duration used;
    };
    for (const Case& one : {Case{std::nullopt, kTtlMax}, Case{minutes(5), minutes(5)},
                            Case{hours(48), kTtlMax}, Case{Duration{0}, Duration{0}}}) {
        RobotsEntry entry;
        RobotsAnswer said = answer(Outcome::ok, 200, kRules);
        said.ttl = one.ttl;
        judge(entry, said);
        CHECK_EQ(entry.expires_at, kToday + one.used);
    }
}

TEST_CASE("a copy is fresh until it expires, and for at least one page") {
    RobotsEntry entry;
    RobotsAnswer said = answer(Outcome::ok, 200, kRules);
    said.ttl = minutes(5);
    CHECK_FALSE(entry.fresh(kToday));
    judge(entry, said);
    CHECK(entry.fresh(kToday + hours(1)));
    entry.used = true;
    CHECK(entry.fresh(kToday + minutes(5) - Duration{1}));
    CHECK_FALSE(entry.fresh(kToday + minutes(5)));
}

TEST_CASE("what is unreachable is never fresh; a failing copy is asked for again in an hour") {
    RobotsEntry entry;
    judge(entry, answer(Outcome::timeout, 0));
    CHECK_FALSE(entry.fresh(kToday));
    RobotsEntry copy = good_copy();
    judge(copy, answer(Outcome::timeout, 0));
    copy.used = true;
    CHECK(copy.fresh(kToday + minutes(59)));
    CHECK_FALSE(copy.fresh(kToday + hours(1)));
}

TEST_CASE("a stored record gives the same entry back, used up at its first page") {
    RobotsEntry entry;
    RobotsRecord record = judge(entry, answer(Outcome::ok, 200, kRules));
    const RobotsEntry restored = restore_robots("http://a", record, "crawld");
    CHECK_EQ(restored.authority, "http://a");
    CHECK_EQ(restored.verdict, RobotsVerdict::rules);
    CHECK_FALSE(restored.rules->decide("/no").allowed);
    CHECK_EQ(restored.expires_at, entry.expires_at);
    CHECK_FALSE(restored.fresh(entry.expires_at));
}

TEST_CASE("no record, and one of a later version, are unknown") {
    CHECK_EQ(restore_robots("http://a", RobotsRecord{}, "crawld").verdict, RobotsVerdict::unknown);
    RobotsRecord odd;
    odd.verdict = 77;
    CHECK_EQ(restore_robots("http://a", odd, "crawld").verdict, RobotsVerdict::unknown);
}

TEST_CASE("max-age is read out of Cache-Control; no-store and no-cache are zero") {
    CHECK_EQ(cache_ttl("max-age=60"), seconds(60));
    CHECK_EQ(cache_ttl("public, Max-Age=60 , immutable"), seconds(60));
    CHECK_EQ(cache_ttl("no-store"), Duration{0});
    CHECK_EQ(cache_ttl("max-age=60, no-cache"), Duration{0});
    CHECK_EQ(cache_ttl("max-age=99999999999999"), hours(24 * 365));
    CHECK_FALSE(cache_ttl("").has_value());
    CHECK_FALSE(cache_ttl("public").has_value());
    CHECK_FALSE(cache_ttl("max-age=").has_value());
    CHECK_FALSE(cache_ttl("max-age=-1").has_value());
    CHECK_FALSE(cache_ttl("s-maxage=60").has_value());
}
