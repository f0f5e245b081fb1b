#include "crawl/digest.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace crawld;

namespace {

// A request for http://www.example.org/dir/page in the scope of its domain.
class Page {
  public:
    Page() {
        auto scope = Scope::make({.within = ScopePreset::domain}, suffixes_);
        REQUIRE(scope.has_value());
        const auto url = CanonicalUrl::parse("http://www.example.org/dir/page");
        (*scope)->add_seed(*url);
        request.url = *url;
        request.content_type = "text/html; charset=utf-8";
        request.scope = *scope;
        request.suffixes = suffixes_;
        request.product = "crawld";
    }
    PageFacts facts(std::string body) {
        request.body = std::move(body);
        request.options = std::make_shared<const HostOptions>(options);
        return digest_page(request);
    }
    std::vector<std::string> urls(std::string body) {
        std::vector<std::string> out;
        for (const NewUrl& url : facts(std::move(body)).urls)
            out.push_back(url.url.href());
        return out;
    }

    DigestRequest request;
    HostOptions options;

  private:
    std::shared_ptr<const Suffixes> suffixes_ = std::make_shared<Suffixes>();
};

using Urls = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Page, "links come out canonical, distinct, in the order of the page") {
    CHECK_EQ(urls("<a href='b#x'>1</a><a href='/a?'>2</a><a href='B'>3</a><a href='b#y'>4</a>"),
             Urls{"http://www.example.org/dir/b", "http://www.example.org/a",
                  "http://www.example.org/dir/B"});
}

TEST_CASE_FIXTURE(Page, "a link is one step deeper, found as a link or as an embedded thing") {
    request.depth = 3;
    options.html.embeds = true;
    const PageFacts found = facts("<a href=/x>1</a><img src=/y.png>");
    REQUIRE_EQ(found.urls.size(), 2);
    CHECK_EQ(found.urls[0].depth, 4);
    CHECK_EQ(found.urls[0].discovery, Discovery::link);
    CHECK_EQ(found.urls[0].priority, Priority::link);
    CHECK_EQ(found.urls[1].discovery, Discovery::embed);
    CHECK_EQ(found.urls[1].priority, Priority::embed);
    CHECK_EQ(found.urls[0].key, url_key(found.urls[0].url, *request.suffixes));
}

TEST_CASE_FIXTURE(Page, "base href moves the links, and one that is no base does not") {
    CHECK_EQ(urls("<base href='/other/'><a href=x>1</a>"), Urls{"http://www.example.org/other/x"});
    CHECK_EQ(urls("<base href='http://b.example.org/'><a href=x>1</a>"),
             Urls{"http://b.example.org/x"});
    CHECK_EQ(urls("<base href='data:text/plain,x'><a href=x>1</a>"),
             Urls{"http://www.example.org/dir/x"});
}

TEST_CASE_FIXTURE(Page, "queries are in the charset of the page, paths are not") {
    request.content_type = "text/html; charset=iso-8859-1";
    CHECK_EQ(urls("<a href='\xE4?q=\xE4'>1</a><a href='?q=&#22823;'>2</a>"),
             Urls{"http://www.example.org/dir/%C3%A4?q=%E4",
                  "http://www.example.org/dir/page?q=%26%2322823%3B"});
    CHECK_EQ(urls("<base href='/b?q=\xE4'><a href='#x'>1</a>"),
             Urls{"http://www.example.org/b?q=%E4"});
    request.content_type = "text/html; charset=utf-8";
    CHECK_EQ(urls("<a href='?q=\xC3\xA4'>1</a>"), Urls{"http://www.example.org/dir/page?q=%C3%A4"});
}

TEST_CASE_FIXTURE(Page,
                  "links take the form of the operator's canonical rules, and are distinct in it") {
    request.canonical = std::make_shared<CanonicalRules>(
        CanonicalOptions{.sort_query = true, .fold_www = true}, request.suffixes);
    CHECK_EQ(
        urls("<a href='?b&a'>1</a><a href='?a&b'>2</a><a href=//example.org/x>3</a><a href=/x>"),
        Urls{"http://example.org/dir/page?a&b", "http://example.org/x"});
}

