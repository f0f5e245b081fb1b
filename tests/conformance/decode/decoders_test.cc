// The decoders of the Encoding standard: texts whole and broken, and what the algorithms of the
// standard, followed step by step, make of them.
#include "decode/decoders.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "support/suite.h"

using namespace crawld;
using namespace crawld::test;

namespace {

struct Case {
    std::string_view encoding;
    std::string_view bytes;  // in hexadecimal, spaces ignored
    std::string_view text;
};

// clang-format off
constexpr Case kCases[] = {
    {"big5", "3C8140A4A43E", "<\ufffd@\u4e2d>"},
    {"big5", "A4A4A4E5", "\u4e2d\u6587"},
    {"big5", "8862 8864 88A3 88A5", "\u00ca\u0304\u00ca\u030c\u00ea\u0304\u00ea\u030c"},
    {"big5", "813C", "\ufffd<"},
    {"big5", "A43C", "\ufffd<"},
    {"big5", "A47F3C", "\ufffd\177<"},
    {"big5", "A43C62723E", "\ufffd<br>"},
    {"big5", "FF3C", "\ufffd<"},
    {"big5", "803C", "\ufffd<"},
    {"big5", "A4", "\ufffd"},
    {"big5", "A4A4A4", "\u4e2d\ufffd"},
    {"big5", "C7403C", "\u3059<"},
    {"big5", "8740", "\u43f0"},
    {"big5", "A2CC", "\u5341"},
    {"big5", "F9FE", "\uffed"},
    {"big5", "A1803C", "\ufffd<"},
    {"big5", "FE FE 3C", "\u79d4<"},
    {"gb18030", "D6D0CEC4", "\u4e2d\u6587"},
    {"gb18030", "803C", "\u20ac<"},
    {"gb18030", "FF3C", "\ufffd<"},
    {"gb18030", "813C", "\ufffd<"},
    {"gb18030", "D63C61", "\ufffd<a"},
    {"gb18030", "D67F3C", "\ufffd\177<"},
    {"gb18030", "D6FF3C", "\ufffd<"},
    {"gb18030", "81308130", "\302\200"},
    {"gb18030", "8130813C", "\ufffd0\ufffd<"},
    {"gb18030", "81303C", "\ufffd0<"},
    {"gb18030", "81 30", "\ufffd"},
    {"gb18030", "8130 81", "\ufffd"},
    {"gb18030", "8130 8130", "\302\200"},
    {"gb18030", "81", "\ufffd"},
    {"gb18030", "81 30 81 30 3C", "\302\200<"},
    {"gb18030", "81 35 F4 37", "\ue7c7"},
    {"gb18030", "A2E3", "\u20ac"},
    {"gb18030", "A3A0", "\u3000"},
    {"gb18030", "A8BC", "\u1e3f"},
    {"gb18030", "84318236", "\ufe10"},
    {"gb18030", "A6D9", "\ufe10"},
    {"gb18030", "FE59", "\u9fb4"},
    {"gb18030", "90308130", "\U00010000"},
    {"gb18030", "E3329A35", "\U0010ffff"},
    {"gb18030", "E3329A36", "\ufffd"},
    {"gb18030", "FE39FE39 3C", "\ufffd<"},
    {"gb18030", "8431A530 3C", "\ufffd<"},
    {"gb18030", "8130 FF 3C", "\ufffd0\ufffd<"},
    {"gb18030", "813081303081303C", "\302\2000\ufffd0<"},
    {"gb18030", "A1", "\ufffd"},
    {"gb18030", "81308B3C", "\ufffd0\ufffd<"},
    {"gb18030", "8130823C22", "\ufffd0\ufffd<\""},
    {"gbk", "80", "\u20ac"},
    {"gbk", "D6D0813C", "\u4e2d\ufffd<"},
    {"gbk", "84308130", "\uf8ff"},
    {"euc-jp", "C6FCCBDC", "\u65e5\u672c"},
    {"euc-jp", "8EB1", "\uff71"},
    {"euc-jp", "8FB0A1", "\u4e02"},
    {"euc-jp", "8FB03C", "\ufffd<"},
    {"euc-jp", "8F3C", "\ufffd<"},
    {"euc-jp", "8EE03C", "\ufffd<"},
    {"euc-jp", "8E3C", "\ufffd<"},
    {"euc-jp", "A13C", "\ufffd<"},
    {"euc-jp", "C63C612F", "\ufffd<a/"},
    {"euc-jp", "A0 3C", "\ufffd<"},
    {"euc-jp", "FF3C", "\ufffd<"},
    {"euc-jp", "8F", "\ufffd"},
    {"euc-jp", "8FA1", "\ufffd"},
    {"euc-jp", "8FA2B7", "\uff5e"},
    {"euc-jp", "A9A1 3C", "\ufffd<"},
    {"euc-jp", "8FA1A1 3C", "\ufffd<"},
    {"euc-jp", "8E", "\ufffd"},
    {"euc-jp", "C6", "\ufffd"},
    {"euc-jp", "80", "\ufffd"},
    {"euc-jp", "F9A1", "\u7e8a"},
    {"euc-jp", "FCFC", "\uffe4"},
    {"euc-jp", "ADA1", "\u2460"},
    {"shift_jis", "93FA967B", "\u65e5\u672c"},
    {"shift_jis", "B1DF", "\uff71\uff9f"},
    {"shift_jis", "80", "\302\200"},
    {"shift_jis", "A03C", "\ufffd<"},
    {"shift_jis", "FD3C", "\ufffd<"},
    {"shift_jis", "FF", "\ufffd"},
    {"shift_jis", "813C", "\ufffd<"},
    {"shift_jis", "813C2F613E", "\ufffd</a>"},
    {"shift_jis", "81FD3C", "\ufffd<"},
    {"shift_jis", "8140", "\u3000"},
    {"shift_jis", "817F3C", "\ufffd\177<"},
    {"shift_jis", "F040", "\ue000"},
    {"shift_jis", "F97E", "\ue6da"},
    {"shift_jis", "F9FC", "\ue757"},
    {"shift_jis", "FA40", "\u2170"},
    {"shift_jis", "FC4B", "\u9ed1"},
    {"shift_jis", "FCFC3C", "\ufffd<"},
    {"shift_jis", "81", "\ufffd"},
    {"shift_jis", "5C7E", "\\~"},
    {"shift_jis", "8740", "\u2460"},
    {"shift_jis", "EF40 3C", "\ufffd@<"},
    {"shift_jis", "819E41", "\u25c7A"},
    {"shift_jis", "85403C", "\ufffd@<"},
    {"euc-kr", "B0A1C7D1", "\uac00\ud55c"},
    {"euc-kr", "8141", "\uac02"},
    {"euc-kr", "813C", "\ufffd<"},
    {"euc-kr", "B03C", "\ufffd<"},
    {"euc-kr", "B05B3C", "\ufffd[<"},
    {"euc-kr", "B07F3C", "\ufffd\177<"},
    {"euc-kr", "80", "\ufffd"},
    {"euc-kr", "FF3C", "\ufffd<"},
    {"euc-kr", "C9A13C", "\ufffd<"},
    {"euc-kr", "FEFE3C", "\ufffd<"},
    {"euc-kr", "C641", "\ud78d"},
    {"euc-kr", "C6523C", "\ud7a3<"},
    {"euc-kr", "C65341", "\ufffdSA"},
    {"euc-kr", "B0", "\ufffd"},
    {"euc-kr", "A2E6", "\u20ac"},
    {"iso-2022-jp", "1B2442467C4B5C1B2842", "\u65e5\u672c"},
    {"iso-2022-jp", "61 1B284A 5C7E 1B2842 5C7E", "a\u00a5\u203e\\~"},
    {"iso-2022-jp", "1B2849 3121 5F 60 3C", "\uff71\uff61\uff9f\ufffd\uff7c"},
    {"iso-2022-jp", "1B2849 B1", "\ufffd"},
    {"iso-2022-jp", "0E0F3C", "\ufffd\ufffd<"},
    {"iso-2022-jp", "803C", "\ufffd<"},
    {"iso-2022-jp", "1B 3C", "\ufffd<"},
    {"iso-2022-jp", "1B24 3C", "\ufffd$<"},
    {"iso-2022-jp", "1B2428", "\ufffd$("},
    {"iso-2022-jp", "1B2443 3C", "\ufffd$C<"},
    {"iso-2022-jp", "1B28 3C", "\ufffd(<"},
    {"iso-2022-jp", "1B", "\ufffd"},
    {"iso-2022-jp", "1B24", "\ufffd$"},
    {"iso-2022-jp", "1B2442 46", "\ufffd"},
    {"iso-2022-jp", "1B2442 46 3C", "\u9285"},
    {"iso-2022-jp", "1B2442 46 0A 3C", "\ufffd\ufffd"},
    {"iso-2022-jp", "1B2442 46 1B2842 3C", "\ufffd<"},
    {"iso-2022-jp", "1B2442 46 1B 3C6B", "\ufffd\ufffd\u6731"},
    {"iso-2022-jp", "1B2442 FF 3C 6B", "\ufffd\u6731"},
    {"iso-2022-jp", "1B2842 1B2842 61", "\ufffda"},
    {"iso-2022-jp", "1B2442 1B2842 61", "\ufffda"},
    {"iso-2022-jp", "1B2842 61 1B2842 61", "aa"},
    {"iso-2022-jp", "1B2440 467C", "\u65e5"},
    {"iso-2022-jp", "1B2442 2921 2321", "\ufffd\ufffd"},
    {"iso-2022-jp", "1B2442 7A 7A 0A", "\u7147\ufffd"},
    {"iso-2022-jp", "1B284A 0E FF", "\ufffd\ufffd"},
    {"iso-2022-jp", "1B2442 20 0A", "\ufffd\ufffd"},
    {"iso-2022-jp", "1B2442 467C 1B 24 3C", "\u65e5\ufffd\u305c"},
    {"iso-2022-jp", "1B2842 1B 1B2842", "\ufffd"},
    {"utf-16le", "3C00 AC20", "<\u20ac"},
    {"utf-16le", "3DD8 00DE", "\U0001f600"},
    {"utf-16le", "3DD8 3C00", "\ufffd<"},
    {"utf-16le", "00DC 3C00", "\ufffd<"},
    {"utf-16le", "3DD8", "\ufffd"},
    {"utf-16le", "3DD8 3D", "\ufffd"},
    {"utf-16le", "3C", "\ufffd"},
    {"utf-16le", "3DD8 3DD8 00DE", "\ufffd\U0001f600"},
    {"utf-16le", "00DC 00DC", "\ufffd\ufffd"},
    {"utf-16le", "FEFF", "\ufffe"},
    {"utf-16le", "FFFE", "\ufeff"},
    {"utf-16le", "3D", "\ufffd"},
    {"utf-16le", "3DD8 00D8", "\ufffd\ufffd"},
    {"utf-16be", "003C 20AC", "<\u20ac"},
    {"utf-16be", "D83D DE00", "\U0001f600"},
    {"utf-16be", "D83D 003C", "\ufffd<"},
    {"utf-16be", "DC00 003C", "\ufffd<"},
    {"utf-16be", "D83D", "\ufffd"},
    {"utf-16be", "D83D DE", "\ufffd"},
    {"utf-16be", "00", "\ufffd"},
    {"utf-16be", "D83D D83D DE00", "\ufffd\U0001f600"},
    {"windows-1252", "80818D8F", "\u20ac\302\201\302\215\302\217"},
    {"windows-1252", "909D9FFF3C", "\302\220\302\235\u0178\u00ff<"},
    {"windows-1252", "C4", "\u00c4"},
    {"windows-1253", "AA D2 FF C1 3C", "\ufffd\ufffd\ufffd\u0391<"},
    {"windows-1255", "CA D9 FF E0", "\u05ba\ufffd\ufffd\u05d0"},
    {"windows-1257", "A1 A5 C0", "\ufffd\ufffd\u0104"},
    {"windows-874", "DB DE FC FF A1 80 81", "\ufffd\ufffd\ufffd\ufffd\u0e01\u20ac\302\201"},
    {"iso-8859-6", "A1C1FF3C", "\ufffd\u0621\ufffd<"},
    {"iso-8859-7", "A4AEFF", "\u20ac\ufffd\ufffd"},
    {"iso-8859-8", "A1E0FB FD FF", "\ufffd\u05d0\ufffd\u200e\ufffd"},
    {"iso-8859-3", "A5 A6 FF", "\ufffd\u0124\u02d9"},
    {"koi8-u", "AEBE", "\u045e\u040e"},
    {"macintosh", "F0DB", "\uf8ff\u20ac"},
    {"iso-8859-16", "80A0A4AAFF", "\302\200\u00a0\u20ac\u0218\u00ff"},
    {"x-mac-cyrillic", "A2B6FFDB", "\u0490\u0491\u20ac\u045f"},
    {"ibm866", "80FF", "\u0410\u00a0"},
    {"windows-1258", "CCD2F2", "\u0300\u0309\u0323"},
    {"iso-8859-8-i", "F9ECE5ED", "\u05e9\u05dc\u05d5\u05dd"},
    {"x-user-defined", "7F80FF3C", "\177\uf780\uf7ff<"},
    {"replacement", "", ""},
    {"replacement", "3C", "\ufffd"},
    {"replacement", "1B243C", "\ufffd"},
    {"utf-8", "E28C3C", "\ufffd<"},
    {"utf-8", "C0AF3C", "\ufffd\ufffd<"},
    {"utf-8", "EDA0803C", "\ufffd\ufffd\ufffd<"},
    {"utf-8", "F0903C", "\ufffd<"},
    {"utf-8", "F48FBFBF", "\U0010ffff"},
    {"utf-8", "F490", "\ufffd\ufffd"},
    {"utf-8", "FF3C", "\ufffd<"},
    {"utf-8", "E2", "\ufffd"},
    {"utf-8", "F0808080", "\ufffd\ufffd\ufffd\ufffd"},
    {"utf-8", "EFBBBF3C", "\ufeff<"},
};
// clang-format on

std::string from_hex(std::string_view hex) {
    std::string bytes;
    int high = -1;
    for (const char c : hex) {
        if (c == ' ') continue;
        const int digit = hex_value(c);
        if (high >= 0) bytes += static_cast<char>(high << 4 | digit);
        high = high < 0 ? digit : -1;
    }
    return bytes;
}

}  // namespace

