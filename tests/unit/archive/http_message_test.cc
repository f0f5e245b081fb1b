#include "archive/http_message.h"

#include <doctest/doctest.h>

using namespace crawld;

TEST_CASE("a head is kept as it was sent, but for the name of the framing that is gone") {
    CHECK_EQ(
        archived_head("HTTP/1.1 200 OK\r\nA:  b \r\nTransfer-Encoding: chunked\r\nc: d\r\n\r\n"),
        "HTTP/1.1 200 OK\r\nA:  b \r\nX-Crawler-Transfer-Encoding: chunked\r\nc: d\r\n\r\n");
    CHECK_EQ(archived_head("HTTP/1.1 200 OK\ntransfer-encoding :chunked\n\n"),
             "HTTP/1.1 200 OK\nX-Crawler-transfer-encoding :chunked\n\n");
    CHECK_EQ(
        archived_head("HTTP/1.1 200 OK\r\nTransfer-Encodings: x\r\nContent-Encoding: gzip\r\n\r\n"),
        "HTTP/1.1 200 OK\r\nTransfer-Encodings: x\r\nContent-Encoding: gzip\r\n\r\n");
}

TEST_CASE("a head ends in one empty line, whatever is given") {
    for (const char* wire :
         {"GET / HTTP/1.1\r\nA: b", "GET / HTTP/1.1\r\nA: b\r\n", "GET / HTTP/1.1\r\nA: b\r\n\r\n",
          "GET / HTTP/1.1\r\nA: b\r\n\r\nC: d\r\n\r\n"}) {
        CAPTURE(wire);
        CHECK_EQ(archived_head(wire), "GET / HTTP/1.1\r\nA: b\r\n\r\n");
        CHECK_EQ(head_bytes(archived_head(wire) + "\r\n\r\nbody"), 24);
    }
    CHECK_EQ(archived_head(""), "\r\n");
}

TEST_CASE("where the head ends") {
    CHECK_EQ(head_bytes("a\r\n\r\nb"), 5);
    CHECK_EQ(head_bytes("a\n\nb"), 3);
    CHECK_EQ(head_bytes("a\r\nb\n\r\nc"), 7);
    CHECK_FALSE(head_bytes("a\r\nb").has_value());
    CHECK_FALSE(head_bytes("a\r\n\r").has_value());
}

namespace {
struct Chunks {
    const char* framed;
    const char* content;
    bool valid;
    bool complete;
};
constexpr Chunks kChunks[] = {
    {"3\r\nabc\r\n0\r\n\r\n", "abc", true, true},
    {"3;x=y\r\nabc\r\nA \r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", "abc0123456789", true, true},
    {"3\nabc\n0\n\n", "abc", true, true},
    {"3\r\nabc\r\n0\r\n", "abc", true, true},
    {"3\r\nab", "ab", true, false},
    {"3\r\nabcd\r\n0\r\n\r\n", "abc", false, false},
    {"3\r\nabc\r\n0\r\n\r\nx", "abc", false, false},
    {"<html>", "", false, false},
    {"\r\nabc", "", false, false},
    {"ffffffffffffffff\r\nabc", "", false, false},
};
}  // namespace

TEST_CASE("chunks come apart, in whatever pieces they come") {
    for (const Chunks& one : kChunks) {
        const std::string framed = one.framed;
        CAPTURE(framed);
        for (size_t bytes = 1; bytes <= framed.size(); ++bytes) {
            Dechunker dechunker;
            std::string content;
            for (size_t at = 0; at < framed.size(); at += bytes)
                content += dechunker.put(std::string_view(framed).substr(at, bytes));
            CHECK_EQ(content, one.content);
            CHECK_EQ(dechunker.valid(), one.valid);
            CHECK_EQ(dechunker.complete(), one.complete);
        }
    }
}
