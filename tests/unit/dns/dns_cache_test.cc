#include "dns/dns_cache.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

constexpr Instant kStart = instant_from_us(1'000'000);

DnsAnswer answer(std::string_view address) {
    return {DnsOutcome::found, {IpAddress::parse(address).value()}};
}

}  // namespace

TEST_CASE("DnsCache: an answer is there until its time, not at it") {
    DnsCache cache(10);
    cache.put("a.example", answer("192.0.2.1"), kStart + seconds(60));
    const DnsAnswer* found = cache.find("a.example", kStart + seconds(59));
    REQUIRE(found != nullptr);
    CHECK(found->addresses == answer("192.0.2.1").addresses);
    CHECK(cache.find("a.example", kStart + seconds(60)) == nullptr);
    CHECK(cache.find("b.example", kStart) == nullptr);
}

TEST_CASE("DnsCache: a new answer replaces the old one and its time") {
    DnsCache cache(10);
    cache.put("a.example", answer("192.0.2.1"), kStart + seconds(1));
    cache.put("a.example", answer("192.0.2.2"), kStart + seconds(9));
    CHECK(cache.size() == 1);
    const DnsAnswer* found = cache.find("a.example", kStart + seconds(5));
    REQUIRE(found != nullptr);
    CHECK(found->addresses == answer("192.0.2.2").addresses);
}

TEST_CASE("DnsCache: at the bound the least recently used leaves") {
    DnsCache cache(2);
    const Instant late = kStart + hours(1);
    cache.put("a.example", answer("192.0.2.1"), late);
    cache.put("b.example", answer("192.0.2.2"), late);
    CHECK(cache.find("a.example", kStart) != nullptr);  // now b is the older one
    cache.put("c.example", answer("192.0.2.3"), late);
    CHECK(cache.size() == 2);
    CHECK(cache.find("a.example", kStart) != nullptr);
    CHECK(cache.find("b.example", kStart) == nullptr);
    CHECK(cache.find("c.example", kStart) != nullptr);
}

TEST_CASE("DnsCache: stays correct over many names and replacements") {
    DnsCache cache(100);
    for (int i = 0; i < 10'000; ++i)
        cache.put("host" + std::to_string(i % 317), answer("192.0.2.1"), kStart + seconds(i + 1));
    CHECK(cache.size() == 100);
    size_t present = 0;
    for (int i = 0; i < 317; ++i)
        present += cache.find("host" + std::to_string(i), kStart) != nullptr ? 1 : 0;
    CHECK(present == 100);
}