TEST_CASE("every decoder reads what is whole and what is broken as the standard does") {
    Suite suite("Encoding standard, decoders");
    for (const Case& expected : kCases) {
        CAPTURE(expected.encoding);
        CAPTURE(expected.bytes);
        const Encoding* encoding = find_encoding(expected.encoding);
        REQUIRE_NE(encoding, nullptr);
        const std::string text = convert_to_utf8(from_hex(expected.bytes), *encoding);
        CHECK_EQ(text, expected.text);
        suite.add(text == expected.text);
    }
}

// Nothing that comes before it may make a '<' disappear, or a tag, a quote and the link behind
// them would be one thing to us and another to a browser.
TEST_CASE("a tag survives whatever two bytes stand before it") {
    Suite suite("Encoding standard, tags after any two bytes");
    for (const std::string_view name :
         {"utf-8", "gb18030", "gbk", "big5", "euc-jp", "shift_jis", "euc-kr", "windows-1252"}) {
        const Encoding& encoding = *find_encoding(name);
        for (int first = 0; first < 256; ++first) {
            bool survives = true;
            for (int second = 0; second < 256; ++second) {
                const std::string bytes = {static_cast<char>(first), static_cast<char>(second), '<',
                                           'a', '>'};
                const std::string text = convert_to_utf8(bytes, encoding);
                survives = survives && text.ends_with("<a>") && text.size() > 3;
            }
            CAPTURE(name);
            CAPTURE(first);
            CHECK(survives);
            suite.add(survives);
        }
    }
}
