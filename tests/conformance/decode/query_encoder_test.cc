// percent-encoding.json of web-platform-tests, for the charsets that are not UTF-8, and every
// character of every charset there and back.
#include "decode/query_encoder.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "decode/encoding_table.h"
#include "support/suite.h"
#include "support/testdata.h"
#include "url/url.h"
#include "url/utf8.h"

using namespace crawld;
using namespace crawld::test;

namespace {

// What the standard writes as the bytes of another character: in Japanese encodings what looks like
// it, in those of China the characters of users' own that have become characters of everybody.
bool is_written_as_another(char32_t c, std::string_view encoding) {
    if (encoding == "iso-2022-jp") return c == 0x2212 || (c >= 0xFF61 && c <= 0xFF9F);
    if (encoding == "euc-jp" || encoding == "shift_jis")
        return c == 0xA5 || c == 0x203E || c == 0x2212;
    if (encoding != "gb18030" && encoding != "gbk") return false;
    constexpr char32_t kOwn[] = {0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864};
    return (c >= 0xE78D && c <= 0xE796) ||
           std::find(std::begin(kOwn), std::end(kOwn), c) != std::end(kOwn);
}

// How many characters the charset has; each must be read back as it was written.
int check_round_trips(const Encoding& encoding) {
    const auto encoder = make_query_encoder(encoding.name);
    REQUIRE(encoder);
    int written = 0;
    // Beyond, only gb18030 has characters, by a formula.
    for (char32_t c = 0x80; c < 0x30000; ++c) {
        if (c == 0xD800) c = 0xE000;
        std::string utf8;
        utf8_append(utf8, c);
        const std::string bytes = encoder->encode(utf8);
        if (bytes.starts_with("%26%23")) continue;
        ++written;
        if (is_written_as_another(c, encoding.name)) continue;
        if (convert_to_utf8(bytes, encoding) == utf8) continue;
        CAPTURE(encoding.name);
        CAPTURE(utf8);
        CHECK(convert_to_utf8(bytes, encoding) == utf8);
    }
    return written;
}

}  // namespace

TEST_CASE("percent-encoding.json, in the charsets of documents") {
    Suite suite("percent-encoding.json, other charsets");
    const auto document = read_json("url/wpt/percent-encoding.json", &suite);
    if (!document) return;
    for (const rapidjson::Value& entry : document->GetArray()) {
        if (!entry.IsObject()) continue;
        const std::string input = string_of(entry["input"]);
        for (const auto& [charset, output] : entry["output"].GetObject()) {
            const auto encoder = make_query_encoder(string_of(charset));
            if (!encoder) continue;
            CAPTURE(input);
            CAPTURE(string_of(charset));
            const std::string text = "https://doesnotmatter.invalid/?" + input + "#" + input;
            const auto url = Url::parse(text, nullptr, encoder.get());
            REQUIRE(url);
            CHECK(url->query == string_of(output));
            CHECK(url->fragment == string_of(entry["output"]["utf-8"]));
            suite.add(url->query == string_of(output));
        }
    }
    CHECK(suite.cases() >= 7);
}

TEST_CASE("what an encoder writes is read back as the same character") {
    struct Size {
        std::string_view encoding;
        int characters;  // U+0080 to U+2FFFF, by the indexes of the standard
    };
    constexpr Size kSizes[] = {{"big5", 14653},      {"euc-jp", 7392},        {"euc-kr", 17048},
                               {"gbk", 23957},       {"iso-2022-jp", 7392},   {"shift_jis", 7393},
                               {"iso-8859-6", 83},   {"iso-8859-16", 128},    {"koi8-u", 128},
                               {"windows-874", 120}, {"windows-1253", 125},   {"windows-1255", 118},
                               {"gb18030", 194431},  {"x-user-defined", 128}, {"macintosh", 128}};
    for (const Encoding& encoding : kEncodings) {
        if (!make_query_encoder(encoding.name)) continue;
        const int characters = check_round_trips(encoding);
        const auto* size = std::find_if(std::begin(kSizes), std::end(kSizes),
                                        [&](const Size& s) { return s.encoding == encoding.name; });
        CAPTURE(encoding.name);
        if (size != std::end(kSizes)) CHECK(characters == size->characters);
    }
}
