// Where the tables of ICU 72 differ from the indexes of the Encoding standard.
//
// ICU has room for characters of users' own, which the standard has not; its gb18030 is an edition
// older; its Big5 has no second way to write a character.
// Source: the indexes of https://encoding.spec.whatwg.org 5, each compared whole.
// Test:   tests/conformance/decode/indexes_test.cc
#pragma once

#include <cstdint>
#include <string_view>

#include "decode/indexes.h"

namespace crawld {

struct IndexException {
    IndexName index;
    uint16_t first;  // pointers
    uint16_t last;
    char32_t character;  // of `first`, the others follow in order; 0: none
};

inline constexpr IndexException kIndexExceptions[] = {
    {IndexName::big5, 0, 627, 0},
    {IndexName::big5, 1008, 1008, 0x9F97},
    {IndexName::big5, 1016, 1016, 0x9F96},
    {IndexName::big5, 1099, 1103, 0x31C0},
    {IndexName::big5, 1105, 1105, 0x31C5},
    {IndexName::big5, 1108, 1109, 0x31C6},
    {IndexName::big5, 1112, 1112, 0x31C8},
    {IndexName::big5, 1114, 1117, 0x31C9},
    {IndexName::big5, 1119, 1120, 0x31CD},
    {IndexName::big5, 1133, 1133, 0},
    {IndexName::big5, 1135, 1135, 0},
    {IndexName::big5, 1164, 1164, 0},
    {IndexName::big5, 1166, 1166, 0},
    {IndexName::big5, 1170, 1171, 0x23DA},
    {IndexName::big5, 1730, 1730, 0x9FA6},
    {IndexName::big5, 1772, 1772, 0x9FA7},
    {IndexName::big5, 1779, 1779, 0x9FA8},
    {IndexName::big5, 1812, 1812, 0x9FA9},
    {IndexName::big5, 1814, 1814, 0x9FAA},
    {IndexName::big5, 1816, 1816, 0x9FAB},
    {IndexName::big5, 1821, 1821, 0x9FAC},
    {IndexName::big5, 1844, 1845, 0x9FAD},
    {IndexName::big5, 1847, 1847, 0x9FAF},
    {IndexName::big5, 1866, 1866, 0x9FB2},
    {IndexName::big5, 1892, 1892, 0x9FB3},
    {IndexName::big5, 2082, 2082, 0x7BB8},
    {IndexName::big5, 2088, 2088, 0x7C06},
    {IndexName::big5, 2103, 2103, 0x7CCE},
    {IndexName::big5, 2114, 2114, 0x7DD2},
    {IndexName::big5, 2123, 2123, 0x7E1D},
    {IndexName::big5, 2148, 2148, 0x8005},
    {IndexName::big5, 2151, 2151, 0x8028},
    {IndexName::big5, 2221, 2221, 0x83C1},
    {IndexName::big5, 2239, 2239, 0x84A8},
    {IndexName::big5, 2244, 2244, 0x840F},
    {IndexName::big5, 2303, 2303, 0x89A6},
    {IndexName::big5, 2304, 2304, 0x89A9},
    {IndexName::big5, 2354, 2354, 0x8D77},
    {IndexName::big5, 2400, 2400, 0x90FD},
    {IndexName::big5, 2413, 2413, 0x92B9},
    {IndexName::big5, 2477, 2477, 0x975C},
    {IndexName::big5, 2498, 2498, 0x97FF},
    {IndexName::big5, 2605, 2605, 0x9F16},
    {IndexName::big5, 2673, 2673, 0x8503},
    {IndexName::big5, 2746, 2746, 0x5159},
    {IndexName::big5, 2747, 2747, 0x515B},
    {IndexName::big5, 2748, 2749, 0x515D},
    {IndexName::big5, 2771, 2771, 0x936E},
    {IndexName::big5, 2780, 2780, 0x7479},
    {IndexName::big5, 2990, 2990, 0x6D67},
    {IndexName::big5, 3087, 3087, 0x799B},
    {IndexName::big5, 3259, 3259, 0x9097},
    {IndexName::big5, 3301, 3301, 0x975D},
    {IndexName::big5, 3436, 3436, 0x701E},
    {IndexName::big5, 3451, 3451, 0x5B28},
    {IndexName::big5, 4136, 4136, 0x7201},
    {IndexName::big5, 4138, 4138, 0x77D7},
    {IndexName::big5, 4141, 4141, 0x7E87},
    {IndexName::big5, 4182, 4182, 0x99D6},
    {IndexName::big5, 4206, 4206, 0x91D4},
    {IndexName::big5, 4220, 4220, 0x60DE},
    {IndexName::big5, 4230, 4230, 0x6FB6},
    {IndexName::big5, 4241, 4241, 0x8F36},
    {IndexName::big5, 4258, 4258, 0x4FBB},
    {IndexName::big5, 4273, 4273, 0x71DF},
    {IndexName::big5, 4279, 4279, 0x9104},
    {IndexName::big5, 4282, 4282, 0x9DF0},
    {IndexName::big5, 4294, 4294, 0x83CF},
    {IndexName::big5, 4329, 4329, 0x5C10},
    {IndexName::big5, 4330, 4330, 0x79E3},
    {IndexName::big5, 4349, 4349, 0x5A67},
    {IndexName::big5, 4419, 4419, 0x8F0B},
    {IndexName::big5, 4422, 4422, 0x7B51},
    {IndexName::big5, 4494, 4494, 0x62D0},
    {IndexName::big5, 4624, 4624, 0x6062},
    {IndexName::big5, 4694, 4694, 0x75F9},
    {IndexName::big5, 4708, 4708, 0x6C4A},
    {IndexName::big5, 4742, 4742, 0x9B2E},
    {IndexName::big5, 4748, 4748, 0x9F17},
    {IndexName::big5, 4815, 4815, 0x50ED},
    {IndexName::big5, 4828, 4828, 0x5F0C},
    {IndexName::big5, 4902, 4902, 0x880F},
    {IndexName::big5, 4922, 4922, 0x62CE},
    {IndexName::big5, 4982, 4982, 0x7468},
    {IndexName::big5, 4992, 4992, 0x7162},
    {IndexName::big5, 4997, 4997, 0x7250},
    {IndexName::big5, 5432, 5463, 0x2400},
    {IndexName::big5, 5464, 5464, 0x2421},
    {IndexName::big5, 10942, 10942, 0x5EF4},
    {IndexName::big5, 10946, 10946, 0x65E0},
    {IndexName::big5, 10948, 10948, 0x7676},
    {IndexName::big5, 10950, 10950, 0x96B6},
    {IndexName::big5, 10957, 10957, 0x3003},
    {IndexName::big5, 10958, 10958, 0x4EDD},
    {IndexName::big5, 11204, 11204, 0x31CF},
    {IndexName::big5, 11210, 11210, 0x9FB0},
    {IndexName::big5, 11212, 11212, 0x9FB1},
    {IndexName::big5, 19028, 19028, 0x5029},
    {IndexName::big5, 19035, 19035, 0x507D},
    {IndexName::big5, 19088, 19088, 0x5305},
    {IndexName::big5, 19096, 19096, 0x5344},
    {IndexName::big5, 19112, 19112, 0x537F},
    {IndexName::big5, 19162, 19162, 0x5605},
    {IndexName::big5, 19240, 19240, 0x5A77},
    {IndexName::big5, 19299, 19299, 0x5E75},
    {IndexName::big5, 19305, 19305, 0x5ED0},
    {IndexName::big5, 19326, 19326, 0x5F58},
    {IndexName::big5, 19355, 19355, 0x60A4},
    {IndexName::big5, 19398, 19398, 0x6490},
    {IndexName::big5, 19439, 19439, 0x6674},
    {IndexName::big5, 19454, 19454, 0x675E},
    {IndexName::big5, 19553, 19553, 0x6C9C},
    {IndexName::big5, 19554, 19554, 0x6E1D},
    {IndexName::big5, 19557, 19557, 0x6E2F},
    {IndexName::big5, 19611, 19611, 0x716E},
    {IndexName::big5, 19643, 19643, 0x732A},
    {IndexName::big5, 19672, 19672, 0x745C},
    {IndexName::big5, 19697, 19697, 0x74E9},
    {IndexName::big5, 19748, 19748, 0x7809},
    {IndexName::euc_kr, 13776, 13869, 0},
    {IndexName::euc_kr, 23846, 23939, 0},
    {IndexName::gb18030, 6555, 6555, 0x3000},
    {IndexName::gb18030, 7182, 7182, 0xFE10},
    {IndexName::gb18030, 7183, 7183, 0xFE12},
    {IndexName::gb18030, 7184, 7184, 0xFE11},
    {IndexName::gb18030, 7185, 7188, 0xFE13},
    {IndexName::gb18030, 7201, 7202, 0xFE17},
    {IndexName::gb18030, 7208, 7208, 0xFE19},
    {IndexName::gb18030, 23775, 23775, 0x9FB4},
    {IndexName::gb18030, 23783, 23783, 0x9FB5},
    {IndexName::gb18030, 23788, 23789, 0x9FB6},
    {IndexName::gb18030, 23795, 23795, 0x9FB8},
    {IndexName::gb18030, 23812, 23812, 0x9FB9},
    {IndexName::gb18030, 23829, 23829, 0x9FBA},
    {IndexName::gb18030, 23845, 23845, 0x9FBB},
    {IndexName::jis0212, 7708, 7727, 0},
    {IndexName::jis0212, 7730, 7730, 0},
    {IndexName::jis0208, 8836, 10715, 0},
};

struct SingleByteException {
    std::string_view encoding;
    uint8_t first;  // bytes
    uint8_t last;
    char16_t character;  // of each of them; 0: none
};

inline constexpr SingleByteException kSingleByteExceptions[] = {
    {"koi8-u", 0xAE, 0xAE, 0x045E},  {"koi8-u", 0xBE, 0xBE, 0x040E},
    {"windows-874", 0xDB, 0xDE, 0},  {"windows-874", 0xFC, 0xFF, 0},
    {"windows-1253", 0xAA, 0xAA, 0}, {"windows-1255", 0xCA, 0xCA, 0x05BA},
};

}  // namespace crawld