TEST_CASE_FIXTURE(Page, "links out of scope are counted and left out") {
    const PageFacts found = facts(
        "<a href=http://example.com/>1</a><a href=http://m.example.org/>2</a>"
        "<a href=mailto:x@example.org>3</a>");
    REQUIRE_EQ(found.urls.size(), 1);
    CHECK_EQ(found.urls[0].url.href(), "http://m.example.org/");
    CHECK_EQ(found.left_out.of("out-of-scope"), 1);
    CHECK_EQ(found.links_found, 3);
}

TEST_CASE_FIXTURE(Page, "links beyond the depth are left out; depth 0 is no limit") {
    options.limits.depth = 2;
    request.depth = 1;
    CHECK_EQ(urls("<a href=/x>1</a>").size(), 1);
    request.depth = 2;
    const PageFacts found = facts("<a href=/x>1</a>");
    CHECK(found.urls.empty());
    CHECK_EQ(found.left_out.of("limits.depth"), 1);
    options.limits.depth = 0;
    CHECK_EQ(urls("<a href=/x>1</a>").size(), 1);
}

TEST_CASE_FIXTURE(Page, "links of the shape of a trap are left out, by name") {
    options.limits.path_segments = 3;
    options.limits.repeated_segments = 2;
    options.limits.query_bytes = 5;
    const PageFacts found = facts(
        "<a href=/a/b/c>1</a><a href=/a/b/c/d>2</a><a href=/a/a/a>3</a><a href=/a/a/b>4</a>"
        "<a href=/?12345>5</a><a href=/?123456>6</a><a rel=nofollow href=/n>7</a>");
    CHECK_EQ(found.urls.size(), 3);
    CHECK_EQ(
        to_string(found.left_out),
        "limits.path_segments 1, limits.query_bytes 1, limits.repeated_segments 1, nofollow 1");
    options.limits.path_segments = options.limits.repeated_segments = options.limits.query_bytes =
        0;
    CHECK_EQ(facts("<a href=/a/a/a/a/a/a/a/a/a/a/a/a?123456>1</a>").urls.size(), 1);
}

TEST_CASE_FIXTURE(Page, "URLs longer than the limit are left out") {
    options.limits.url_bytes = 40;
    CHECK_EQ(urls("<a href=/short>1</a><a href=/" + std::string(40, 'x') + ">2</a>"),
             Urls{"http://www.example.org/short"});
}

