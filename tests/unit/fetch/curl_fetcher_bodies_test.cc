// How CurlFetcher keeps within the memory that bodies may take.
#include "unit/fetch/fetch_fixture.h"

using namespace crawld;

namespace {

constexpr size_t kBodyBytes = 400'000;

std::string body_of(char letter) {
    std::string body(kBodyBytes, letter);
    for (size_t i = 0; i < body.size(); i += 1'000)
        body[i] = static_cast<char>('0' + i / 1'000 % 10);
    return body;
}

std::string with_length_of(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string chunked(const std::string& body) {
    std::string out = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (size_t at = 0; at < body.size(); at += 10'000)
        out += "2710\r\n" + body.substr(at, 10'000) + "\r\n";
    return out + "0\r\n\r\n";
}

struct BodiesFixture : FetchFixture {
    explicit BodiesFixture(std::shared_ptr<BodyBudget> given)
        : FetchFixture(given), budget(given) {}

    // The body is read at once.
    void on_fetched(uint64_t token, FetchResult result) override {
        held_max = std::max(held_max, budget->held());
        if (!keep) result.lease.end();
        FetchFixture::on_fetched(token, std::move(result));
    }
    void start_all(std::initializer_list<std::pair<uint64_t, const char*>> requests) {
        for (const auto& [token, path] : requests)
            loop.post([this, token = token, path = path] { start(token, request(path)); });
    }
    const std::string& body(uint64_t token) const {
        for (const auto& [known, result] : results)
            if (known == token) return result.body;
        static const std::string none;
        return none;
    }

    std::shared_ptr<BodyBudget> budget;
    uint64_t held_max = 0;
    bool keep = false;
};

std::shared_ptr<BodyBudget> a_body_and_a_half() {
    return std::make_shared<BodyBudget>(kBodyBytes * 3 / 2);
}

}  // namespace

TEST_CASE("bodies: what fits does not wait, and is counted until its result goes") {
    BodiesFixture f(a_body_and_a_half());
    f.keep = true;
    f.server.on("/a", {send_page(body_of('a'))});
    CHECK(f.fetch("/a").body == body_of('a'));
    CHECK(f.waits.empty());
    f.results.clear();
    CHECK_EQ(f.budget->held(), 0);
}

TEST_CASE("bodies: beyond the bound transfers wait, and all of them come whole in the end") {
    for (const bool with_length : {true, false}) {
        CAPTURE(with_length);
        BodiesFixture f(a_body_and_a_half());
        for (const char letter : {'a', 'b', 'c', 'd', 'e'}) {
            const std::string answer =
                with_length ? with_length_of(body_of(letter)) : chunked(body_of(letter));
            f.server.on(std::string("/") + letter,
                        {send_bytes(answer.substr(0, 300'000)), wait_for(milliseconds(300)),
                         send_bytes(answer.substr(300'000))});
        }
        f.start_all({{1, "/a"}, {2, "/b"}, {3, "/c"}, {4, "/d"}, {5, "/e"}});
        f.run_until(5);
        for (const uint64_t token : {1, 2, 3, 4, 5}) {
            CAPTURE(token);
            CHECK(f.body(token) == body_of(static_cast<char>('a' + token - 1)));
        }
        REQUIRE_FALSE(f.waits.empty());
        CHECK_GT(f.waits[0].transfers, 0);
        CHECK_LE(f.held_max, f.budget->bytes_max() + FetchOptions{}.body_max.bytes);
        CHECK_EQ(f.budget->held(), 0);
    }
}

TEST_CASE("bodies: while others hold all memory one goes on, and the next when that has ended") {
    BodiesFixture f(std::make_shared<BodyBudget>(1));
    f.keep = true;
    for (const char* path : {"/a", "/b", "/c"})
        f.server.on(path, {send_page(body_of(path[1]))});
    f.start_all({{1, "/a"}, {2, "/b"}, {3, "/c"}});
    f.run_until(3);
    for (const uint64_t token : {1, 2, 3})
        CHECK_EQ(f.body(token).size(), kBodyBytes);
    CHECK_EQ(f.budget->held(), 3 * kBodyBytes);
}

TEST_CASE("bodies: memory that others give back is noticed") {
    BodiesFixture f(a_body_and_a_half());
    BodyLease elsewhere;  // of another loop
    f.budget->take(f.budget->bytes_max());
    elsewhere.add(f.budget, f.budget->bytes_max());
    f.server.on("/slow", {send_bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx"),
                          wait_for(seconds(5)), send_bytes("y")});
    f.server.on("/b", {send_page(body_of('b'))});
    f.start_all({{1, "/slow"}});
    f.settle_until([&] { return !f.first_bytes.empty(); });
    f.settle(milliseconds(50));  // it has a body: the first
    f.start_all({{2, "/b"}});
    f.settle_until([&] { return !f.waits.empty(); });
    CHECK(f.results.empty());
    REQUIRE_EQ(f.waits.size(), 1);
    elsewhere.end();
    f.run_until(1);
    CHECK(f.body(2) == body_of('b'));
    f.run_until(2);
    CHECK_EQ(f.body(1), "xy");
}

TEST_CASE("bodies: one that waits can be cancelled, and can run out of time") {
    BodiesFixture f(a_body_and_a_half());
    f.budget->take(f.budget->bytes_max());
    f.server.on("/drip", {send_bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
                          drip_forever("x", milliseconds(50))});
    for (const char* path : {"/b", "/c"})
        f.server.on(path, {send_page(body_of(path[1]))});
    f.start_all({{1, "/drip"}});
    f.settle_until([&] { return !f.first_bytes.empty(); });
    f.settle(milliseconds(200));
    FetchRequest hasty = f.request("/c");
    hasty.options.total_timeout = seconds(2);
    f.start_all({{2, "/b"}});
    f.loop.post([&] { f.start(3, hasty); });
    f.settle(milliseconds(200));
    f.loop.post([&] { f.fetcher.cancel(2); });
    f.run_until(2);
    REQUIRE_EQ(f.results[0].first, 2);
    CHECK(f.results[0].second.outcome == Outcome::canceled);
    REQUIRE_EQ(f.results[1].first, 3);
    CHECK(f.results[1].second.outcome == Outcome::timeout);
    CHECK_NE(f.results[1].second.detail.find("fetch.bodies_max"), std::string::npos);
    f.loop.post([&] { f.fetcher.cancel(1); });
    f.run_until(3);
}

TEST_CASE("bodies: one that waited is cut at body_max like any other") {
    BodiesFixture f(a_body_and_a_half());
    f.server.on("/a", {send_page(body_of('a'))});
    f.server.on("/b", {send_bytes(chunked(body_of('b')))});
    FetchRequest small = f.request("/b");
    small.options.body_max = ByteSize{kBodyBytes / 2 + 1'234};
    BodyLease elsewhere;
    f.budget->take(f.budget->bytes_max() - 20'000);
    elsewhere.add(f.budget, f.budget->bytes_max() - 20'000);
    f.start_all({{1, "/a"}});
    f.loop.post([&] { f.start(2, small); });
    f.run_until(2);
    for (const auto& [token, result] : f.results)
        if (token == 2) {
            CHECK(result.outcome == Outcome::body_too_large);
            CHECK(result.body == body_of('b').substr(0, kBodyBytes / 2 + 1'234));
        }
    CHECK_EQ(f.body(1).size(), kBodyBytes);
}

// The answer may be here before curl has asked for the socket to be watched; what watched it until
// then did so for an idle connection, which has nothing to say.
TEST_CASE("bodies: one that waits on a connection that was idle keeps it") {
    BodiesFixture f(a_body_and_a_half());
    f.budget->take(f.budget->bytes_max());
    f.server.on("/small", {send_page("")});
    f.server.on("/drip", {send_bytes("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
                          drip_forever("x", milliseconds(1))});
    f.server.on("/b", {send_page(body_of('b'))});
    f.start_all({{1, "/drip"}});
    f.settle(milliseconds(100));
    for (uint64_t round = 0; round < 50; ++round) {
        f.results.clear();
        f.fetch("/small");
        f.start_all({{10 + round, "/b"}});
        f.settle(milliseconds(5));
        f.budget->give_back(f.budget->bytes_max());
        f.run_until(2);
        CAPTURE(f.results[1].second.detail);
        CHECK_EQ(to_string(f.results[1].second.outcome), "ok");
        CHECK_EQ(f.body(10 + round).size(), kBodyBytes);
        f.budget->take(f.budget->bytes_max());
    }
    f.loop.post([&] { f.fetcher.cancel(1); });
    f.run_until(3);
}
