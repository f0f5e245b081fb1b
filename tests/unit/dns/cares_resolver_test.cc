#include "dns/cares_resolver.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/dns_server.h"

using namespace crawld;

namespace {

// A resolver that asks the scripted server, and a listener that keeps what it hears.
struct Fixture : ResolverListener {
    explicit Fixture(NetworkOptions changed = {}, Duration timeout = seconds(20)) {
        changed.dns_servers = {server.address()};
        changed.dns_timeout = timeout;
        changed.dns_tries = 1;
        auto made = CaresResolver::make(loop, changed);
        REQUIRE(made.has_value());
        resolver = std::move(*made);
        resolver->set_listener(this);
    }

    void on_resolved(uint64_t token, const DnsAnswer& answer) override {
        CHECK_FALSE(asking);
        answers.emplace_back(token, answer);
        if (answers.size() == awaited) loop.stop();
    }
    void ask(std::string_view host, uint64_t token) {
        asking = true;
        resolver->resolve(host, token);
        asking = false;
    }
    void run_until(size_t count) {
        awaited = count;
        if (answers.size() < count) loop.run();
    }
    DnsAnswer resolve(std::string_view host) {
        const size_t before = answers.size();
        loop.post([this, name = std::string(host)] { ask(name, 7); });
        run_until(before + 1);
        return answers.back().second;
    }
    // Runs the loop for a moment: what comes by itself has come after it.
    void settle(Duration time) {
        auto timer = loop.make_timer("test", [this] { loop.stop(); });
        loop.update_now();
        timer->arm(loop.now() + time);
        loop.run();
    }

