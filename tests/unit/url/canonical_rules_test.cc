#include "url/canonical_rules.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

std::string ruled(const CanonicalOptions& options, const std::string& text) {
    static const auto suffixes = std::make_shared<const Suffixes>();
    const auto url = CanonicalUrl::parse(text);
    REQUIRE(url);
    return CanonicalRules(options, suffixes).apply(*url).href();
}

const CanonicalOptions kSessions{.strip_session_ids = true};
const CanonicalOptions kTracking{.strip_tracking = true};
const CanonicalOptions kSorted{.sort_query = true};
const CanonicalOptions kStripped{.strip_query = true};
const CanonicalOptions kFolded{.fold_www = true};

}  // namespace

TEST_CASE("without rules nothing changes") {
    const std::string text =
        "http://www.example.org:81/a;jsessionid=1/?utm_source=x&b&a&sid=0123456789abcdef";
    CHECK(ruled({}, text) == text);
    CHECK(!CanonicalRules({}, nullptr).any());
}

TEST_CASE("each rule leaves alone what is the others' and the port") {
    const std::string text = "https://www.example.org:81/p;jsessionid=1?b=1&utm_id=2&a";
    CHECK(ruled(kSessions, text) == "https://www.example.org:81/p?b=1&utm_id=2&a");
    CHECK(ruled(kTracking, text) == "https://www.example.org:81/p;jsessionid=1?b=1&a");
    CHECK(ruled(kSorted, text) == "https://www.example.org:81/p;jsessionid=1?a&b=1&utm_id=2");
    CHECK(ruled(kStripped, text) == "https://www.example.org:81/p;jsessionid=1");
    CHECK(ruled(kFolded, text) == "https://example.org:81/p;jsessionid=1?b=1&utm_id=2&a");
}

TEST_CASE("session ids in paths") {
    CHECK(ruled(kSessions, "http://h/a;JSessionID=0F3!12/b;x=1;jsessionid=2;y") ==
          "http://h/a/b;x=1;y");
    CHECK(ruled(kSessions, "http://h/;jsessionid=1") == "http://h/");
    CHECK(ruled(kSessions, "http://h/a/(S(lit3py55t21z5v55vlm25s55))/b.aspx") ==
          "http://h/a/b.aspx");
    CHECK(ruled(kSessions, "http://h/(S(lit3py55t21z5v55vlm25s55))") == "http://h/");
    CHECK(ruled(kSessions, "http://h/a;b/jsessionid=1/(S(short))") ==
          "http://h/a;b/jsessionid=1/(S(short))");
}

TEST_CASE("a path segment never becomes a dot segment") {
    for (const char* text : {"http://h/a/..;jsessionid=1/b", "http://h/.;jsessionid=1"})
        CHECK(ruled(kSessions, text) == text);
}

TEST_CASE("session ids in queries") {
    for (const char* session :
         {"PHPSESSID=x", "jsessionid=", "ASPSESSIONIDQQSRTBCA=x", "cfid=1", "CFTOKEN=2", "osCsid=x",
          "zenid=x", "sessionid=x", "session_id=x", "sessid", "sid=0123456789ABCDEFabcdef",
          "s=0123456789abcdef0123456789abcdef"}) {
        CAPTURE(session);
        CHECK(ruled(kSessions, std::string("http://h/?a=1&") + session + "&b") ==
              "http://h/?a=1&b");
        CHECK(ruled(kSessions, std::string("http://h/?") + session) == "http://h/");
    }
}

TEST_CASE("parameters that merely resemble session ids stay") {
    for (const char* parameter :
         {"sid=12", "sid=0123456789abcdeg0", "sid", "s=0123456789abcdef", "s=word", "side=1",
          "session=x", "xphpsessid=1", "a=phpsessid=1", "%20sessid=1"}) {
        const std::string text = std::string("http://h/?") + parameter;
        CHECK(ruled(kSessions, text) == text);
    }
}

TEST_CASE("tracking parameters") {
    for (const char* tracking :
         {"utm_source=x", "UTM_anything", "gclid=1",  "gclsrc=1", "dclid=1",     "gbraid=1",
          "wbraid=1",     "_ga=1",        "_gl=1",    "fbclid=1", "igshid=1",    "msclkid=1",
          "yclid=1",      "_openstat=1",  "twclid=1", "ttclid=1", "li_fat_id=1", "mc_cid=1",
          "mc_eid=1",     "_hsenc=1",     "_hsmi=1",  "mkt_tok=1"}) {
        CAPTURE(tracking);
        CHECK(ruled(kTracking, std::string("http://h/?") + tracking + "&b=2") == "http://h/?b=2");
    }
    CHECK(ruled(kTracking, "http://h/?utm=1&gclid2=1&q=gclid") ==
          "http://h/?utm=1&gclid2=1&q=gclid");
}

TEST_CASE("what stays of a query stays byte for byte, empty parameters included") {
    CHECK(ruled(kTracking, "http://h/?&&a=%2f+%41&gclid=1&=&b=?") == "http://h/?&&a=%2F+A&=&b=?");
    CHECK(ruled(kTracking, "http://h/?&gclid=1") == "http://h/");
}

TEST_CASE("parameters are sorted by name, those of one name keep their order") {
    CHECK(ruled(kSorted, "http://h/?b=2&a=2&b=1&a=1&a&B") == "http://h/?B&a=2&a=1&a&b=2&b=1");
    CHECK(ruled(kSorted, "http://h/?b&&a") == "http://h/?&a&b");
}

TEST_CASE("www goes, but not from a registrable domain, and from no other label") {
    CHECK(ruled(kFolded, "http://www.example.org/") == "http://example.org/");
    CHECK(ruled(kFolded, "http://www.www.sub.example.co.uk/") == "http://sub.example.co.uk/");
    for (const char* host : {"www.gov.uk", "www.com", "www", "www2.example.org", "wwww.example.org",
                             "a.www.example.org", "127.0.0.1"}) {
        const std::string text = std::string("http://") + host + "/";
        CHECK(ruled(kFolded, text) == text);
    }
}
