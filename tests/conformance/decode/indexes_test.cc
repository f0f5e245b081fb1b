// The indexes and labels of the Encoding standard, each whole: how many there are, and a checksum
// of all of them, made from the standard's own files (index-*.txt, encodings.json).
#include "decode/indexes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "base/text.h"
#include "decode/encoding_table.h"
#include "support/suite.h"

using namespace crawld;
using namespace crawld::test;

namespace {

// FNV-1a of 64 bits.
class Checksum {
  public:
    void add(char32_t value) {
        for (int shift = 0; shift < 32; shift += 8)
            add_byte(static_cast<uint8_t>(value >> shift));
    }
    void add_byte(uint8_t byte) { sum_ = (sum_ ^ byte) * 0x100000001B3; }
    uint64_t sum() const { return sum_; }

  private:
    uint64_t sum_ = 0xCBF29CE484222325;
};

template <class Table>
bool matches(const Table& table, size_t characters, uint64_t sum) {
    Checksum checksum;
    size_t count = 0;
    for (const char32_t c : table) {
        checksum.add(c);
        if (c != 0) ++count;
    }
    CHECK_EQ(count, characters);
    CHECK_EQ(checksum.sum(), sum);
    return count == characters && checksum.sum() == sum;
}

struct ExpectedIndex {
    IndexName name;
    size_t characters;
    uint64_t sum;
};
// By pointer, 0 where there is none; jis0208 as far as Shift_JIS reaches.
constexpr ExpectedIndex kIndexes[] = {
    {IndexName::big5, 18590, 0x770b6fa0631178df},
    {IndexName::euc_kr, 17048, 0xb4fc3f13c6abf5fa},
    {IndexName::gb18030, 23940, 0x1d93f96466693822},
    {IndexName::gb18030_ranges, 39420, 0x26a859189538f8dc},
    {IndexName::jis0208, 7724, 0xde920a8aba38e688},
    {IndexName::jis0212, 6067, 0x5b56479163fd7636},
};

struct ExpectedSingleByteIndex {
    std::string_view encoding;
    size_t characters;
    uint64_t sum;
};
constexpr ExpectedSingleByteIndex kSingleByteIndexes[] = {
    {"ibm866", 128, 0x96319dcf1d929585},       {"iso-8859-2", 128, 0x15dd93976fe998ca},
    {"iso-8859-3", 121, 0x70af575411232b5b},   {"iso-8859-4", 128, 0xf0b5d36aab27b23c},
    {"iso-8859-5", 128, 0xac92a43eb69c8f9a},   {"iso-8859-6", 83, 0x4c63dbaa37209f88},
    {"iso-8859-7", 125, 0xfc9e6c45312dbca0},   {"iso-8859-8", 92, 0xd8f178d62489403d},
    {"iso-8859-8-i", 92, 0xd8f178d62489403d},  {"iso-8859-10", 128, 0x233bdb423408493b},
    {"iso-8859-13", 128, 0x3a4f3b5b04c42a4a},  {"iso-8859-14", 128, 0x75b35cf60953a41f},
    {"iso-8859-15", 128, 0xec2df6e172f1bed8},  {"iso-8859-16", 128, 0x5faeacff2300a1ec},
    {"koi8-r", 128, 0x79b9c995ac090b16},       {"koi8-u", 128, 0x3ac9f3805ae4efb6},
    {"macintosh", 128, 0x7ebecf5c3a3c57ad},    {"windows-874", 120, 0xe4dd3c5bcfa817d5},
    {"windows-1250", 128, 0x0daf793815160ee8}, {"windows-1251", 128, 0x729b349ac32a31b7},
    {"windows-1252", 128, 0x3c481ca49eeffb78}, {"windows-1253", 125, 0x8ba9e7cef4db781d},
    {"windows-1254", 128, 0x8cf2cbaacfa5b91e}, {"windows-1255", 118, 0x68a3f6f4fd14baab},
    {"windows-1256", 128, 0xea1ce6fbd2270c30}, {"windows-1257", 126, 0xc987e830da111689},
    {"windows-1258", 128, 0x868c3efe3fdd4d6a}, {"x-mac-cyrillic", 128, 0xe4a36c3ec0bab6cb},
};

}  // namespace

TEST_CASE("the indexes are the standard's") {
    Suite suite("Encoding standard, indexes");
    for (const ExpectedIndex& expected : kIndexes) {
        CAPTURE(static_cast<int>(expected.name));
        suite.add(matches(index_of(expected.name), expected.characters, expected.sum));
    }
    for (const ExpectedSingleByteIndex& expected : kSingleByteIndexes) {
        CAPTURE(expected.encoding);
        const Encoding* encoding = find_encoding(expected.encoding);
        REQUIRE_NE(encoding, nullptr);
        suite.add(matches(single_byte_index(*encoding), expected.characters, expected.sum));
    }
}

TEST_CASE("the labels are the standard's, and each finds its encoding") {
    std::vector<std::string> lines;
    for (const Encoding& encoding : kEncodings)
        for (const std::string_view label : split(encoding.labels, ' '))
            lines.push_back(std::string(label) + " " + std::string(find_encoding(label)->name) +
                            "\n");
    std::sort(lines.begin(), lines.end());
    Checksum checksum;
    for (const std::string& line : lines)
        for (const char c : line)
            checksum.add_byte(static_cast<uint8_t>(c));
    CHECK_EQ(lines.size(), 228);
    CHECK_EQ(checksum.sum(), 0x85da5612c459e35a);
}
