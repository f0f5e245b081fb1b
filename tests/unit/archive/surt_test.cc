#include "archive/surt.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

struct Case {
    const char* url;
    const char* key;
};
// What the Python package surt 0.3.1 gives for each.
constexpr Case kCases[] = {
    {"http://example.com/", "com,example)/"},
    {"https://www.example.com/", "com,example)/"},
    {"http://www2.example.com/x", "com,example)/x"},
    {"http://www.com/", "com)/"},
    {"http://example.com:8080/A/B/", "com,example:8080)/a/b"},
    {"https://example.com:8443/", "com,example:8443)/"},
    {"http://example.com/a//b///c/", "com,example)/a/b/c"},
    {"http://example.com/a/%2E%2E/b", "com,example)/b"},
    {"http://example.com/%2525", "com,example)/%25"},
    {"http://example.com/a%2Fb", "com,example)/a/b"},
    {"http://example.com/a%3Fb?c", "com,example)/a?b?c"},
    {"http://example.com/a%23b", "com,example)/a%23b"},
    {"http://example.com/%C3%A9", "com,example)/%c3%a9"},
    {"http://example.com/a%20b", "com,example)/a%20b"},
    {"http://example.com/?", "com,example)/"},
    {"http://example.com/?b=2&a=1", "com,example)/?a=1&b=2"},
    {"http://example.com/?B=2&a=1&a&a=&a=0", "com,example)/?a&a=&a=0&a=1&b=2"},
    {"http://example.com/?&&b&a", "com,example)/?&&a&b"},
    {"http://example.com/?x", "com,example)/?x"},
    {"http://example.com/p?jsessionid=0123456789abcdef0123456789ABCDEF", "com,example)/p"},
    {"http://example.com/p?a=1&PHPSESSID=0123456789abcdef0123456789abcdef&z=2",
     "com,example)/p?a=1&z=2"},
    {"http://example.com/"
     "p?a=1&sid=0123456789abcdef0123456789abcdef&sid=00000000000000000000000000000000",
     "com,example)/p?&a=1&sid=0123456789abcdef0123456789abcdef"},
    {"http://example.com/p?sid=0123456789abcdef0123456789abcdefg",
     "com,example)/p?sid=0123456789abcdef0123456789abcdefg"},
    {"http://example.com/p?aspsessionidabcdefgh=abcdefghijklmnopqrstuvwx&q", "com,example)/p?q"},
    {"http://example.com/p?cfid=1&cftoken=2&q=1", "com,example)/p?q=1"},
    {"http://example.com/p?q=1&cfid=1&cftoken=2", "com,example)/p?&q=1"},
    {"http://example.com/p?cfid=1&x=1&cftoken=2", "com,example)/p?cfid=1&cftoken=2&x=1"},
    {"http://example.com/(S(abcdefghijklmnopqrstuvwx))/page.aspx", "com,example)/page.aspx"},
    {"http://example.com/a/(0123456789abcdefghijklmn)/page.aspx?x=1",
     "com,example)/a/page.aspx?x=1"},
    {"http://example.com/(0123456789abcdefghijklmn)/page.html",
     "com,example)/(0123456789abcdefghijklmn)/page.html"},
    {"http://example.com/(a(abcdefghijklmnopqrstuvwx)b(abcdefghijklmnopqrstuvwx))/d/x.ASPX/y",
     "com,example)/d/x.aspx/y"},
    {"http://192.0.2.1/", "1,2,0,192)/"},
    {"http://192.0.2.1:81/x", "1,2,0,192:81)/x"},
    {"http://[2001:db8::1]/", "2001:db8::1)/"},
    {"http://[2001:db8::1]:8080/x", "2001:db8::1:8080)/x"},
    {"http://xn--bcher-kva.example/", "example,xn--bcher-kva)/"},
    {"http://example.com/a;jsessionid=1?b", "com,example)/a;jsessionid=1?b"},
    {"http://example.com/%7Euser/index.html", "com,example)/~user/index.html"},
    {"http://example.com/q?u=http%3A%2F%2Fx%2F%3Fa%3D1%26b%3D2",
     "com,example)/q?b=2&u=http://x/?a=1"},
    {"http://example.com/q?a=%2525", "com,example)/q?a=%25"},
    {"http://example.com/x/..%2F..%2Fy", "com,example)/../y"},
    {"http://example.com/|[]%5C^`{}", "com,example)/|[]\\^`{}"},
    {"http://example.com/%00%0A", "com,example)/%00%0a"},
    {"http://example.com/a/%2E", "com,example)/a"},
    {"http://a.b.c.example.co.uk/", "uk,co,example,c,b,a)/"},
    {"http://wwwx.example.com/", "com,example,wwwx)/"},
    {"http://www.www.example.com/", "com,example,www)/"},
    {"http://example.com/x%", "com,example)/x%25"},
    {"http://example.com/q?x+y=%20&%C3%89=1", "com,example)/q?%c3%89=1&x+y=%20"},
    {"http://example.com/a/.../b", "com,example)/a/.../b"},
};

}  // namespace

TEST_CASE("keys are those of the Wayback Machine") {
    for (const Case& one : kCases) {
        CAPTURE(one.url);
        const auto url = CanonicalUrl::parse(one.url);
        REQUIRE(url.has_value());
        CHECK_EQ(surt_key(*url), one.key);
    }
}
