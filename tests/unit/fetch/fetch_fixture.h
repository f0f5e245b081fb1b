// A CurlFetcher on a real loop against a FaultServer, and what its listener heard.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fetch/curl_fetcher.h"
#include "support/fault_server.h"

namespace crawld {

inline std::shared_ptr<const AddressPolicy> policy_allowing(std::vector<std::string> allow) {
    NetworkOptions options;
    options.allow = std::move(allow);
    auto made = AddressPolicy::make(options);
    REQUIRE(made.has_value());
    return std::make_shared<const AddressPolicy>(*made);
}

struct FetchFixture : FetcherListener {
    explicit FetchFixture(std::shared_ptr<BodyBudget> bodies = nullptr)
        : fetcher(loop, policy_allowing({here()}), {.connections_max = 64, .bodies = bodies}) {
        fetcher.set_listener(this);
    }

    std::string here() const { return "127.0.0.0/8:" + std::to_string(server.port()); }

    FetchRequest request(const std::string& path) const {
        FetchRequest made;
        made.host = "a.example";
        made.port = server.port();
        made.url = "http://a.example:" + std::to_string(server.port()) + path;
        made.address = IpAddress::parse("127.0.0.1").value();
        made.user_agent = "test/1 (+mailto:test@a.example)";
        made.options.total_timeout = seconds(20);
        return made;
    }

    void start(uint64_t token, FetchRequest made) {
        calling = true;
        fetcher.start(token, std::move(made));
        calling = false;
    }
    // Runs the loop until this many results are there.
    void run_until(size_t count) {
        awaited = count;
        if (results.size() < count) loop.run();
    }
    FetchResult fetch(FetchRequest made) {
        const uint64_t token = ++tokens;
        loop.post([this, token, made = std::move(made)] { start(token, made); });
        run_until(results.size() + 1);
        return std::move(results.back().second);
    }
    FetchResult fetch(const std::string& path) { return fetch(request(path)); }
    // What a script makes of one request.
    FetchResult fetch(std::vector<FaultStep> script) {
        server.on("/script", std::move(script));
        return fetch("/script");
    }
    void settle(Duration time) {
        auto timer = loop.make_timer("test", [this] { loop.stop(); });
        loop.update_now();
        timer->arm(loop.now() + time);
        loop.run();
    }

    template <class Condition>
    void settle_until(Condition holds) {
        for (int i = 0; i < 2'000 && !holds(); ++i)
            settle(milliseconds(10));
    }

    void on_first_byte(uint64_t token) override {
        CHECK_FALSE(calling);
        first_bytes.emplace_back(token, loop.now());
    }
    void on_fetched(uint64_t token, FetchResult result) override {
        CHECK_FALSE(calling);
        results.emplace_back(token, std::move(result));
        if (results.size() == awaited) loop.stop();
    }

    void on_bodies_wait(const BodiesWait& wait) override { waits.push_back(wait); }

    FaultServer server;
    UvLoop loop;
    CurlFetcher fetcher;
    std::vector<std::pair<uint64_t, Instant>> first_bytes;
    std::vector<std::pair<uint64_t, FetchResult>> results;
    std::vector<BodiesWait> waits;
    uint64_t tokens = 1000;
    size_t awaited = 0;
    bool calling = false;
};

}  // namespace crawld
