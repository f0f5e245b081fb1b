// The URL suites of web-platform-tests: parsing against a base, IDNA, percent-encoding.
#include <doctest/doctest.h>

#include "conformance/url/wpt_cases.h"
#include "support/suite.h"
#include "url/url.h"

using namespace crawld;
using namespace crawld::test;

namespace {

// What the getters of the URL API show, by their names in the suite.
std::vector<std::pair<const char*, std::string>> api_view(const Url& url) {
    const std::string port = url.port ? std::to_string(*url.port) : "";
    const std::string hostname = url.host.value_or("");
    const bool has_query = url.query && !url.query->empty();
    const bool has_fragment = url.fragment && !url.fragment->empty();
    return {
        {"href", url.href()},
        {"protocol", url.scheme + ":"},
        {"username", url.username},
        {"password", url.password},
        {"host", port.empty() ? hostname : hostname + ":" + port},
        {"hostname", hostname},
        {"port", port},
        {"pathname", url.path},
        {"search", has_query ? "?" + *url.query : ""},
        {"hash", has_fragment ? "#" + *url.fragment : ""},
    };
}

std::optional<Url> parse_case(const WptCase& test) {
    if (!test.base) return Url::parse(test.input);
    const std::optional<Url> base = Url::parse(*test.base);
    return base ? Url::parse(test.input, &*base) : std::nullopt;
}

// What is wrong with how the case comes out, or nothing.
std::string complaint(const WptCase& test) {
    const std::optional<Url> url = parse_case(test);
    if (!url) return test.expected ? "failure instead of a URL" : "";
    if (!test.expected) return "a URL instead of failure: " + url->href();
    for (const auto& [name, value] : api_view(*url)) {
        const std::string expected = string_of((*test.expected)[name]);
        if (value != expected)
            return std::string(name) + " is \"" + value + "\", not \"" + expected + '"';
    }
    return "";
}

// http(s) by the result; for failures, by what was asked for.
bool concerns_http(const WptCase& test) {
    const auto is_http = [](std::string_view text) {
        return text.starts_with("http:") || text.starts_with("https:");
    };
    if (test.expected) return is_http(string_of((*test.expected)["protocol"]));
    return is_http(test.input) || (test.base && is_http(*test.base));
}

}  // namespace

TEST_CASE("every case of urltestdata.json parses, or fails, as it says") {
    Suite http("urltestdata.json, http(s)");
    Suite other("urltestdata.json, other schemes");
    const auto document = read_json("url/wpt/urltestdata.json", &http);
    if (!document) return other.skip(http.skipped());
    for (const WptCase& test : wpt_cases(*document)) {
        CAPTURE(test.input);
        CAPTURE(test.base.value_or("(no base)"));
        const std::string wrong = complaint(test);
        CHECK(wrong == "");
        (concerns_http(test) ? http : other).add(wrong.empty());
    }
    CHECK(http.cases() + other.cases() > 800);
}

TEST_CASE("a serialised URL of urltestdata.json parses to itself") {
    const auto document = read_json("url/wpt/urltestdata.json");
    if (!document) return;
    for (const WptCase& test : wpt_cases(*document)) {
        if (!test.expected) continue;
        const std::string href = string_of((*test.expected)["href"]);
        CAPTURE(href);
        const auto url = Url::parse(href);
        REQUIRE(url);
        CHECK(url->href() == href);
    }
}

TEST_CASE("the origin of an http(s) URL is the authority of its canonical form") {
    const auto document = read_json("url/wpt/urltestdata.json");
    if (!document) return;
    int compared = 0;
    for (const WptCase& test : wpt_cases(*document)) {
        if (!test.expected || !concerns_http(test) || !test.expected->HasMember("origin")) continue;
        const std::string host = string_of((*test.expected)["hostname"]);
        if (host.ends_with('.')) continue;  // the one thing in which the two differ
        const std::string href = string_of((*test.expected)["href"]);
        const std::string origin = string_of((*test.expected)["origin"]);
        CAPTURE(href);
        const auto canonical = CanonicalUrl::parse(href);
        REQUIRE(canonical);
        CHECK(canonical->authority() == origin);
        CHECK(canonical->host() == host);
        ++compared;
    }
    CHECK(compared > 200);
}

TEST_CASE("every domain of toascii.json becomes the ASCII that it says") {
    Suite suite("toascii.json");
    const auto document = read_json("url/wpt/toascii.json", &suite);
    if (!document) return;
    for (const rapidjson::Value& entry : document->GetArray()) {
        if (!entry.IsObject()) continue;
        const std::string input = string_of(entry["input"]);
        CAPTURE(input);
        const auto url = Url::parse("https://" + input + "/x");
        const rapidjson::Value& output = entry["output"];
        const std::string expected = output.IsString() ? string_of(output) : "(failure)";
        const std::string ours = url ? *url->host : "(failure)";
        CHECK(ours == expected);
        suite.add(ours == expected);
    }
    CHECK(suite.cases() > 80);
}

TEST_CASE("percent-encoding.json, for UTF-8, in query and fragment") {
    Suite suite("percent-encoding.json, UTF-8");
    const auto document = read_json("url/wpt/percent-encoding.json", &suite);
    if (!document) return;
    for (const rapidjson::Value& entry : document->GetArray()) {
        if (!entry.IsObject()) continue;
        const std::string input = string_of(entry["input"]);
        const std::string output = string_of(entry["output"]["utf-8"]);
        CAPTURE(input);
        const auto url = Url::parse("https://doesnotmatter.invalid/?" + input + "#" + input);
        REQUIRE(url);
        CHECK(url->query == output);
        CHECK(url->fragment == output);
        suite.add(url->query == output && url->fragment == output);
    }
    CHECK(suite.cases() >= 7);
}
