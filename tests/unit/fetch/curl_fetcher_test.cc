// How CurlFetcher uses connections, guards addresses and talks to its listener.
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <set>
#include <string>

#include "unit/fetch/fetch_fixture.h"

using namespace crawld;

namespace {

bool has_line(const ReceivedRequest& request, std::string_view line) {
    return request.head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

bool has_header(const ReceivedRequest& request, std::string_view name) {
    return request.head.find("\r\n" + std::string(name) + ":") != std::string::npos;
}

size_t descriptors() {
    const auto all = std::filesystem::directory_iterator("/proc/self/fd");
    return static_cast<size_t>(std::distance(begin(all), end(all)));
}

}  // namespace

TEST_CASE("CurlFetcher: a whole exchange") {
    FetchFixture f;
    f.server.on("/page?q=1", {send_page("hello", "X-One: 1\r\nx-two:\t two \r\n")});
    const FetchResult result = f.fetch("/page?q=1");
    CHECK(result.outcome == Outcome::ok);
    CHECK(result.detail.empty());
    CHECK(result.status == 200);
    CHECK(result.body == "hello");
    CHECK(result.header("X-ONE") == "1");
    CHECK(result.header("X-Two") == "two");
    CHECK_FALSE(result.header("x-three").has_value());
    CHECK(result.bytes_wire > result.body.size() + 30);
    CHECK(result.address.to_string() == "127.0.0.1");
    CHECK(result.http_version == "1.1");
    CHECK(result.tls.empty());
    CHECK_FALSE(result.reused_connection);
    CHECK(result.times.connect > Duration{0});
    CHECK(result.times.first_byte >= result.times.connect);
    CHECK(result.times.total >= result.times.first_byte);
}

TEST_CASE("CurlFetcher: both heads as they were on the wire, if asked for") {
    FetchFixture f;
    const std::string head =
        "HTTP/1.1 200  Fine\r\nX-One:  1\r\n folded\r\nContent-Length: 2\r\n\r\n";
    f.server.on("/", {send_bytes("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + head + "hi")});
    FetchRequest request = f.request("/");
    CHECK(f.fetch(request).request_head.empty());
    request.keep_heads = true;
    FetchResult result = f.fetch(request);
    CHECK(result.body == "hi");
    CHECK(result.request_head == f.server.requests().back().head);
    CHECK(result.response_head == head);
    request.keep_heads = false;
    result = f.fetch(request);
    CHECK(result.request_head.empty());
    CHECK(result.response_head.empty());
}

TEST_CASE("CurlFetcher: what the request says, and what it never says") {
    setenv("http_proxy", "http://127.0.0.1:1", 1);  // not obeyed
    FetchFixture f;
    FetchRequest request = f.request("/a/../b/./c?x=%7e");
    request.options.accept_language = "en, de;q=0.5";
    request.headers = {{"If-None-Match", "\"abc\""}};
    f.fetch(request);
    unsetenv("http_proxy");
    REQUIRE(f.server.requests().size() == 1);
    const ReceivedRequest received = f.server.requests()[0];
    CHECK(received.head.starts_with("GET /a/../b/./c?x=%7e HTTP/1.1\r\n"));  // as given
    CHECK(has_line(received, "Host: a.example:" + std::to_string(f.server.port())));
    CHECK(has_line(received, "User-Agent: test/1 (+mailto:test@a.example)"));
    CHECK(has_line(received, "Accept: " + FetchOptions{}.accept));
    CHECK(has_line(received, "Accept-Language: en, de;q=0.5"));
    CHECK(has_line(received, "Accept-Encoding: gzip, deflate, br, zstd"));
    CHECK(has_line(received, "If-None-Match: \"abc\""));
    for (const char* name : {"Cookie", "Authorization", "Referer", "TE", "Upgrade", "Connection"})
        CHECK_FALSE(has_header(received, name));
}

TEST_CASE("CurlFetcher: headers of one request do not show in the next") {
    FetchFixture f;
    FetchRequest first = f.request("/");
    first.headers = {{"If-None-Match", "\"abc\""}};
    first.user_agent = "first/1";
    first.options.accept_language = "de";
    f.fetch(first);
    f.fetch("/");
    const auto requests = f.server.requests();
    REQUIRE(requests.size() == 2);
    CHECK_FALSE(has_header(requests[1], "If-None-Match"));
    CHECK_FALSE(has_header(requests[1], "Accept-Language"));
    CHECK(has_line(requests[1], "User-Agent: test/1 (+mailto:test@a.example)"));
}

TEST_CASE("CurlFetcher: connections are kept alive and used again") {
    FetchFixture f;
    f.server.on("/", {send_page("x")});
    CHECK_FALSE(f.fetch("/").reused_connection);
    for (int i = 0; i < 5; ++i) {
        const FetchResult result = f.fetch("/");
        CHECK(result.outcome == Outcome::ok);
        CHECK(result.reused_connection);
        CHECK(result.times.connect == Duration{0});
    }
    CHECK(f.server.connections() == 1);
    CHECK(f.server.requests().size() == 6);
}

TEST_CASE("CurlFetcher: keep_alive false says so and closes") {
    FetchFixture f;
    f.server.on("/", {send_page("x")});
    FetchRequest request = f.request("/");
    request.keep_alive = false;
    CHECK(f.fetch(request).outcome == Outcome::ok);
    CHECK(f.fetch(request).outcome == Outcome::ok);
    CHECK(f.server.connections() == 2);
    CHECK(has_line(f.server.requests()[0], "Connection: close"));
    f.fetch("/");
    CHECK_FALSE(has_header(f.server.requests()[2], "Connection"));
}

TEST_CASE("CurlFetcher: other hosts have other connections, to the same address too") {
    FetchFixture f;
    f.server.on("/", {send_page("x")});
    FetchRequest other = f.request("/");
    other.host = "b.example";
    other.url.replace(7, 9, "b.example");
    f.fetch("/");
    CHECK_FALSE(f.fetch(other).reused_connection);
    CHECK(f.fetch("/").reused_connection);
    CHECK(f.fetch(other).reused_connection);
}

TEST_CASE("CurlFetcher: IP literals as hosts") {
    FetchFixture f;
    f.server.on("/", {send_page("x")});
    FetchRequest request = f.request("/");
    request.host = "127.0.0.1";
    request.url = "http://127.0.0.1:" + std::to_string(f.server.port()) + "/";
    CHECK(f.fetch(request).outcome == Outcome::ok);
}

TEST_CASE("CurlFetcher: IPv6 addresses, alone and beside IPv4 on the same port") {
    if (!std::filesystem::exists("/proc/net/if_inet6")) {
        std::cout << "SKIPPED: this machine has no IPv6\n";
        return;
    }
    FetchFixture f;
    FaultServer six(FaultServer::Family::v6);
    f.server.on("/", {send_page("four")});
    six.on("/", {send_page("six")});
    const std::string port = std::to_string(six.port());
    f.fetcher.set_policy(policy_allowing({f.here(), "[::1]:" + port}));
    FetchRequest request = f.request("/");
    request.port = six.port();
    request.address = IpAddress::parse("::1").value();
    for (const std::string host : {"a.example", "[::1]"}) {
        request.url = "http://" + host + ":" + port + "/";
        for (const bool reused : {false, true}) {
            const FetchResult result = f.fetch(request);
            CHECK(result.body == "six");
            CHECK(result.address.to_string() == "::1");
            CHECK(result.reused_connection == reused);
        }
        CHECK(f.fetch("/").body == "four");
    }
}

TEST_CASE("CurlFetcher: a dead kept-alive connection costs one request, not two") {
    FetchFixture f;
    f.server.on("/", {send_page("x")});
    // The connection dies when the next request arrives on it: curl would repeat it by itself.
    f.server.on("/dies", {reset_now()});
    f.fetch("/");
    const FetchResult result = f.fetch("/dies");
    CHECK(result.outcome == Outcome::connection_lost);
    CHECK(result.reused_connection);
    CHECK_FALSE(result.detail.empty());
    const auto requests = f.server.requests();
    CHECK(std::count_if(requests.begin(), requests.end(),
                        [](const auto& r) { return r.path == "/dies"; }) == 1);
    CHECK(f.server.connections() == 1);
    f.server.on("/dies", {close_now()});  // the same with FIN
    f.fetch("/");
    CHECK(f.fetch("/dies").outcome == Outcome::connection_lost);
    CHECK(f.server.requests().size() == 4);
}

TEST_CASE("CurlFetcher: an idle connection that the server ended is not used, and is let go") {
    FetchFixture f;
    f.server.on("/last", {send_page("x"), close_now()});
    f.fetch("/last");
    f.settle_until([&] { return f.server.connections_open() == 0; });
    f.settle(milliseconds(20));  // until we have seen it
    CHECK(f.server.connections_open() == 0);
    f.server.on("/", {send_page("y")});
    const FetchResult result = f.fetch("/");
    CHECK(result.outcome == Outcome::ok);
    CHECK_FALSE(result.reused_connection);
}

TEST_CASE(
    "CurlFetcher: the descriptors of ended connections are given back without a new request") {
    FetchFixture f;
    f.server.on("/last", {send_page("x"), close_now()});
    const size_t before = descriptors();
    for (uint64_t i = 0; i < 5; ++i) {
        FetchRequest request = f.request("/last");
        request.url.insert(7, std::to_string(i));  // five hosts, five connections
        f.start(i, request);
    }
    f.run_until(5);
    CHECK(descriptors() >= before + 5);
    f.settle_until([&] { return descriptors() == before; });  // curl looks once a second
    CHECK(descriptors() == before);
}

TEST_CASE("CurlFetcher: bytes nobody asked for on an idle connection are not the next response") {
    FetchFixture f;
    f.server.on("/first", {send_page("first"), wait_for(milliseconds(10)), send_page("smuggled")});
    f.server.on("/second", {send_page("second")});
    f.fetch("/first");
    f.settle(milliseconds(40));
    const FetchResult result = f.fetch("/second");
    CHECK(result.body == "second");
    CHECK(f.server.connections() == 2);
}

TEST_CASE("CurlFetcher: a refused address gives no connection") {
    FetchFixture f;
    f.fetcher.set_policy(policy_allowing({}));
    const FetchResult result = f.fetch("/");
    CHECK(result.outcome == Outcome::address_refused);
    CHECK(result.status == 0);
    CHECK(f.server.connections() == 0);
    for (const char* address : {"169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1"}) {
        FetchRequest request = f.request("/");
        request.port = 80;
        request.url = "http://a.example/";
        request.address = IpAddress::parse(address).value();
        CHECK(f.fetch(request).outcome == Outcome::address_refused);
    }
}

TEST_CASE("CurlFetcher: a port in the URL that is not the request's gives no connection") {
    FetchFixture f;
    FetchRequest request = f.request("/");
    request.url = "http://a.example:81/";
    CHECK(f.fetch(request).status == 0);
    CHECK(f.server.connections() == 0);
}

TEST_CASE("CurlFetcher: a policy that tightens acts on kept-alive connections") {
    FetchFixture f;
    f.server.on("/", {send_page("x")});
    CHECK(f.fetch("/").outcome == Outcome::ok);
    f.fetcher.set_policy(policy_allowing({}));
    CHECK(f.fetch("/").outcome == Outcome::address_refused);
    CHECK(f.server.requests().size() == 1);
}

TEST_CASE("CurlFetcher: a kept-alive connection to another address of the host is not used") {
    FetchFixture f;
    f.server.on("/", {send_page("x")});
    f.fetch("/");
    // The server listens on 127.0.0.1 alone: 127.0.0.2 is refused by the kernel.
    FetchRequest elsewhere = f.request("/");
    elsewhere.address = IpAddress::parse("127.0.0.2").value();
    CHECK(f.fetch(elsewhere).outcome == Outcome::connect_refused);
    CHECK(f.server.requests().size() == 1);
    CHECK(f.fetch("/").outcome == Outcome::ok);
}

TEST_CASE("CurlFetcher: many requests at once, each answered once with its own body") {
    FetchFixture f;
    constexpr uint64_t kCount = 50;
    for (uint64_t i = 0; i < kCount; ++i)
        f.server.on("/" + std::to_string(i), {send_page("body " + std::to_string(i))});
    f.loop.post([&] {
        for (uint64_t i = 0; i < kCount; ++i)
            f.start(i, f.request("/" + std::to_string(i)));
        CHECK(f.fetcher.in_flight() == kCount);
    });
    f.run_until(kCount);
    std::set<uint64_t> tokens;
    for (const auto& [token, result] : f.results) {
        tokens.insert(token);
        CHECK(result.body == "body " + std::to_string(token));
    }
    CHECK(tokens.size() == kCount);
    CHECK(f.first_bytes.size() == kCount);
    CHECK(f.fetcher.in_flight() == 0);
}

TEST_CASE("CurlFetcher: the first byte is told once, not before the server had the request") {
    FetchFixture f;
    f.server.on("/slow", {send_bytes("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"),
                          wait_for(milliseconds(30)), send_bytes("cd")});
    const uint64_t token = f.tokens + 1;
    const FetchResult result = f.fetch("/slow");
    CHECK(result.body == "abcd");
    REQUIRE(f.first_bytes.size() == 1);
    CHECK(f.first_bytes[0].first == token);
    CHECK(f.first_bytes[0].second >= f.server.requests()[0].at);
    CHECK(f.loop.now() - f.first_bytes[0].second >= milliseconds(20));
}

TEST_CASE("CurlFetcher: cancel gives the result canceled, once, and closes the connection") {
    FetchFixture f;
    f.server.on("/silent", {wait_for(seconds(20))});
    f.loop.post([&] { f.start(1, f.request("/silent")); });
    f.settle_until([&] { return f.server.requests().size() == 1; });
    f.loop.post([&] {
        f.calling = true;
        f.fetcher.cancel(1);
        f.fetcher.cancel(1);
        f.fetcher.cancel(99);
        f.calling = false;
    });
    f.run_until(1);
    f.settle_until([&] { return f.server.connections_open() == 0; });
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].first == 1);
    CHECK(f.results[0].second.outcome == Outcome::canceled);
    CHECK(f.server.requests().size() == 1);
    CHECK(f.server.connections_open() == 0);
    CHECK(f.server.resets() == 1);  // a request not yet answered is taken back
    CHECK(f.fetcher.in_flight() == 0);
}

TEST_CASE("CurlFetcher: a request canceled before it began sends nothing") {
    FetchFixture f;
    f.loop.post([&] {
        f.start(1, f.request("/"));
        f.fetcher.cancel(1);
    });
    f.run_until(1);
    CHECK(f.results[0].second.outcome == Outcome::canceled);
    f.settle(milliseconds(10));
    CHECK(f.server.requests().empty());
}

TEST_CASE("CurlFetcher: the last transfer of all is reported when it times out") {
    FetchFixture f;
    f.server.on("/silent", {wait_for(seconds(20))});
    for (int i = 0; i < 2; ++i) {
        FetchRequest request = f.request("/silent");
        request.options.total_timeout = milliseconds(30);
        CHECK(f.fetch(request).outcome == Outcome::timeout);
    }
}

TEST_CASE("CurlFetcher: may be destroyed with requests in flight and results waiting") {
    FaultServer server;
    server.on("/silent", {wait_for(seconds(20))});
    UvLoop loop;
    struct Nobody : FetcherListener {
        void on_first_byte(uint64_t) override { FAIL("told after the end"); }
        void on_fetched(uint64_t, FetchResult) override { FAIL("told after the end"); }
    } nobody;
    auto fetcher = std::make_unique<CurlFetcher>(
        loop, policy_allowing({"127.0.0.1:" + std::to_string(server.port())}),
        CurlFetcherOptions{});
    fetcher->set_listener(&nobody);
    FetchRequest request;
    request.url = "http://a.example:" + std::to_string(server.port()) + "/silent";
    request.port = server.port();
    request.address = IpAddress::parse("127.0.0.1").value();
    auto timer = loop.make_timer("test", [&] {
        request.port = 1;
        fetcher->start(2, request);  // refused: its result waits
        fetcher.reset();
        loop.post([&] { loop.stop(); });
    });
    loop.post([&] { fetcher->start(1, request); });
    timer->arm(loop.now() + milliseconds(30));
    loop.run();
    CHECK(server.requests().size() == 1);
}
