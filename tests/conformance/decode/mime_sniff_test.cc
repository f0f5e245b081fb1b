// The MIME sniffing standard, row by row, and what we add for bodies that claim to be HTML.
#include "decode/mime_sniff.h"

#include <doctest/doctest.h>

#include "support/suite.h"

using namespace crawld;
using namespace crawld::test;
using namespace std::string_view_literals;

namespace {

struct Case {
    std::string_view said;  // Content-Type
    std::string_view body;
    std::string_view type;
    bool no_sniff = false;
};

const Case kStandard[] = {
    // What is said counts.
    {"text/html", "plain words", "text/html"},
    {"TEXT/HTML; charset=x", "", "text/html"},
    {"application/xhtml+xml", "<html>", "application/xhtml+xml"},
    {"text/xml", "<html><a href=x>", "text/xml"},
    {"application/rss+xml", "<rss>", "application/rss+xml"},
    {"application/json", "<html>", "application/json"},
    {"image/png", "<html>", "image/png"},
    {"text/css", "\0\1"sv, "text/css"},
    // Text is never found to be HTML; what an old server says of all files may be binary.
    {"text/plain", "<html><a href=x>", "text/plain"},
    {"text/plain", "\x89PNG\r\n\x1A\n", "application/octet-stream"},
    {"text/plain; charset=UTF-8", "a\0b"sv, "application/octet-stream"},
    {"text/plain; charset=ISO-8859-1", "\x01", "application/octet-stream"},
    {"text/plain; charset=iso-8859-1", "\x1F", "application/octet-stream"},
    {"text/plain; charset=utf-8", "a\0b"sv, "text/plain"},
    {"Text/plain", "a\0b"sv, "text/plain"},
    {"text/plain;charset=UTF-8", "a\0b"sv, "text/plain"},
    {"text/plain", "\xFF\xFE\0\1"sv, "text/plain"},
    {"text/plain", "\xFE\xFF\0\1"sv, "text/plain"},
    {"text/plain", "\xEF\xBB\xBF\x01", "text/plain"},
    {"text/plain", "\x1B[0m \t\r\n\f", "text/plain"},
    {"text/plain", "a\0b"sv, "text/plain", true},
    // Nothing said, or nothing that means anything.
    {"", "<!DOCTYPE HTML>", "text/html"},
    {"", " \t\r\n\f<!doctype html >", "text/html"},
    {"", "<!doctype html", "text/plain"},
    {"", "<!doctype htmlx>", "text/plain"},
    {"", "<html lang=de>", "text/html"},
    {"", "<HEAD>", "text/html"},
    {"", "<script >", "text/html"},
    {"", "<iframe >", "text/html"},
    {"", "<h1>", "text/html"},
    {"", "<h2>", "text/plain"},
    {"", "<div >", "text/html"},
    {"", "<font >", "text/html"},
    {"", "<table>", "text/html"},
    {"", "<a href=x>", "text/html"},
    {"", "<style>", "text/html"},
    {"", "<title>", "text/html"},
    {"", "<b>", "text/html"},
    {"", "<body\n>", "text/plain"},
    {"", "<body >", "text/html"},
    {"", "<br>", "text/html"},
    {"", "<p>", "text/html"},
    {"", "<pre>", "text/plain"},
    {"", "<!-- x", "text/html"},
    {"", "<!--x", "text/plain"},
    {"", "  <?xml version='1.0'?><html>", "text/xml"},
    {"", "%PDF-1.4", "application/pdf"},
    {"", " %PDF-1.4", "text/plain"},
    {"", "%!PS-Adobe-3.0", "application/postscript"},
    {"", "\xFE\xFF\0<"sv, "text/plain"},
    {"", "\xFF\xFE<\0"sv, "text/plain"},
    {"", "\xEF\xBB\xBF<html>", "text/plain"},
    {"", "\0\0\1\0"sv, "image/x-icon"},
    {"", "\0\0\2\0"sv, "image/x-icon"},
    {"", "BM", "image/bmp"},
    {"", "GIF87a", "image/gif"},
    {"", "GIF89a\1", "image/gif"},
    {"", "RIFF\1\2\3\4WEBPVP8", "image/webp"},
    {"", "\x89PNG\r\n\x1A\n", "image/png"},
    {"", "\xFF\xD8\xFF\xE0", "image/jpeg"},
    {"", "FORMabcdAIFF", "audio/aiff"},
    {"", "ID3", "audio/mpeg"},
    {"", "OggS\0"sv, "application/ogg"},
    {"", "MThd\0\0\0\6"sv, "audio/midi"},
    {"", "RIFFabcdAVI ", "video/avi"},
    {"", "RIFFabcdWAVE", "audio/wave"},
    {"", "\x1F\x8B\x08", "application/x-gzip"},
    {"", "PK\3\4", "application/zip"},
    {"", "Rar!\x1A\7\0"sv, "application/x-rar-compressed"},
    {"", "words <html>", "text/plain"},
    {"", "words\0"sv, "application/octet-stream"},
    {"", "", "text/plain"},
    {"html", "<html>", "text/html"},
    {"unknown/unknown", "<html>", "text/html"},
    {"application/unknown", "<html>", "text/html"},
    {"*/*; q=1", "<html>", "text/html"},
    {"", "<html>", "text/plain", true},
    {"", "<?xml", "text/plain", true},
    {"", "GIF89a", "image/gif", true},
};

const Case kClaimsToBeHtml[] = {
    {"text/html", "%PDF-1.4 <html>", "application/pdf"},
    {"text/html", "%!PS-Adobe-3.0 <html>", "application/postscript"},
    {"text/html; charset=utf-8", "\x89PNG\r\n\x1A\n\0\0\0\rIHDR"sv, "image/png"},
    {"text/html", "\xFF\xD8\xFF\xE0\0\x10JFIF\0"sv, "image/jpeg"},
    {"text/html", "GIF89a\1\0\1\0"sv, "image/gif"},
    {"text/html", "\x1F\x8B\x08\0\0\0\0\0"sv, "application/x-gzip"},
    {"text/html", "PK\3\4\x14\0"sv, "application/zip"},
    {"text/html",
     "\x7F"
     "ELF\2\1\1\0"sv,
     "application/octet-stream"},
    {"text/html", "\x89PNG\r\n\x1A\n", "image/png", true},
    // Pages, whatever else they are.
    {"text/html", "BM and other words", "text/html"},
    {"text/html", "a\0b <a href=x>"sv, "text/html"},
    {"text/html", "<html>\1\2\3", "text/html"},
    {"text/html", "\xFF\xFE<\0a\0"sv, "text/html"},
    {"text/html; charset=utf-16le", "<\0a\0"sv, "text/html"},
    {"text/html; charset=iso-2022-jp", "\x1B$BF|\x1B(B", "text/html"},
    {"text/html", "", "text/html"},
    {"application/xhtml+xml", "\0\1"sv, "application/xhtml+xml"},
};

template <size_t kSize>
void check(const Case (&cases)[kSize], Suite& suite) {
    for (const Case& expected : cases) {
        CAPTURE(expected.said);
        CAPTURE(expected.body);
        const std::string type = sniff_mime(expected.said, expected.body, expected.no_sniff);
        CHECK_EQ(type, expected.type);
        suite.add(type == expected.type);
    }
}

}  // namespace

TEST_CASE("types are told as the MIME sniffing standard has it") {
    Suite suite("MIME sniffing standard");
    check(kStandard, suite);
}

TEST_CASE("what claims to be HTML and is not is named") {
    Suite suite("what claims to be HTML");
    check(kClaimsToBeHtml, suite);
}

TEST_CASE("only the beginning of a body counts") {
    const std::string words(1445, 'x');
    CHECK_EQ(sniff_mime("", words + '\0', false), "text/plain");
    CHECK_EQ(sniff_mime("", words.substr(1) + '\0', false), "application/octet-stream");
    CHECK_EQ(sniff_mime("text/html", words.substr(1) + std::string("\1<a href="), false),
             "application/octet-stream");
}