    DnsServer server;
    UvLoop loop;
    std::unique_ptr<CaresResolver> resolver;
    std::vector<std::pair<uint64_t, DnsAnswer>> answers;
    size_t awaited = 0;
    bool asking = false;
};

std::vector<std::string> texts(const DnsAnswer& answer) {
    std::vector<std::string> all;
    for (const IpAddress& address : answer.addresses)
        all.push_back(address.to_string());
    return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("CaresResolver: IP literals need no query, IPv6 with and without brackets") {
    Fixture f;
    for (const char* host : {"192.0.2.1", "2001:db8::1", "[2001:db8::1]"}) {
        const auto answer = f.resolver->lookup(host);
        REQUIRE(answer.has_value());
        CHECK(answer->outcome == DnsOutcome::found);
        CHECK(answer->addresses.size() == 1);
    }
    CHECK_FALSE(f.resolver->lookup("a.example").has_value());
    CHECK(f.server.queries().empty());
}

TEST_CASE("CaresResolver: localhost and the names under it are loopback, without a query") {
    Fixture f;
    for (const char* host : {"localhost", "localhost.", "a.localhost", "b.a.localhost."}) {
        const auto answer = f.resolver->lookup(host);
        REQUIRE(answer.has_value());
        CHECK(answer->outcome == DnsOutcome::found);
        CHECK(texts(*answer) == Texts{"127.0.0.1", "::1"});
    }
    for (const char* host : {"notlocalhost", "localhost.example", "local", ""})
        CHECK_FALSE(f.resolver->lookup(host).has_value());
}

TEST_CASE("CaresResolver: addresses of both families, IPv4 first, then from the cache") {
    Fixture f;
    f.server.set("a.example", {.a = {"192.0.2.1", "192.0.2.2"}, .aaaa = {"2001:db8::1"}});
    CHECK(f.resolve("a.example").outcome == DnsOutcome::found);
    Texts all;
    for (int i = 0; i < 1'000 && all.size() < 3; ++i) {
        f.settle(milliseconds(20));
        const auto cached = f.resolver->lookup("a.example");
        REQUIRE(cached.has_value());
        all = texts(*cached);
    }
    REQUIRE(all.size() == 3);
    CHECK(all.back() == "2001:db8::1");
    CHECK(f.server.queries_of("A a.example") == 1);
    CHECK(f.server.queries_of("AAAA a.example") == 1);
    // resolve() of what is known asks nobody.
    CHECK(texts(f.resolve("a.example")) == all);
    CHECK(f.server.queries().size() == 2);
}

TEST_CASE("CaresResolver: IPv4 does not wait for a server that is silent about IPv6") {
    Fixture f({}, seconds(2));
    f.server.set("a.example", {.a = {"192.0.2.1"}, .aaaa_failure = DnsServer::Failure::silence});
    f.loop.update_now();
    const Instant begin = f.loop.now();
    CHECK(texts(f.resolve("a.example")) == Texts{"192.0.2.1"});
    CHECK(f.loop.now() - begin < seconds(2));
    f.settle(milliseconds(2'500));  // the silence ends as a time-out and harms nothing
    CHECK(texts(f.resolver->lookup("a.example").value()) == Texts{"192.0.2.1"});
    CHECK(f.answers.size() == 1);
}

TEST_CASE("CaresResolver: a host with IPv6 alone") {
    Fixture f;
    f.server.set("six.example", {.aaaa = {"2001:db8::6"}});
    CHECK(texts(f.resolve("six.example")) == Texts{"2001:db8::6"});
}

TEST_CASE("CaresResolver: without ipv6 only IPv4 is asked for") {
    NetworkOptions options;
    options.ipv6 = false;
    Fixture f(options);
    f.server.set("six.example", {.aaaa = {"2001:db8::6"}});
    CHECK(f.resolve("six.example").outcome == DnsOutcome::no_address);
    CHECK(f.server.queries() == Texts{"A six.example"});
}

TEST_CASE("CaresResolver: what the zone denies is told apart and remembered") {
    Fixture f;
    f.server.set("empty.example", {});
    CHECK(f.resolve("empty.example").outcome == DnsOutcome::no_address);
    CHECK(f.resolve("missing.example").outcome == DnsOutcome::not_found);
    CHECK(f.resolver->lookup("empty.example").value().outcome == DnsOutcome::no_address);
    CHECK(f.resolver->lookup("missing.example").value().outcome == DnsOutcome::not_found);
    CHECK(f.server.queries().size() == 4);
}

TEST_CASE("CaresResolver: failures of servers are told apart and not remembered") {
    Fixture f({}, seconds(1));
    using enum DnsServer::Failure;
    f.server.set("broken.example", {.a_failure = server_failure, .aaaa_failure = server_failure});
    f.server.set("silent.example", {.a_failure = silence, .aaaa_failure = silence});
    f.server.set("half.example", {.a_failure = server_failure});
    CHECK(f.resolve("broken.example").outcome == DnsOutcome::server_failure);
    CHECK(f.resolve("silent.example").outcome == DnsOutcome::timed_out);
    CHECK(f.resolve("half.example").outcome == DnsOutcome::server_failure);
    for (const char* host : {"broken.example", "silent.example", "half.example"})
        CHECK_FALSE(f.resolver->lookup(host).has_value());
    f.server.set("broken.example", {.a = {"192.0.2.1"}});
    CHECK(f.resolve("broken.example").outcome == DnsOutcome::found);
}

TEST_CASE("CaresResolver: a name that cannot be one does not exist, and is answered later") {
    Fixture f;
    const std::string label(64, 'a');
    CHECK(f.resolve(label + ".example").outcome == DnsOutcome::not_found);
    CHECK(f.server.queries().empty());
}

TEST_CASE("CaresResolver: names are not completed with search domains") {
    setenv("LOCALDOMAIN", "search.example", 1);
    Fixture f;
    unsetenv("LOCALDOMAIN");
    CHECK(f.resolve("single").outcome == DnsOutcome::not_found);
    CHECK(f.resolve("two.labels").outcome == DnsOutcome::not_found);
    for (const std::string& query : f.server.queries())
        CHECK(query.find("search.example") == std::string::npos);
}

TEST_CASE("CaresResolver: queries for the same host are joined, and each token is answered once") {
    Fixture f;
    f.server.set("a.example", {.a = {"192.0.2.1"}});
    f.loop.post([&] {
        for (uint64_t token = 0; token < 5; ++token)
            f.ask("a.example", token);
    });
    f.run_until(5);
    f.settle(milliseconds(20));
    CHECK(f.server.queries_of("A a.example") == 1);
    REQUIRE(f.answers.size() == 5);
    for (uint64_t token = 0; token < 5; ++token) {
        CHECK(f.answers[token].first == token);
        CHECK(texts(f.answers[token].second) == Texts{"192.0.2.1"});
    }
}

TEST_CASE("CaresResolver: many hosts at once") {
    Fixture f;
    constexpr uint64_t kHosts = 300;
    std::map<uint64_t, std::string> expected;
    f.loop.post([&] {
        for (uint64_t i = 0; i < kHosts; ++i) {
            const std::string host = "h" + std::to_string(i) + ".example";
            expected[i] = "198.51." + std::to_string(i / 256) + "." + std::to_string(i % 256);
            f.server.set(host, {.a = {expected[i]}});
            f.ask(host, i);
        }
    });
    f.run_until(kHosts);
    REQUIRE(f.answers.size() == kHosts);
    for (const auto& [token, answer] : f.answers)
        CHECK(texts(answer) == Texts{expected[token]});
}

TEST_CASE("CaresResolver: the time to live is clamped from below and above") {
    NetworkOptions options;
    options.dns_ttl_min = seconds(2);
    options.dns_ttl_max = seconds(3);
    Fixture f(options);
    f.server.set("short.example", {.a = {"192.0.2.1"}, .ttl = 0});
    f.server.set("long.example", {.a = {"192.0.2.2"}, .ttl = 3600});
    f.resolve("short.example");
    f.resolve("long.example");
    CHECK(f.resolver->lookup("short.example").has_value());
    CHECK(f.resolver->lookup("long.example").has_value());
    f.settle(milliseconds(3'100));
    CHECK_FALSE(f.resolver->lookup("short.example").has_value());
    CHECK_FALSE(f.resolver->lookup("long.example").has_value());
}

TEST_CASE("CaresResolver: at most 16 addresses are kept") {
    Fixture f;
    DnsServer::Script script;
    for (int i = 1; i <= 20; ++i)
        script.a.push_back("192.0.2." + std::to_string(i));
    f.server.set("many.example", script);
    CHECK(f.resolve("many.example").addresses.size() == kAddressesMax);
}

TEST_CASE("CaresResolver: fixed hosts come before everything and change at a reload") {
    NetworkOptions options;
    options.hosts = {{"fixed.example", "192.0.2.9"}};
    Fixture f(options);
    CHECK(texts(f.resolver->lookup("fixed.example").value()) == Texts{"192.0.2.9"});
    options.hosts = {{"other.example", "192.0.2.8"}};
    REQUIRE(f.resolver->set_options(options).has_value());
    CHECK_FALSE(f.resolver->lookup("fixed.example").has_value());
    CHECK(texts(f.resolver->lookup("other.example").value()) == Texts{"192.0.2.8"});
    options.hosts = {{"bad.example", "nonsense"}};
    CHECK_FALSE(f.resolver->set_options(options).has_value());
    CHECK(f.resolver->lookup("other.example").has_value());
}

TEST_CASE("CaresResolver: a bad server address is named") {
    UvLoop loop;
    NetworkOptions options;
    options.dns_servers = {"not an address"};
    const auto made = CaresResolver::make(loop, options);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == ErrorCode::configuration);
    CHECK(made.error().message.find("not an address") != std::string::npos);
}

TEST_CASE("CaresResolver: may be destroyed with queries in flight") {
    Fixture f({}, milliseconds(100));
    f.server.set("silent.example", {.a_failure = DnsServer::Failure::silence,
                                    .aaaa_failure = DnsServer::Failure::silence});
    f.server.set("a.example", {.a = {"192.0.2.1"}});
    f.loop.post([&] {
        f.ask("silent.example", 1);
        f.ask("192.0.2.1", 2);  // its answer is waiting when the resolver goes
        f.resolver.reset();
        f.loop.stop();
    });
    f.loop.run();
    CHECK(f.answers.empty());
}
