#include "fetch/response_head.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace crawld;
using namespace std::string_view_literals;

namespace {

ResponseHead read(const std::vector<std::string_view>& lines, uint64_t bytes_max = 10'000) {
    ResponseHead head;
    head.clear(bytes_max);
    for (const std::string_view line : lines)
        if (!head.add(line)) break;
    return head;
}

}  // namespace

TEST_CASE("ResponseHead: status, version and fields, trimmed, in order") {
    ResponseHead head = read(
        {"HTTP/1.0 404 Not Found\r\n", "A: 1\r\n", "b:\t 2 x \r\n", "A:3\n", "Empty:\r\n", "\r\n"});
    CHECK(head.complete());
    CHECK(head.status() == 404);
    CHECK(head.http_version() == "1.0");
    REQUIRE(head.headers().size() == 4);
    CHECK(head.headers()[1].name == "b");
    CHECK(head.headers()[1].value == "2 x");
    CHECK(head.headers()[2].value == "3");
    CHECK(head.headers()[3].value.empty());
    CHECK(head.find("a")->value == "1");
    CHECK(head.find("c") == nullptr);
}

TEST_CASE("ResponseHead: lines have a bound in number, short as they may be") {
    std::vector<std::string_view> lines(ResponseHead::kLinesMax - 1, "a:b\r\n");
    lines.insert(lines.begin(), "HTTP/1.1 200 OK\r\n");
    CHECK(read(lines, 1'000'000).problem() == ResponseHead::Problem::none);
    lines.push_back("a:b\r\n");
    CHECK(read(lines, 1'000'000).problem() == ResponseHead::Problem::too_large);
}

TEST_CASE("ResponseHead: status lines without a reason, and with odd ones") {
    CHECK(read({"HTTP/1.1 200\r\n"}).status() == 200);
    CHECK(read({"HTTP/1.1 200 \xff\xfe\x01\r\n"}).status() == 200);
    for (const std::string_view line :
         {"HTTP/1.1\r\n"sv, "HTTP/1.1 abc\r\n"sv, "HTTP/1.1 99 Low\r\n"sv, "HTTP/1.1 1000\r\n"sv,
          "ICY 200 OK\r\n"sv, "\r\n"sv, "HTTP/1.1 200 a\rb\r\n"sv})
        CHECK_MESSAGE(read({line}).problem() == ResponseHead::Problem::malformed,
                      std::string(line));
}

TEST_CASE("ResponseHead: CR and NUL inside a line make it malformed, other controls do not") {
    const auto problem = [](std::string_view field) {
        return read({"HTTP/1.1 200 OK\r\n", field, "\r\n"}).problem();
    };
    CHECK(problem("Location: /a\rb\r\n") == ResponseHead::Problem::malformed);
    CHECK(problem("X: a\0b\r\n"sv) == ResponseHead::Problem::malformed);
    CHECK(problem("X\r: b\r\n"sv) == ResponseHead::Problem::malformed);
    CHECK(problem("X: a\x01\x7f\tb\r\n") == ResponseHead::Problem::none);
}

TEST_CASE("ResponseHead: lines that are no fields are left out") {
    ResponseHead head =
        read({"HTTP/1.1 200 OK\r\n", "no colon here\r\n", ": no name\r\n", "bad name: x\r\n",
              "name\f: x\r\n", " folded onto nothing\r\n", "Good: y\r\n", "\r\n"});
    CHECK(head.complete());
    REQUIRE(head.headers().size() == 1);
    CHECK(head.headers()[0].name == "Good");
}

TEST_CASE("ResponseHead: blanks before the colon are no part of a name, and frame nothing") {
    ResponseHead head = read({"HTTP/1.1 200 OK\r\n", "X-Robots-Tag : noindex\r\n", " none\r\n",
                              "Location\t: /x\r\n", "\r\n"});
    CHECK(head.find("x-robots-tag")->value == "noindex none");
    CHECK(head.find("location")->value == "/x");
    CHECK(head.framing_doubt().empty());
    head = read({"HTTP/1.1 200 OK\r\n", "Content-Length : 5\r\n", "\r\n"});
    CHECK(head.headers().empty());
    CHECK_FALSE(head.content_length().has_value());
    CHECK_FALSE(head.framing_doubt().empty());
    head = read({"HTTP/1.1 200 OK\r\n", "Transfer-Encoding : chunked\r\n", "\r\n"});
    CHECK_FALSE(head.is_chunked());
    CHECK_FALSE(head.framing_doubt().empty());
}

TEST_CASE("ResponseHead: folded values are joined") {
    ResponseHead head = read({"HTTP/1.1 200 OK\r\n", "A: one\r\n", "   two \r\n", "\tthree\r\n",
                              "B:\r\n", " only\r\n", "\r\n"});
    CHECK(head.find("a")->value == "one two three");
    CHECK(head.find("b")->value == "only");
}

TEST_CASE("ResponseHead: interim responses are forgotten, 101 is final") {
    ResponseHead head = read({"HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n",
                              "HTTP/1.1 200 OK\r\n", "A: 1\r\n", "\r\n"});
    CHECK(head.status() == 200);
    CHECK(head.headers().size() == 1);
    CHECK(read({"HTTP/1.1 101 Switching\r\n", "\r\n"}).complete());
    CHECK_FALSE(read({"HTTP/1.1 100 Continue\r\n", "\r\n"}).complete());
}

TEST_CASE("ResponseHead: trailers are counted and ignored") {
    ResponseHead head = read({"HTTP/1.1 200 OK\r\n", "\r\n"});
    const uint64_t before = head.bytes();
    CHECK(head.add("Location: /evil\r\n"));
    CHECK(head.add("\r\n"));
    CHECK(head.find("location") == nullptr);
    CHECK(head.bytes() == before + 19);
}

TEST_CASE("ResponseHead: the bound counts every line, interim ones too") {
    ResponseHead head;
    head.clear(100);
    for (int i = 0; i < 3; ++i) {
        CHECK(head.add("HTTP/1.1 103 Early Hints\r\n"));  // 26 bytes
        CHECK(head.add("\r\n"));
    }
    CHECK_FALSE(head.add("HTTP/1.1 200 OK\r\n"));
    CHECK(head.problem() == ResponseHead::Problem::too_large);
    CHECK_FALSE(head.add("\r\n"));
}

TEST_CASE("ResponseHead: lengths, and what is doubtful about them") {
    const auto doubt = [](std::vector<std::string_view> fields) {
        fields.insert(fields.begin(), "HTTP/1.1 200 OK\r\n");
        return !read(fields).framing_doubt().empty();
    };
    CHECK_FALSE(doubt({"Content-Length: 5\r\n"}));
    CHECK_FALSE(doubt({"Content-Length: 5\r\n", "Content-Length: 5\r\n"}));
    CHECK_FALSE(doubt({"Transfer-Encoding: chunked\r\n"}));
    CHECK(doubt({"Content-Length: 5\r\n", "Content-Length: 7\r\n"}));
    CHECK(doubt({"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"}));
    CHECK(doubt({"Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n"}));
    CHECK(doubt({"Content-Length: 99999999999999999999\r\n"}));
    CHECK(doubt({"Content-Length: -1\r\n"}));
    CHECK(read({"HTTP/1.1 200 OK\r\n", "content-length: 12\r\n"}).content_length() == 12);
}