TEST_CASE_FIXTURE(Page,
                  "of links that a base makes long so many are found as have room, and no more") {
    const auto page_of = [](size_t links, size_t base_bytes) {
        std::string body = "<base href='/" + std::string(base_bytes, 'b') + "/'>";
        for (size_t i = 0; i < links; ++i)
            body += "<a href=" + std::to_string(i) + ">";
        return body;
    };
    const auto held = [](const PageFacts& found) {
        uint64_t bytes = found.urls.capacity() * sizeof(NewUrl);
        for (const NewUrl& url : found.urls)
            bytes += url.url.href().capacity();
        return bytes;
    };
    const PageFacts usual = facts(page_of(options.html.links_max, 100));
    CHECK_EQ(usual.urls.size(), options.html.links_max);
    CHECK_EQ(usual.found_bytes, held(usual));
    const PageFacts large = facts(page_of(options.html.links_max, 1'900));
    CHECK_GT(large.urls.size(), 1'000);
    CHECK_EQ(large.urls.size() + large.left_out.of("found-bytes"), options.html.links_max);
    CHECK_EQ(large.found_bytes, held(large));
    CHECK_LE(held(large), found_bytes_max(options.html.links_max));
}

TEST_CASE_FIXTURE(Page, "rel=nofollow keeps a link out unless it is switched off") {
    const std::string body = "<a rel='noopener nofollow' href=/x>1</a>";
    CHECK(urls(body).empty());
    options.html.nofollow = false;
    CHECK_EQ(urls(body).size(), 1);
}

TEST_CASE_FIXTURE(Page, "nofollow and none in meta robots keep all links out") {
    for (const char* content : {"nofollow", "NONE", "noindex, nofollow"}) {
        const PageFacts found =
            facts("<meta name=robots content='" + std::string(content) + "'><a href=/x>1</a>");
        CHECK_MESSAGE(found.urls.empty(), content);
        CHECK(found.nofollow);
    }
    CHECK_EQ(urls("<meta name=robots content=noindex><a href=/x>1</a>").size(), 1);
    options.html.nofollow = false;
    CHECK_EQ(urls("<meta name=robots content=none><a href=/x>1</a>").size(), 1);
}

TEST_CASE_FIXTURE(Page, "what a page says to us counts in place of what it says to all") {
    CHECK_EQ(urls("<meta name=robots content=nofollow><meta name=crawld content=all>"
                  "<a href=/x>1</a>")
                 .size(),
             1);
    CHECK(urls("<meta name=Crawld content=nofollow><a href=/x>1</a>").empty());
    CHECK_EQ(urls("<meta name=otherbot content=nofollow><a href=/x>1</a>").size(), 1);
}

TEST_CASE_FIXTURE(Page, "X-Robots-Tag counts for everybody or for the product it names") {
    const std::string body = "<a href=/x>1</a>";
    request.headers = {{"X-Robots-Tag", "noarchive"}, {"x-robots-tag", "nofollow"}};
    CHECK(urls(body).empty());
    request.headers = {{"X-Robots-Tag", "crawld: none"}};
    CHECK(urls(body).empty());
    request.headers = {{"X-Robots-Tag", "otherbot: none"}};
    CHECK_EQ(urls(body).size(), 1);
}

TEST_CASE_FIXTURE(Page, "a page in another charset gives the links it means") {
    request.content_type = "text/html; charset=iso-8859-1";
    const PageFacts found = facts("<a href='/caf\xe9'>1</a>");
    CHECK_EQ(found.charset, "windows-1252");
    REQUIRE_EQ(found.urls.size(), 1);
    CHECK_EQ(found.urls[0].url.href(), "http://www.example.org/caf%C3%A9");
}

TEST_CASE_FIXTURE(Page, "only HTML is read for links") {
    request.content_type = "application/pdf";
    const PageFacts found = facts("<a href=/x>1</a>");
    CHECK(found.urls.empty());
    CHECK_EQ(found.mime, "application/pdf");
    CHECK(found.parser.empty());
    CHECK_EQ(found.bytes_body, 16);
    request.content_type = "application/xhtml+xml";
    CHECK_EQ(urls("<a href=/x>1</a>").size(), 1);
}

TEST_CASE_FIXTURE(Page, "without a type a page is HTML if it begins like it") {
    request.content_type = "";
    CHECK_EQ(urls("\n <!DOCTYPE html><a href=/x>1</a>").size(), 1);
    CHECK(urls("plain <a href=/x>1</a>").empty());
}

TEST_CASE_FIXTURE(Page, "what claims to be HTML and is not is not read for links, and named") {
    const PageFacts found = facts("%PDF-1.7 (<a href=/x>1</a>)");
    CHECK(found.urls.empty());
    CHECK_EQ(found.mime, "application/pdf");
    CHECK_EQ(found.detail, "sent as text/html");
    CHECK(found.charset.empty());
    request.content_type = "";
    request.headers = {{"X-Content-Type-Options", " NoSniff"}};
    CHECK_EQ(facts("<html><a href=/x>1</a>").mime, "text/plain");
    request.headers.clear();
    const PageFacts page = facts("<html><a href=/x>1</a>");
    CHECK_EQ(page.mime, "text/html");
    CHECK_EQ(page.detail, "sent without a type");
    CHECK_EQ(page.urls.size(), 1);
}

TEST_CASE_FIXTURE(Page, "a type that is not said and no body stay unknown") {
    request.content_type = "";
    CHECK_EQ(facts("").mime, "");
    CHECK_EQ(facts("").detail, "");
}

TEST_CASE_FIXTURE(Page, "codings are taken off before the page is read") {
    // "<a href=/x>1</a>", gzip.
    const unsigned char bytes[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                   0x03, 0xb3, 0x49, 0x54, 0xc8, 0x28, 0x4a, 0x4d, 0xb3,
                                   0xd5, 0xaf, 0xb0, 0x33, 0xb4, 0xd1, 0x4f, 0xb4, 0x03,
                                   0x00, 0xe9, 0x5c, 0x2e, 0x5b, 0x10, 0x00, 0x00, 0x00};
    request.content_encoding = "gzip";
    std::string body(reinterpret_cast<const char*>(bytes), sizeof bytes);
    const PageFacts whole = facts(body);
    CHECK_EQ(whole.bytes_body, 16);
    CHECK_EQ(whole.urls.size(), 1);
    CHECK_EQ(whole.verdict, DecodeVerdict::whole);
}

TEST_CASE_FIXTURE(Page, "a coding that is unknown or broken from the start leaves nothing usable") {
    request.content_encoding = "rot13";
    CHECK_EQ(facts("<a href=/x>1</a>").verdict, DecodeVerdict::unknown);
    request.content_encoding = "gzip";
    const PageFacts broken = facts("<a href=/x>1</a>");
    CHECK_EQ(broken.verdict, DecodeVerdict::corrupt);
    CHECK_EQ(broken.bytes_body, 0);
    CHECK_FALSE(broken.detail.empty());
}

TEST_CASE_FIXTURE(Page, "an empty body is a page without links, not a failure") {
    request.content_encoding = "gzip";
    const PageFacts empty = facts("");
    CHECK_EQ(empty.bytes_body, 0);
    CHECK(empty.urls.empty());
}

TEST_CASE_FIXTURE(Page, "the fingerprint is that of the decoded body") {
    const std::string digest = facts("same").digest;
    CHECK(digest.starts_with("xxh128:"));
    CHECK_EQ(digest.size(), 7 + 32);
    CHECK_EQ(facts("same").digest, digest);
    CHECK_NE(facts("other").digest, digest);
}

TEST_CASE_FIXTURE(Page, "links beyond links_max are left out, and the log says how many") {
    options.html.links_max = 2;
    const PageFacts found = facts("<a href=/1>1</a><a href=/2>2</a><a href=/3>3</a>");
    CHECK_EQ(found.urls.size(), 2);
    CHECK_EQ(found.detail, "1 links beyond html.links_max left out");
}

TEST_CASE_FIXTURE(Page, "both parsers find the same links") {
    const std::string body = "<ul><li><a href=/1>1</a><li><a href=/2>2</a></ul>";
    const Urls scanned = urls(body);
    options.html.parser = HtmlParser::gumbo;
    CHECK_EQ(urls(body), scanned);
    CHECK_EQ(facts(body).parser, "gumbo");
}

TEST_CASE("a redirect leads to the canonical target, relative ones included") {
    const auto from = CanonicalUrl::parse("http://a.example/dir/x?y").value();
    CHECK_EQ(redirect_target(from, "z")->href(), "http://a.example/dir/z");
    CHECK_EQ(redirect_target(from, "HTTPS://B.example")->href(), "https://b.example/");
    CHECK_EQ(redirect_target(from, "//c.example/#f")->href(), "http://c.example/");
}

TEST_CASE("a Location beyond ASCII is asked for in the bytes that it has") {
    const auto from = CanonicalUrl::parse("http://a.example/").value();
    CHECK_EQ(redirect_target(from, "/caf\xe9?q=\xe4%E4")->href(),
             "http://a.example/caf%E9?q=%E4%E4");
    CHECK_EQ(redirect_target(from, "/caf\xc3\xa9")->href(), "http://a.example/caf%C3%A9");
    CHECK_EQ(redirect_target(from, "//b\xc3\xbc\x63her.example/")->href(),
             "http://xn--bcher-kva.example/");
    CHECK_FALSE(redirect_target(from, "//b\xfc\x63her.example/").has_value());
}

TEST_CASE("a redirect takes the canonical rules' form, unless that is where it comes from") {
    const CanonicalRules rules({.strip_tracking = true, .fold_www = true},
                               std::make_shared<Suffixes>());
    const auto from = CanonicalUrl::parse("http://example.org/").value();
    CHECK_EQ(redirect_target(from, "//www.example.org/x?gclid=1", &rules)->href(),
             "http://example.org/x");
    CHECK_EQ(redirect_target(from, "//www.example.org/", &rules)->href(),
             "http://www.example.org/");
    CHECK_EQ(redirect_target(from, "?utm_id=1", &rules)->href(), "http://example.org/?utm_id=1");
}

TEST_CASE("a Location that is empty, no http(s) URL or holds control bytes leads nowhere") {
    const auto from = CanonicalUrl::parse("http://a.example/").value();
    for (const char* location : {"", "ftp://a.example/", "mailto:x@y", "javascript:x", "http://",
                                 "/a\rSet-Cookie: x", "/a\nb", "/a\tb", "/a\x7f"})
        CHECK_MESSAGE(!redirect_target(from, location).has_value(), location);
}

TEST_CASE("the key maker gives the keys of url_key") {
    const Suffixes suffixes;
    KeyMaker keys(suffixes);
    for (const char* text : {"http://a.example.org/1", "http://a.example.org/2", "http://b.co.uk/",
                             "https://a.example.org/1", "http://192.0.2.1/"}) {
        const auto url = CanonicalUrl::parse(text).value();
        CHECK_EQ(keys.key(url), url_key(url, suffixes));
    }
}

TEST_CASE_FIXTURE(Page,
                  "links of headers are relative to the response, those of the page to its base") {
    request.headers = {{"Link", "<next>; rel=next, </a>; rel=license"},
                       {"Refresh", "5; url=later"}};
    CHECK_EQ(urls("<base href='http://example.org/else/'><a href=x>"),
             Urls{"http://www.example.org/dir/next", "http://www.example.org/dir/later",
                  "http://example.org/else/x"});
}

TEST_CASE_FIXTURE(Page, "a document that is not HTML has links in its headers") {
    request.content_type = "application/pdf";
    request.headers = {{"Link", "<report.html>; rel=canonical"}};
    const PageFacts found = facts("%PDF-1.4 <a href=no>");
    REQUIRE(found.urls.size() == 1);
    CHECK_EQ(found.urls.front().url.href(), "http://www.example.org/dir/report.html");
    CHECK_EQ(found.canonical, "http://www.example.org/dir/report.html");
    CHECK(found.parser.empty());
}

TEST_CASE_FIXTURE(Page, "nofollow of a header keeps links of headers out too") {
    request.headers = {{"X-Robots-Tag", "nofollow"}, {"Link", "</a>; rel=next"}};
    CHECK(urls("<a href=x>").empty());
}

TEST_CASE_FIXTURE(Page,
                  "the canonical URL is recorded where it is another, and a link like others") {
    const PageFacts self = facts("<link rel=canonical href='/dir/page'>");
    CHECK(self.canonical.empty());
    const PageFacts other = facts("<link rel=canonical href='/other'><a href=x>");
    CHECK_EQ(other.canonical, "http://www.example.org/other");
    CHECK(other.urls.size() == 2);
    CHECK(other.urls.front().discovery == Discovery::link);
}

TEST_CASE_FIXTURE(Page, "with canonical_redirects a canonical URL is a redirect, without a step") {
    options.html.canonical_redirects = true;
    options.limits.depth = 3;
    request.depth = 3;
    const PageFacts found = facts("<a href=x><link rel=canonical href='/other'>");
    REQUIRE(found.urls.size() == 1);
    CHECK_EQ(found.urls.front().url.href(), "http://www.example.org/other");
    CHECK(found.urls.front().discovery == Discovery::redirect);
    CHECK(found.urls.front().depth == 3);
    CHECK(facts("<a href=x><link rel=canonical href='/dir/page'>").urls.empty());  // its own: depth
    request.depth = 0;
    CHECK_EQ(urls("<a href=x><link rel=canonical href='#self'>"),
             Urls{"http://www.example.org/dir/x", "http://www.example.org/dir/page"});
}

TEST_CASE_FIXTURE(Page, "what is asked of users of the page is recorded, and decides nothing") {
    request.headers = {{"Content-Usage", "train-ai=n"}, {"TDM-Reservation", "1"}};
    const PageFacts found = facts("<meta name=robots content='noindex, noarchive'><a href=x>");
    CHECK_EQ(found.usage, "content-usage: train-ai=n; tdm-reservation: 1");
    CHECK_EQ(to_string(found.directives), "noindex, noarchive");
    CHECK(found.urls.size() == 1);
    request.headers = {{"Content-Usage", std::string(10'000, 'x')}};
    CHECK(facts("").usage.size() <= 512);
}

TEST_CASE_FIXTURE(Page, "a reservation in the page is recorded like that of a header") {
    request.headers = {{"TDM-Reservation", "0"}};
    const PageFacts found =
        facts("<meta name=tdm-reservation content=1><meta name=tdm-policy content=/p><a href=x>");
    CHECK_EQ(found.usage, "tdm-reservation: 0; meta tdm-reservation: 1; meta tdm-policy: /p");
    CHECK(found.urls.size() == 1);
    CHECK(facts("<meta name=tdm-policy content=" + std::string(10'000, 'x') + ">").usage.size() ==
          512);
}

TEST_CASE_FIXTURE(Page, "alternates in other languages are recorded and followed") {
    request.headers = {{"Link", "</fr>; rel=alternate; hreflang=fr; hreflang=fr-CA"}};
    const std::string body =
        "<base href='http://m.example.org/'><link rel=alternate hreflang=de href=de#x>"
        "<link rel=alternate hreflang=x-default href='http://elsewhere.test/'>"
        "<link rel=alternate href=plain><link rel=alternate hreflang=es href='mailto:x'>";
    const PageFacts found = facts(body);
    CHECK_EQ(found.alternates,
             "fr,fr-CA=http://www.example.org/fr de=http://m.example.org/de "
             "x-default=http://elsewhere.test/");
    CHECK(found.urls.size() == 3);
    request.headers.push_back({"X-Robots-Tag", "nofollow"});
    CHECK_EQ(facts(body).alternates, found.alternates);
    CHECK(facts("<a hreflang=de href=/x>").alternates == "fr,fr-CA=http://www.example.org/fr");
}

TEST_CASE_FIXTURE(Page, "of many alternates the first are recorded, and the others counted") {
    std::string body;
    for (int i = 0; i < 100; ++i)
        body += "<link rel=alternate hreflang=de href='/" + std::string(90, 'x') +
                std::to_string(100 + i) + "'>";
    const std::string alternates = facts(body).alternates;
    CHECK(alternates.size() <= 2'052);
    CHECK_MESSAGE(alternates.ends_with("116 +83"), alternates);
}

TEST_CASE("of a response's headers those are kept that speak of the page") {
    const auto kept = take_page_headers({{"Server", "x"},
                                         {"LINK", "</a>; rel=next"},
                                         {"X-Robots-Tag", "none"},
                                         {"Set-Cookie", "a=b"},
                                         {"TDM-Policy", "/p"}});
    REQUIRE(kept.size() == 3);
    CHECK_EQ(kept[0].name, "LINK");
    CHECK_EQ(kept[2].name, "TDM-Policy");
}
