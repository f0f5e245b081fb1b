// The table behind encodings.h: a row for each encoding of the standard, with ICU's converter of
// the same mapping.
//
// Where names mislead: the standard's gbk decodes as gb18030, its shift_jis is windows-31j, its
// euc-kr windows-949, its big5 has the Hong Kong extension, and iso-8859-1 and ascii are
// windows-1252. ICU has no iso-8859-16, and its koi8-u differs in two letters of Belarusian.
// Source: https://encoding.spec.whatwg.org 4.2.
#pragma once

#include "decode/encodings.h"

namespace crawld {

// clang-format off
inline constexpr Encoding kEncodings[] = {
    {"utf-8", "",
     "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8"},
    {"windows-1252", "windows-1252",
     "windows-1252 iso-8859-1 latin1 ascii us-ascii cp1252 x-cp1252 ansi_x3.4-1968 cp819 "
     "csisolatin1 ibm819 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1"},
    {"ibm866", "ibm-866", "ibm866 866 cp866 csibm866"},
    {"iso-8859-2", "iso-8859-2",
     "iso-8859-2 csisolatin2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"},
    {"iso-8859-3", "iso-8859-3",
     "iso-8859-3 csisolatin3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"},
    {"iso-8859-4", "iso-8859-4",
     "iso-8859-4 csisolatin4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"},
    {"iso-8859-5", "iso-8859-5",
     "iso-8859-5 csisolatincyrillic cyrillic iso-ir-144 iso8859-5 iso88595 iso_8859-5 "
     "iso_8859-5:1988"},
    {"iso-8859-6", "iso-8859-6",
     "iso-8859-6 arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6-e "
     "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"},
    {"iso-8859-7", "iso-8859-7",
     "iso-8859-7 csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 iso8859-7 iso88597 "
     "iso_8859-7 iso_8859-7:1987 sun_eu_greek"},
    {"iso-8859-8", "iso-8859-8",
     "iso-8859-8 csiso88598e csisolatinhebrew hebrew iso-8859-8-e iso-ir-138 iso8859-8 iso88598 "
     "iso_8859-8 iso_8859-8:1988 visual"},
    {"iso-8859-8-i", "iso-8859-8", "iso-8859-8-i csiso88598i logical"},
    {"iso-8859-10", "iso-8859-10",
     "iso-8859-10 csisolatin6 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
    {"iso-8859-13", "iso-8859-13", "iso-8859-13 iso8859-13 iso885913"},
    {"iso-8859-14", "iso-8859-14", "iso-8859-14 iso8859-14 iso885914"},
    {"iso-8859-15", "iso-8859-15",
     "iso-8859-15 csisolatin9 iso8859-15 iso885915 iso_8859-15 l9"},
    {"iso-8859-16", "", "iso-8859-16"},
    {"koi8-r", "koi8-r", "koi8-r cskoi8r koi koi8 koi8_r"},
    {"koi8-u", "koi8-u", "koi8-u koi8-ru"},
    {"macintosh", "macintosh", "macintosh csmacintosh mac x-mac-roman"},
    {"windows-874", "windows-874",
     "windows-874 dos-874 iso-8859-11 iso8859-11 iso885911 tis-620"},
    {"windows-1250", "windows-1250", "windows-1250 cp1250 x-cp1250"},
    {"windows-1251", "windows-1251", "windows-1251 cp1251 x-cp1251"},
    {"windows-1253", "windows-1253", "windows-1253 cp1253 x-cp1253"},
    {"windows-1254", "windows-1254",
     "windows-1254 cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 "
     "iso_8859-9:1989 l5 latin5 x-cp1254"},
    {"windows-1255", "windows-1255", "windows-1255 cp1255 x-cp1255"},
    {"windows-1256", "windows-1256", "windows-1256 cp1256 x-cp1256"},
    {"windows-1257", "windows-1257", "windows-1257 cp1257 x-cp1257"},
    {"windows-1258", "windows-1258", "windows-1258 cp1258 x-cp1258"},
    {"x-mac-cyrillic", "x-mac-cyrillic", "x-mac-cyrillic x-mac-ukrainian"},
    {"gbk", "gb18030",
     "gbk chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 iso-ir-58 x-gbk"},
    {"gb18030", "gb18030", "gb18030"},
    {"big5", "big5-hkscs", "big5 big5-hkscs cn-big5 csbig5 x-x-big5"},
    {"euc-jp", "euc-jp", "euc-jp cseucpkdfmtjapanese x-euc-jp"},
    {"iso-2022-jp", "iso-2022-jp", "iso-2022-jp csiso2022jp"},
    {"shift_jis", "windows-31j",
     "shift_jis csshiftjis ms932 ms_kanji shift-jis sjis windows-31j x-sjis"},
    {"euc-kr", "windows-949",
     "euc-kr cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 "
     "ksc_5601 windows-949"},
    {"replacement", "",
     "replacement csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr"},
    {"utf-16be", "utf-16be", "utf-16be unicodefffe"},
    {"utf-16le", "utf-16le",
     "utf-16le utf-16 csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff"},
    {"x-user-defined", "", "x-user-defined"},
};
// clang-format on

// iso-8859-16 from 0xa0 on; below it is ISO-8859-1.
inline constexpr char16_t kIso8859_16[96] = {
    0x0a0, 0x104, 0x105, 0x141, 0x20ac, 0x201e, 0x160, 0x0a7, 0x161, 0x0a9,  0x218, 0x0ab,
    0x179, 0x0ad, 0x17a, 0x17b, 0x0b0,  0x0b1,  0x10c, 0x142, 0x17d, 0x201d, 0x0b6, 0x0b7,
    0x17e, 0x10d, 0x219, 0x0bb, 0x152,  0x153,  0x178, 0x17c, 0x0c0, 0x0c1,  0x0c2, 0x102,
    0x0c4, 0x106, 0x0c6, 0x0c7, 0x0c8,  0x0c9,  0x0ca, 0x0cb, 0x0cc, 0x0cd,  0x0ce, 0x0cf,
    0x110, 0x143, 0x0d2, 0x0d3, 0x0d4,  0x150,  0x0d6, 0x15a, 0x170, 0x0d9,  0x0da, 0x0db,
    0x0dc, 0x118, 0x21a, 0x0df, 0x0e0,  0x0e1,  0x0e2, 0x103, 0x0e4, 0x107,  0x0e6, 0x0e7,
    0x0e8, 0x0e9, 0x0ea, 0x0eb, 0x0ec,  0x0ed,  0x0ee, 0x0ef, 0x111, 0x144,  0x0f2, 0x0f3,
    0x0f4, 0x151, 0x0f6, 0x15b, 0x171,  0x0f9,  0x0fa, 0x0fb, 0x0fc, 0x119,  0x21b, 0x0ff,
};

}  // namespace crawld
