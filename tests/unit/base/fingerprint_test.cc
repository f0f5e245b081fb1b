#include "base/fingerprint.h"

#include <doctest/doctest.h>

using namespace crawld;

// They are stored on disk: a change of these values makes every state directory unreadable.
TEST_CASE("fingerprints never change") {
    CHECK_EQ(fingerprint64(""), 0x2d06800538d394c2);
    CHECK_EQ(to_hex(fingerprint128("")), "99aa06d3014798d86001c324468d497f");
    CHECK_EQ(fingerprint64("https://example.org/"), 0x8e2c3c2914c7cb49);
    CHECK_EQ(to_hex(fingerprint128("https://example.org/")), "9db2570db118aad0d5065686b5f20b16");
}

TEST_CASE("one byte makes another fingerprint") {
    CHECK_NE(fingerprint64("https://example.org/a"), fingerprint64("https://example.org/b"));
    CHECK_NE(fingerprint64(std::string_view("\0", 1)), fingerprint64(""));
    CHECK_FALSE(fingerprint128("a") == fingerprint128("b"));
}

TEST_CASE("hexadecimal keeps leading zeros") {
    CHECK_EQ(to_hex({1, 0xabc}), "00000000000000010000000000000abc");
}

TEST_CASE("bytes that come in pieces have the fingerprint of the whole") {
    const std::string text(5'000, 'x');
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{1'024}, size_t{5'000}}) {
        Fingerprinter pieces;
        for (size_t at = 0; at < text.size(); at += piece)
            pieces.put(std::string_view(text).substr(at, piece));
        CHECK_EQ(to_hex(pieces.result()), to_hex(fingerprint128(text)));
    }
    CHECK_EQ(to_hex(Fingerprinter().result()), to_hex(fingerprint128("")));
}
