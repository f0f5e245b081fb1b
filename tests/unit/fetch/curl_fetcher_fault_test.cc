// What servers and networks do wrong, one case each: the table of wire faults.
#include <string>

#include "unit/fetch/fetch_fixture.h"

using namespace crawld;

namespace {

std::string repeat(std::string_view text, size_t times) {
    std::string all;
    for (size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

}  // namespace

TEST_CASE("fault: closed before the first byte is an empty reply") {
    FetchFixture f;
    const FetchResult result = f.fetch({close_now()});
    CHECK(result.outcome == Outcome::empty_reply);
    CHECK(result.status == 0);
    CHECK(result.body.empty());
    CHECK_FALSE(result.detail.empty());
    CHECK(f.first_bytes.empty());
}

TEST_CASE("fault: reset before the first byte is a lost connection") {
    FetchFixture f;
    CHECK(f.fetch({reset_now()}).outcome == Outcome::connection_lost);
}

TEST_CASE("fault: reset in the middle of the body is a lost connection that keeps what came") {
    FetchFixture f;
    const FetchResult result =
        f.fetch({send_bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
                 wait_for(milliseconds(20)), reset_now()});
    CHECK(result.outcome == Outcome::connection_lost);
    CHECK(result.status == 200);
    CHECK(result.body == "half");
    CHECK(f.first_bytes.size() == 1);
}

TEST_CASE("fault: a body shorter than announced is truncated") {
    FetchFixture f;
    const FetchResult result = f.fetch(
        {send_bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"), close_now()});
    CHECK(result.outcome == Outcome::truncated);
    CHECK(result.status == 200);
    CHECK(result.body == "only this");
}

TEST_CASE("fault: a chunked body without its end is truncated") {
    FetchFixture f;
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    CHECK(f.fetch({send_bytes(head + "5\r\nhel"), close_now()}).outcome == Outcome::truncated);
    CHECK(f.fetch({send_bytes(head + "5\r\nhello\r\n"), close_now()}).outcome ==
          Outcome::truncated);
}

TEST_CASE("fault: a chunk size that is no number is a bad response") {
    FetchFixture f;
    const FetchResult result = f.fetch({send_bytes(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n")});
    CHECK(result.outcome == Outcome::bad_response);
}

TEST_CASE("fault: what is not HTTP is a bad response") {
    FetchFixture f;
    CHECK(f.fetch({send_bytes("220 mail.example ESMTP\r\n"), close_now()}).outcome ==
          Outcome::bad_response);
    CHECK(f.fetch({send_bytes("HTTP/1.1 OK\r\n\r\n"), close_now()}).outcome ==
          Outcome::bad_response);
}

TEST_CASE("fault: NUL or CR inside a header is a bad response") {
    FetchFixture f;
    using namespace std::string_literals;
    CHECK(
        f.fetch({send_bytes("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n"s)}).outcome ==
        Outcome::bad_response);
    const FetchResult result = f.fetch({send_bytes(
        "HTTP/1.1 302 Found\r\nLocation: /a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n")});
    CHECK(result.outcome == Outcome::bad_response);
    CHECK(result.headers.empty());
}

TEST_CASE("fault: more headers than headers_max are refused, in many lines and in one") {
    FetchFixture f;
    FetchRequest request = f.request("/script");
    request.options.headers_max = kib(8);
    f.server.on("/script",
                {send_bytes("HTTP/1.1 200 OK\r\n" + repeat("X-Line: 0123456789\r\n", 1000) +
                            "Content-Length: 0\r\n\r\n")});
    FetchResult result = f.fetch(request);
    CHECK(result.outcome == Outcome::headers_too_large);
    CHECK(result.bytes_wire <= 8 * 1024 + 100);
    f.server.on("/script", {send_bytes("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x') +
                                       "\r\nContent-Length: 0\r\n\r\n")});
    CHECK(f.fetch(request).outcome == Outcome::headers_too_large);
}

TEST_CASE("fault: endless headers and one endless line end at the library's bounds") {
    FetchFixture f;  // headers_max is the default: 300 KiB
    CHECK(f.fetch({send_bytes("HTTP/1.1 200 OK\r\n"),
                   send_bytes(repeat("X-Line: 0123456789\r\n", 40'000)), close_now()})
              .outcome == Outcome::headers_too_large);
    CHECK(f.fetch({send_bytes("HTTP/1.1 200 OK\r\nX: " + std::string(2 << 20, 'x')), close_now()})
              .outcome == Outcome::headers_too_large);
}

TEST_CASE("fault: endless interim responses are too many headers") {
    FetchFixture f;
    CHECK(f.fetch({send_bytes(repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 20'000)),
                   close_now()})
              .outcome == Outcome::headers_too_large);
}

TEST_CASE("fault: interim responses before the final one are dropped") {
    FetchFixture f;
    const FetchResult result = f.fetch(
        {send_bytes("HTTP/1.1 100 Continue\r\nX: interim\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
                    "Link: </x>\r\n\r\n"),
         send_page("final", "X: final\r\n")});
    CHECK(result.outcome == Outcome::ok);
    CHECK(result.status == 200);
    CHECK(result.body == "final");
    CHECK(result.header("x") == "final");
    CHECK_FALSE(result.header("link").has_value());
}

TEST_CASE("fault: a compressed body is passed on as it came, whole or not") {
    FetchFixture f;
    const std::string body("\x1f\x8b\x08\x00 these are no deflated bytes", 33);
    const FetchResult result = f.fetch({send_page(body, "Content-Encoding: gzip\r\n")});
    CHECK(result.outcome == Outcome::ok);
    CHECK(result.body == body);
    CHECK(result.header("content-encoding") == "gzip");
}

TEST_CASE("fault: contradictory lengths are named and the connection is not used again") {
    FetchFixture f;
    for (const char* lengths : {"Content-Length: 5\r\nContent-Length: 7\r\n",
                                "Content-Length: 99999999999999999999999\r\n",
                                "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"}) {
        const FetchResult result =
            f.fetch({send_bytes("HTTP/1.1 200 OK\r\n" + std::string(lengths) +
                                "\r\n5\r\nhello\r\n0\r\n\r\n"),
                     wait_for(milliseconds(5)), close_now()});
        CHECK_FALSE(result.detail.empty());
        f.server.on("/next", {send_page("next")});
        CHECK_FALSE(f.fetch("/next").reused_connection);
    }
}

TEST_CASE("fault: the status decides the outcome of a whole response") {
    FetchFixture f;
    const auto outcome = [&](const std::string& status, const std::string& headers = "") {
        return f
            .fetch(
                {send_bytes("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n" + headers + "\r\n")})
            .outcome;
    };
    CHECK(outcome("200 OK") == Outcome::ok);
    CHECK(outcome("206 Partial Content") == Outcome::ok);
    CHECK(outcome("301 Moved", "Location: /there\r\n") == Outcome::redirect);
    CHECK(outcome("301 Moved") == Outcome::odd_status);
    CHECK(outcome("301 Moved", "Location:\r\n") == Outcome::odd_status);
    CHECK(outcome("304 Not Modified") == Outcome::not_modified);
    CHECK(outcome("404 Not Found") == Outcome::client_error);
    CHECK(outcome("429 Too Many") == Outcome::throttled);
    CHECK(outcome("500 Oops") == Outcome::server_error);
    CHECK(outcome("503 Busy") == Outcome::throttled);
    CHECK(outcome("600 What") == Outcome::odd_status);
    CHECK(outcome("999 Denied") == Outcome::odd_status);
}

TEST_CASE("fault: a redirect is not followed") {
    FetchFixture f;
    f.server.on("/there", {send_page("there")});
    const FetchResult result = f.fetch(
        {send_bytes("HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n")});
    CHECK(result.outcome == Outcome::redirect);
    CHECK(result.header("Location") == "/there");
    CHECK(f.server.requests().size() == 1);
}

TEST_CASE("fault: nobody listens") {
    FetchFixture f;
    uint16_t free_port = 0;
    {
        const FaultServer gone;
        free_port = gone.port();
    }
    f.fetcher.set_policy(policy_allowing({"127.0.0.1:" + std::to_string(free_port)}));
    FetchRequest request = f.request("/");
    request.port = free_port;
    request.url = "http://a.example:" + std::to_string(free_port) + "/";
    const FetchResult result = f.fetch(request);
    CHECK(result.outcome == Outcome::connect_refused);
    CHECK(result.status == 0);
}

TEST_CASE("fault: no answer within total_timeout") {
    FetchFixture f;
    FetchRequest request = f.request("/silent");
    request.options.total_timeout = milliseconds(60);
    f.server.on("/silent", {wait_for(seconds(20))});
    const FetchResult result = f.fetch(request);
    CHECK(result.outcome == Outcome::timeout);
    CHECK(result.times.total >= milliseconds(60));
    CHECK(f.first_bytes.empty());
}

TEST_CASE("fault: a dripping body ends at total_timeout with what came") {
    FetchFixture f;
    FetchRequest request = f.request("/drip");
    request.options.total_timeout = seconds(2);
    f.server.on("/drip",
                {send_bytes("HTTP/1.1 200 OK\r\n\r\n"), drip_forever("x", milliseconds(5))});
    const FetchResult result = f.fetch(request);
    CHECK(result.outcome == Outcome::timeout);
    CHECK(result.status == 200);
    CHECK_FALSE(result.body.empty());
    CHECK(f.first_bytes.size() == 1);
}

TEST_CASE("fault: slower than low_speed_bytes for low_speed_time is too slow") {
    FetchFixture f;
    FetchRequest request = f.request("/drip");
    request.options.low_speed_time = seconds(1);  // the shortest there is
    f.server.on("/drip",
                {send_bytes("HTTP/1.1 200 OK\r\n\r\n"), drip_forever("x", milliseconds(20))});
    CHECK(f.fetch(request).outcome == Outcome::too_slow);
}

TEST_CASE("fault: TLS on a port that does not speak it") {
    FetchFixture f;
    FetchRequest request = f.request("/");
    request.url.replace(0, 5, "https:");
    request.options.connect_timeout = milliseconds(200);
    // The hello of TLS has no blank line: the server never answers.
    CHECK(f.fetch(request).outcome == Outcome::connect_timeout);
    CHECK(f.server.requests().empty());
}

TEST_CASE("fault: a body beyond body_max is cut there and kept") {
    FetchFixture f;
    FetchRequest request = f.request("/large");
    request.options.body_max = ByteSize{1000};
    f.server.on("/large", {send_page(std::string(1'000'000, 'x'))});
    FetchResult result = f.fetch(request);
    CHECK(result.outcome == Outcome::body_too_large);
    CHECK(result.body_cut);
    CHECK(result.status == 200);
    CHECK(result.body == std::string(1000, 'x'));
    f.server.on("/large", {send_page(std::string(1000, 'x'))});
    result = f.fetch(request);
    CHECK(result.outcome == Outcome::ok);
    CHECK_FALSE(result.body_cut);
}

TEST_CASE("fault: an endless chunked body is cut at body_max too") {
    FetchFixture f;
    FetchRequest request = f.request("/endless");
    request.options.body_max = kib(4);
    f.server.on("/endless", {send_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                        repeat("a\r\n0123456789\r\n", 2000)),
                             wait_for(seconds(20))});
    const FetchResult result = f.fetch(request);
    CHECK(result.outcome == Outcome::body_too_large);
    CHECK(result.body.size() == 4096);
}

TEST_CASE("fault: credentials in a URL are not sent") {
    FetchFixture f;
    FetchRequest request = f.request("/");
    request.url.insert(7, "user:secret@");
    CHECK(f.fetch(request).outcome == Outcome::skipped);
    CHECK(f.server.connections() == 0);
}

TEST_CASE("fault: a control character in a header of ours is not sent") {
    FetchFixture f;
    FetchRequest request = f.request("/");
    request.headers.push_back({"If-None-Match", "\"a\"\r\nEvil: yes"});
    const FetchResult result = f.fetch(request);
    CHECK(result.outcome == Outcome::skipped);
    CHECK(result.detail.find("If-None-Match") != std::string::npos);
    CHECK(f.server.connections() == 0);
}
