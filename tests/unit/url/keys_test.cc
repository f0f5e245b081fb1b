#include "url/keys.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "base/fingerprint.h"
#include "url/suffixes.h"

using namespace crawld;

namespace {
CanonicalUrl parsed(std::string_view text) {
    const auto url = CanonicalUrl::parse(text);
    REQUIRE(url);
    return *url;
}
}  // namespace

TEST_CASE("hosts of one registrable domain share their vshard, and nothing else") {
    const HostKey www = host_key("www.example.org", "example.org");
    const HostKey ftp = host_key("ftp.example.org", "example.org");
    CHECK(www.vshard() == ftp.vshard());
    CHECK(www.vshard() == fingerprint64("example.org") % kVshards);
    CHECK(www != ftp);
}

TEST_CASE("vshards stay below their number and most of them are used") {
    std::vector<int> hosts(kVshards);
    for (int i = 0; i < 40'000; ++i) {
        const std::string domain = "d" + std::to_string(i) + ".example";
        const uint16_t vshard = host_key(domain, domain).vshard();
        REQUIRE(vshard < kVshards);
        ++hosts[vshard];
    }
    CHECK(std::count(hosts.begin(), hosts.end(), 0) < 10);
}

TEST_CASE("the URL's key is its host's, and the fingerprint of the canonical text") {
    const Suffixes suffixes;
    const CanonicalUrl url = parsed("https://www.example.co.uk/a?b");
    const UrlKey key = url_key(url, suffixes);
    CHECK(key.host == host_key("www.example.co.uk", "example.co.uk"));
    CHECK(key.url == fingerprint64("https://www.example.co.uk/a?b"));
    CHECK(key == url_key(url, key.host));
}

TEST_CASE("scheme and port are in the URL's fingerprint, not in the host's key") {
    const Suffixes suffixes;
    const UrlKey http = url_key(parsed("http://h.example/"), suffixes);
    const UrlKey https = url_key(parsed("https://h.example/"), suffixes);
    const UrlKey port = url_key(parsed("http://h.example:8080/"), suffixes);
    CHECK(http.host == https.host);
    CHECK(http.host == port.host);
    CHECK(http.url != https.url);
    CHECK(http.url != port.url);
}

TEST_CASE("keys on disk are big-endian, host before URL") {
    std::string bytes;
    put_key(bytes, UrlKey{HostKey{0x0102030405060708}, 0x1112131415161718});
    CHECK(bytes == "\x01\x02\x03\x04\x05\x06\x07\x08\x11\x12\x13\x14\x15\x16\x17\x18");
}

// State directories hold these numbers: if this fails, existing state can no longer be read.
TEST_CASE("the keys of a URL never change") {
    const Suffixes suffixes;
    const UrlKey key = url_key(parsed("https://www.example.org/a/b?q=1"), suffixes);
    CHECK(key.host.value == 0xf45d8fa63263a52);
    CHECK(key.url == 0x3e3c757f63c90901);
}
