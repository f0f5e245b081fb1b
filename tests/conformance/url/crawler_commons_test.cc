// crawler-commons' tables of normalisation and resolution. Its normaliser changes more than ours
// does; each row where the two differ stands below with the reason, and url.h sums them
// up.
#include <doctest/doctest.h>

#include <map>

#include "base/text.h"
#include "support/suite.h"
#include "support/testdata.h"
#include "url/url.h"

using namespace crawld;
using namespace crawld::test;

namespace {

using Row = std::vector<std::string>;

// Fields between commas; a field in double quotes may contain them, and "" for a quote.
Row parse_row(std::string_view line) {
    Row row(1);
    bool quoted = false;
    for (size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
            row.back() += line[++i];
        } else if (c == '"' && (quoted || trim(row.back()).empty())) {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            row.emplace_back();
        } else {
            row.back() += c;
        }
    }
    for (std::string& field : row)
        field = std::string(trim(field));
    return row;
}

std::vector<Row> read_rows(const std::string& text) {
    std::vector<Row> rows;
    for (const std::string_view line : split(text, '\n')) {
        if (!trim(line).empty() && !line.starts_with('#')) rows.push_back(parse_row(line));
    }
    return rows;
}

constexpr const char* kSlashes =
    "an empty path segment may mean something to the server; RFC 3986 keeps it";
constexpr const char* kOrder = "the order of parameters may mean something to the server";
constexpr const char* kEmptyParameter = "an empty parameter may mean something to the server";
constexpr const char* kScheme = "only http and https have a canonical form";
constexpr const char* kNoScheme = "a text without a scheme is a relative reference, not a URL";
constexpr const char* kNoHost = "an http URL without a host is a failure";
constexpr const char* kStandardSet = "the URL standard does not encode this character here";

// What we give for a row's input ("": no URL) where crawler-commons gives something else.
struct Difference {
    std::string ours;
    const char* reason;
};
const std::map<std::string, Difference> kDifferences = {
    {"http://x.com/?x[y]=1", {"http://x.com/?x[y]=1", kStandardSet}},
    {"http://foo.com//aa/bb/foo.html", {"http://foo.com//aa/bb/foo.html", kSlashes}},
    {"http://foo.com/aa//bb/foo.html", {"http://foo.com/aa//bb/foo.html", kSlashes}},
    {"http://foo.com/aa/bb//foo.html", {"http://foo.com/aa/bb//foo.html", kSlashes}},
    {"http://foo.com//aa//bb//foo.html", {"http://foo.com//aa//bb//foo.html", kSlashes}},
    {"http://foo.com////aa////bb//foo.html", {"http://foo.com////aa////bb//foo.html", kSlashes}},
    {"http://foo.com////aa////bb////foo.html",
     {"http://foo.com////aa////bb////foo.html", kSlashes}},
    {"file:///foo/bar.txt", {"", kScheme}},
    {"ftp:/", {"", kScheme}},
    {"http:////", {"", kNoHost}},
    {"http:///////", {"", kNoHost}},
    {"http://www.example.com/a/c/../b/search?q=foobar^",
     {"http://www.example.com/a/b/search?q=foobar^", kStandardSet}},
    {"http://www.example.com/a/c/../b/search?q=foobar`",
     {"http://www.example.com/a/b/search?q=foobar`", kStandardSet}},
    {"http://www.example.com/a/c/../b/search?q=foobar|",
     {"http://www.example.com/a/b/search?q=foobar|", kStandardSet}},
    {"foo.com/index.html", {"", kNoScheme}},
    {"ftp://foo.com/index.html", {"", kScheme}},
    {"file:/path/index.html", {"", kScheme}},
    {"file:/var/www/html/////./bar/index.html", {"", kScheme}},
    {"file:/var/www/html/foo/../bar/index.html", {"", kScheme}},
    {"http://example.com/?b=1&a=1", {"http://example.com/?b=1&a=1", kOrder}},
    {"http://foo.com/foo.html?b=1&a=1", {"http://foo.com/foo.html?b=1&a=1", kOrder}},
    {"http://foo.com/index?b=2&a=1", {"http://foo.com/index?b=2&a=1", kOrder}},
    {"http://foo.com/index?b=2&a=1#c", {"http://foo.com/index?b=2&a=1", kOrder}},
    {"http://foo.com/index?a=1&b=", {"http://foo.com/index?a=1&b=", kEmptyParameter}},
    {"http://foo.com/index?b&a=1", {"http://foo.com/index?b&a=1", kOrder}},
    {"http://foo.com/index?b=&a=1", {"http://foo.com/index?b=&a=1", kOrder}},
    {"http://foo.com/index?b=1&a=1&", {"http://foo.com/index?b=1&a=1&", kOrder}},
    {"http://foo.com/index?&b=1&a=1", {"http://foo.com/index?&b=1&a=1", kOrder}},
    {"http://foo.com/index?&=1&a=1", {"http://foo.com/index?&=1&a=1", kEmptyParameter}},
    {"http://foo.com/index?=1&b=1&a=1", {"http://foo.com/index?=1&b=1&a=1", kOrder}},
};

}  // namespace

TEST_CASE("crawler-commons normalises as we do, but for the listed rows") {
    Suite suite("crawler-commons, normalisation");
    const auto text = read_testdata("url/crawler-commons/weirdToNormalizedUrls.csv", &suite);
    if (!text) return;
    size_t differing = 0;
    for (const Row& row : read_rows(*text)) {
        REQUIRE(row.size() == 2);
        CAPTURE(row[0]);
        const auto url = CanonicalUrl::parse(row[0]);
        const std::string ours = url ? url->href() : "";
        const auto difference = kDifferences.find(row[0]);
        if (difference == kDifferences.end()) {
            CHECK(ours == row[1]);
            suite.add(ours == row[1]);
        } else {
            CAPTURE(difference->second.reason);
            CHECK(ours == difference->second.ours);
            CHECK(ours != row[1]);
            suite.add_difference(row[0], difference->second.reason);
            ++differing;
        }
    }
    CHECK(suite.cases() > 100);
    CHECK(differing == kDifferences.size());
}

TEST_CASE("crawler-commons resolves as we do") {
    Suite suite("crawler-commons, resolution");
    const auto text = read_testdata("url/crawler-commons/url-resolve.csv", &suite);
    if (!text) return;
    for (const Row& row : read_rows(*text)) {
        REQUIRE(row.size() == 3);
        CAPTURE(row[0]);
        const auto base = Url::parse(row[1]);
        const auto url = Url::parse(row[0], base ? &*base : nullptr);
        REQUIRE(url);
        CHECK(url->href() == row[2]);
        suite.add(url->href() == row[2]);
    }
    CHECK(suite.cases() > 15);
}

TEST_CASE("crawler-commons' invalid URLs are invalid") {
    Suite suite("crawler-commons, invalid URLs");
    const auto text = read_testdata("url/crawler-commons/invalidUrls.csv", &suite);
    if (!text) return;
    for (const Row& row : read_rows(*text)) {
        CAPTURE(row[0]);
        const bool refused = !CanonicalUrl::parse(row[0]);
        CHECK(refused);
        suite.add(refused);
    }
    CHECK(suite.cases() >= 2);
}
