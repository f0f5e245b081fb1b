#include <doctest/doctest.h>

#include "decode/codings.h"
#include "decode/decode.h"
#include "support/coded_bodies.h"

using namespace crawld;
using namespace crawld::test;

namespace {

void check_whole(const std::string& coded, std::string_view coding, std::string_view text) {
    const Decoded decoded = decode_body(coded, coding, {});
    CHECK_EQ(decoded.verdict, DecodeVerdict::whole);
    CHECK(decoded.bytes == text);
    CHECK(decoded.detail.empty());
}

DecodeVerdict verdict(std::string coded, std::string_view coding, DecodeLimits limits = {}) {
    return decode_body(std::move(coded), coding, limits).verdict;
}

}  // namespace

TEST_CASE("every coding gives the text back") {
    const std::string text = sample();
    check_whole(text, "", text);
    check_whole(text, "identity", text);
    check_whole(gzipped(text), "gzip", text);
    check_whole(gzipped(text), " X-GZIP ", text);
    check_whole(deflated(text, 15), "deflate", text);
    check_whole(deflated(text, -15), "deflate", text);
    check_whole(brotli_coded(text), "br", text);
    check_whole(zstd_coded(text), "zstd", text);
}

TEST_CASE("an empty text and an empty body are whole") {
    for (std::string_view coding : {"gzip", "deflate", "br", "zstd", "gzip, br"}) {
        check_whole("", coding, "");
    }
    check_whole(gzipped(""), "gzip", "");
    check_whole(zstd_coded(""), "zstd", "");
    check_whole(brotli_coded(""), "br", "");
}

TEST_CASE("two codings are undone in reverse order, three are refused") {
    const std::string text = sample();
    check_whole(brotli_coded(gzipped(text)), "gzip, br", text);
    check_whole(gzipped(zstd_coded(text)), "zstd,identity,gzip", text);
    check_whole(deflated(deflated(text, -15), 15), "deflate, deflate", text);
    const Decoded refused = decode_body(gzipped(gzipped(gzipped(text))), "gzip, gzip, gzip", {});
    CHECK_EQ(refused.verdict, DecodeVerdict::unknown);
    CHECK(refused.bytes.empty());
}

TEST_CASE("an unknown coding is named and gives nothing") {
    const Decoded decoded = decode_body("x", "gzip, compress", {});
    CHECK_EQ(decoded.verdict, DecodeVerdict::unknown);
    CHECK(decoded.bytes.empty());
    CHECK_NE(decoded.detail.find("compress"), std::string::npos);
}

TEST_CASE("gzip members and zstd frames follow one another, and garbage after them is ignored") {
    check_whole(gzipped("one ") + gzipped("two"), "gzip", "one two");
    check_whole(zstd_coded("one ") + zstd_coded("two"), "zstd", "one two");
    for (std::string garbage : {"\n", "garbage behind it", "\x1f", "\x1f\x8bgarbage"}) {
        check_whole(gzipped("text") + garbage, "gzip", "text");
        check_whole(zstd_coded("text") + garbage, "zstd", "text");
        check_whole(brotli_coded("text") + garbage, "br", "text");
        check_whole(deflated("text", 15) + garbage, "deflate", "text");
        check_whole(deflated("text", -15) + garbage, "deflate", "text");
    }
}

