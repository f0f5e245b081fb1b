// Plain text.
#include <doctest/doctest.h>

#include "unit/sitemap/reading.h"

using namespace crawld;

TEST_CASE("one URL a line, by any line end, the last without") {
    for (const char* text :
         {"http://a.example/1\nHTTPS://a.example/2?a&b=%20\nhttp://a.example/3",
          "http://a.example/1\r\nHTTPS://a.example/2?a&b=%20\r\nhttp://a.example/3\r\n",
          "http://a.example/1\rHTTPS://a.example/2?a&b=%20\r\rhttp://a.example/3\r",
          "\xef\xbb\xbf\n http://a.example/1 \n\nHTTPS://a.example/2?a&b=%20\t\n"
          "\xc2\xa0http://a.example/3\n"}) {
        const Reading reading = read_sitemap(text);
        CHECK_EQ(reading.outcome(), "ok");
        CHECK_EQ(reading.format(), "text");
        CHECK_EQ(reading.joined(),
                 "page http://a.example/1\npage HTTPS://a.example/2?a&b=%20\n"
                 "page http://a.example/3\n");
    }
}

TEST_CASE("lines that are no http URLs are skipped, and comments passed over") {
    const Reading reading =
        read_sitemap("# ours\nftp://a.example/\nhttp://a.example/1\n/relative\n");
    CHECK_EQ(reading.joined(), "page http://a.example/1\n");
    CHECK_EQ(reading.result.skipped, 2);
}

TEST_CASE("text without a URL is no sitemap") {
    for (const char* text :
         {"{\"urls\": [\"http://a.example/\"]}", "Not found", "%PDF-1.4 \x01\x02"}) {
        const Reading reading = read_sitemap(text);
        CHECK_EQ(reading.outcome(), "not_sitemap");
        CHECK_EQ(reading.format(), "unknown");
        CHECK(reading.entries.empty());
        CHECK_FALSE(reading.result.detail.empty());
    }
}

TEST_CASE("nothing at all is no sitemap") {
    for (const char* text : {"", "\n", "\xef\xbb\xbf", " \r\n\t "}) {
        const Reading reading = read_sitemap(text);
        CHECK_EQ(reading.outcome(), "not_sitemap");
        CHECK_EQ(reading.result.detail, "there is no text");
    }
}

TEST_CASE("a line that is too long is skipped, and the next one read") {
    const Reading reading = read_sitemap("http://a.example/" + std::string(kLocBytesMax, 'x') +
                                         "\nhttp://a.example/1\n");
    CHECK_EQ(reading.joined(), "page http://a.example/1\n");
    CHECK_EQ(reading.result.skipped, 1);
}
