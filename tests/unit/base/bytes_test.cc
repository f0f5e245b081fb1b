#include "base/bytes.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "base/prng.h"

using namespace crawld;

TEST_CASE("big-endian: the order of the bytes is the order of the numbers") {
    std::string out;
    put_u16(out, 0x0102);
    put_u32(out, 0x03040506);
    put_be<6>(out, 0x0708090a0b0c);
    CHECK_EQ(out, "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c");

    Prng prng(1);
    for (int i = 0; i < 1'000; ++i) {
        const uint64_t a = prng.next() >> prng.below(64);
        const uint64_t b = prng.next() >> prng.below(64);
        std::string text_a;
        std::string text_b;
        put_u64(text_a, a);
        put_u64(text_b, b);
        CHECK_EQ(text_a < text_b, a < b);
    }
}

TEST_CASE("what was put is read back") {
    std::string out;
    put_u8(out, 255);
    put_u16(out, 65'535);
    put_u32(out, 1);
    put_u64(out, std::numeric_limits<uint64_t>::max());
    put_be<3>(out, 0xabcdef);
    put_varint(out, 300);
    put_text(out, "text");
    put_text(out, "");
    ByteReader in(out);
    CHECK_EQ(in.u8(), 255);
    CHECK_EQ(in.u16(), 65'535);
    CHECK_EQ(in.u32(), 1);
    CHECK_EQ(in.u64(), std::numeric_limits<uint64_t>::max());
    CHECK_EQ(in.be(3), 0xabcdef);
    CHECK_EQ(in.varint(), 300);
    CHECK_EQ(in.text(), "text");
    CHECK_EQ(in.text(), "");
    CHECK(in.at_end());
    CHECK_FALSE(in.failed());
}

TEST_CASE("varints of every size") {
    for (int bits = 0; bits <= 64; ++bits) {
        const uint64_t value =
            bits == 64 ? std::numeric_limits<uint64_t>::max() : (uint64_t{1} << bits);
        std::string out;
        put_varint(out, value);
        CHECK_LE(out.size(), 10);
        ByteReader in(out);
        CHECK_EQ(in.varint(), value);
        CHECK(in.at_end());
    }
}

TEST_CASE("every cut of a message fails to read, and reads nothing beyond its end") {
    std::string out;
    put_u32(out, 7);
    put_varint(out, 1'000'000);
    put_text(out, "some text");
    for (size_t size = 0; size < out.size(); ++size) {
        const std::string cut = out.substr(0, size);
        ByteReader in(cut);
        in.u32();
        in.varint();
        in.text();
        CHECK(in.failed());
    }
}

TEST_CASE("after a failure everything is zero") {
    ByteReader in("\x01");
    CHECK_EQ(in.u32(), 0);
    CHECK(in.failed());
    CHECK_EQ(in.u8(), 0);
    CHECK_EQ(in.text(), "");
}

TEST_CASE("a varint without an end, or of more than ten bytes, fails") {
    for (const std::string& bytes : {std::string(9, '\xff'), std::string(11, '\x80')}) {
        ByteReader in(bytes);
        in.varint();
        CHECK(in.failed());
    }
}

TEST_CASE("a text longer than what is there fails") {
    std::string out;
    put_varint(out, std::numeric_limits<uint64_t>::max());
    out += "abc";
    ByteReader in(out);
    CHECK_EQ(in.text(), "");
    CHECK(in.failed());
}

TEST_CASE("rest() is what was not read yet") {
    ByteReader in("abc");
    in.u8();
    CHECK_EQ(in.rest(), "bc");
}