TEST_CASE("a cut body keeps what came and says so, wherever it is cut") {
    const std::string text = sample();
    for (auto [coded, coding] :
         {std::pair(gzipped(text), "gzip"), std::pair(deflated(text, 15), "deflate"),
          std::pair(deflated(text, -15), "deflate"), std::pair(brotli_coded(text), "br"),
          std::pair(zstd_coded(text), "zstd"),
          std::pair(gzipped(brotli_coded(text)), "br, gzip")}) {
        for (size_t keep = 1; keep < coded.size(); keep += coded.size() / 50 + 1) {
            const Decoded decoded = decode_body(coded.substr(0, keep), coding, {});
            CHECK_EQ(decoded.verdict, DecodeVerdict::truncated);
            CHECK(text.starts_with(decoded.bytes));
        }
        CHECK_EQ(verdict(coded.substr(0, coded.size() - 1), coding), DecodeVerdict::truncated);
    }
    CHECK_GT(decode_body(gzipped(text).substr(0, 20'000), "gzip", {}).bytes.size(), 20'000);
}

TEST_CASE("of brotli data that end early all is kept that can be decoded") {
    using namespace std::string_view_literals;
    const std::string text = std::string(100'000, 'a') + "b" + std::string(100'000, 'a') + "b";
    std::string coded(
        "\x53\x41\x0d\x83\x5f\x2a\x4c\x2c\x15\x79\xec"
        "\xb2\x02\x00\x81\xb2\xfc\x02\x3c\xcb\x2f\x20\x02"sv);
    check_whole(coded, "br", text);
    coded.pop_back();
    const Decoded decoded = decode_body(coded, "br", {});
    CHECK_EQ(decoded.verdict, DecodeVerdict::truncated);
    CHECK_GT(decoded.bytes.size(), 190'000);
    const bool same = text.starts_with(decoded.bytes);  // too long to be shown
    CHECK(same);
}

TEST_CASE("a wrong checksum and broken data are corrupt, and keep what came before") {
    const std::string text = sample();
    std::string wrong_crc = gzipped(text);
    wrong_crc[wrong_crc.size() - 6] ^= 1;
    CHECK_EQ(verdict(wrong_crc, "gzip"), DecodeVerdict::corrupt);
    CHECK(decode_body(wrong_crc, "gzip", {}).bytes == text);
    std::string wrong_length = gzipped(text);
    wrong_length.back() ^= 1;
    CHECK_EQ(verdict(wrong_length, "gzip"), DecodeVerdict::corrupt);
    CHECK_EQ(verdict("<html>not coded at all", "gzip"), DecodeVerdict::corrupt);
    CHECK_EQ(verdict("<html>not coded at all", "zstd"), DecodeVerdict::corrupt);
    CHECK_EQ(verdict(gzipped("<html>not coded inside"), "zstd, gzip"), DecodeVerdict::corrupt);
    CHECK_EQ(verdict(gzipped("one") + wrong_crc, "gzip"), DecodeVerdict::corrupt);
}

TEST_CASE("the size is capped exactly, with and without a coding") {
    const std::string text = sample();
    for (auto [coded, coding] :
         {std::pair(text, ""), std::pair(gzipped(text), "gzip"),
          std::pair(brotli_coded(text), "br"), std::pair(zstd_coded(text), "zstd"),
          std::pair(gzipped(zstd_coded(text)), "zstd, gzip")}) {
        const Decoded fits = decode_body(coded, coding, {.bytes_max = text.size()});
        CHECK_EQ(fits.verdict, DecodeVerdict::whole);
        const Decoded capped = decode_body(coded, coding, {.bytes_max = text.size() - 1});
        CHECK_EQ(capped.verdict, DecodeVerdict::capped);
        CHECK(capped.bytes == text.substr(0, text.size() - 1));
    }
}

TEST_CASE("the ratio counts only once enough came out") {
    const std::string zeros(3 << 20, '\0');
    const DecodeLimits limits = {.ratio_max = 100, .ratio_after = 1 << 20};
    const Decoded capped = decode_body(gzipped(zeros), "gzip", limits);
    CHECK_EQ(capped.verdict, DecodeVerdict::capped);
    CHECK_EQ(capped.bytes.size(), 1 << 20);
    CHECK_EQ(verdict(gzipped(zeros.substr(0, 1 << 20)), "gzip", limits), DecodeVerdict::whole);
    CHECK_EQ(verdict(gzipped(zeros), "gzip", {.ratio_max = 2000}), DecodeVerdict::whole);
}

TEST_CASE("the ratio counts for what was read so far, whatever follows") {
    const std::string zeros = deflated(std::string(8 << 20, '\0'), 31);
    const std::string noise = gzipped(sample());
    std::string long_body = zeros;
    while (long_body.size() < 1 << 20)
        long_body += noise;
    const Decoded capped = decode_body(long_body, "gzip", {});
    CHECK_EQ(capped.verdict, DecodeVerdict::capped);
    CHECK_LT(capped.bytes.size(), 2 << 20);
}

TEST_CASE("a bomb inside a coding is capped on the way too") {
    const std::string inner = gzipped(gzipped(std::string(64 << 20, '\0')));
    CHECK_EQ(verdict(inner, "gzip, gzip", {.bytes_max = 16 << 20}), DecodeVerdict::capped);
}

TEST_CASE("stages take their input in any pieces") {
    struct Text final : Stage {
        Flow put(std::string_view bytes) override {
            text += bytes;
            return Flow::ok;
        }
        bool complete() const override { return true; }
        std::string text;
    };
    const std::string text = sample().substr(0, 5'000);
    for (auto [coded, coding] :
         {std::pair(gzipped(text) + gzipped(text) + "garbage", "gzip"),
          std::pair(deflated(text, 15), "deflate"), std::pair(deflated(text, -15), "deflate"),
          std::pair(brotli_coded(text) + "garbage", "br"),
          std::pair(zstd_coded(text) + zstd_coded(text) + "garbage", "zstd")}) {
        Text whole;
        const auto at_once = make_decoder(coding, whole, 1 << 20);
        CHECK_EQ(at_once->put(coded), Flow::ok);
        Text pieces;
        const auto bytewise = make_decoder(coding, pieces, 1 << 20);
        for (char c : coded)
            CHECK_EQ(bytewise->put({&c, 1}), Flow::ok);
        CHECK(bytewise->complete());
        CHECK(whole.text == pieces.text);
        CHECK(whole.text.starts_with(text));
    }
}
