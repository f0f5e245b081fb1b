#include "dns/fixed_hosts.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("FixedHosts: names in any case, one or more addresses in the order written") {
    NetworkOptions options;
    options.hosts = {{"WWW.Example.org", "192.0.2.1"}, {"two.example", "2001:db8::1, 192.0.2.2"}};
    const auto hosts = FixedHosts::make(options);
    REQUIRE(hosts.has_value());
    const DnsAnswer* www = hosts->find("www.example.org");
    REQUIRE(www != nullptr);
    CHECK(www->outcome == DnsOutcome::found);
    REQUIRE(www->addresses.size() == 1);
    const DnsAnswer* two = hosts->find("two.example");
    REQUIRE(two != nullptr);
    REQUIRE(two->addresses.size() == 2);
    CHECK(two->addresses[0].to_string() == "2001:db8::1");
    CHECK(two->addresses[1].to_string() == "192.0.2.2");
    CHECK(hosts->find("example.org") == nullptr);
}

TEST_CASE("FixedHosts: a value that is no address is named with its host") {
    for (const char* value : {"", "localhost", "192.0.2.1,", "192.0.2.1:80"}) {
        NetworkOptions options;
        options.hosts = {{"a.example", value}};
        const auto hosts = FixedHosts::make(options);
        REQUIRE_FALSE(hosts.has_value());
        CHECK(hosts.error().code == ErrorCode::configuration);
        CHECK(hosts.error().message.find("a.example") != std::string::npos);
    }
}
