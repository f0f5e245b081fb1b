#include "archive/record.h"

#include <doctest/doctest.h>

#include "archive/warc_fields.h"
#include "base/text.h"

using namespace crawld;

namespace {

constexpr RecordId kId{0x0123456789abcdef, 0xfedcba9876543210};
constexpr RecordId kOther{1, 2};
constexpr WallTime kDate{seconds(1'700'000'000)};

Exchange exchange() {
    return {.url = "https://example.org/",
            .date = kDate,
            .ip = "2001:db8::1",
            .protocols = {"http/1.1", "tls/1.3"},
            .cipher_suite = "TLS_AES_128_GCM_SHA256",
            .digests = DigestAlgorithm::sha1};
}
Message message(std::string_view head, std::string_view body) {
    return {.id = kId, .head = head, .body = body, .concurrent_to = kOther};
}
WarcFields fields_of(const Record& record) {
    const std::string bytes = record.bytes();
    return WarcFields::parse(bytes.substr(0, bytes.find("\r\n\r\n")));
}

}  // namespace

TEST_CASE("a record's id is a UUID of version 4") {
    CHECK_EQ(kId.uri(), "<urn:uuid:01234567-89ab-4def-bedc-ba9876543210>");
    CHECK_EQ(RecordId{}.uri(), "<urn:uuid:00000000-0000-4000-8000-000000000000>");
}

TEST_CASE("a response, byte for byte") {
    const Record record = response_record(
        exchange(), message("HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "abc"), Truncation::time);
    CHECK_EQ(record.bytes(),
             "WARC/1.1\r\n"
             "WARC-Type: response\r\n"
             "WARC-Record-ID: <urn:uuid:01234567-89ab-4def-bedc-ba9876543210>\r\n"
             "WARC-Date: 2023-11-14T22:13:20.000000Z\r\n"
             "WARC-Target-URI: https://example.org/\r\n"
             "WARC-IP-Address: 2001:db8::1\r\n"
             "WARC-Protocol: http/1.1\r\n"
             "WARC-Protocol: tls/1.3\r\n"
             "WARC-Cipher-Suite: TLS_AES_128_GCM_SHA256\r\n"
             "WARC-Truncated: time\r\n"
             "WARC-Concurrent-To: <urn:uuid:00000000-0000-4001-8000-000000000002>\r\n"
             "WARC-Payload-Digest: sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5\r\n"
             "WARC-Block-Digest: " +
                 digest_of(DigestAlgorithm::sha1, "HTTP/1.1 200 OK\r\nA: b\r\n\r\nabc").label() +
                 "\r\n"
                 "Content-Type: application/http; msgtype=response\r\n"
                 "Content-Length: 28\r\n\r\n"
                 "HTTP/1.1 200 OK\r\nA: b\r\n\r\nabc\r\n\r\n");
    CHECK_EQ(record.payload_digest, digest_of(DigestAlgorithm::sha1, "abc"));
}

TEST_CASE("a whole response is not truncated, sha256 where asked for") {
    Exchange other = exchange();
    other.digests = DigestAlgorithm::sha256;
    const WarcFields fields = fields_of(
        response_record(other, message("HTTP/1.1 200 OK\r\n\r\n", "abc"), Truncation::none));
    CHECK_FALSE(fields.find("WARC-Truncated").has_value());
    CHECK(fields.find("WARC-Payload-Digest")->starts_with("sha256:XJ4B"));
    CHECK(fields.find("WARC-Block-Digest")->starts_with("sha256:"));
}

TEST_CASE("a request") {
    const Record record = request_record(exchange(), message("GET / HTTP/1.1\r\n\r\n", ""));
    const WarcFields fields = fields_of(record);
    CHECK_EQ(fields.find("WARC-Type"), "request");
    CHECK_EQ(fields.find("Content-Type"), "application/http; msgtype=request");
    CHECK_EQ(fields.find("WARC-Concurrent-To"), kOther.uri());
    CHECK_EQ(fields.find("Content-Length"), "18");
}

TEST_CASE("a revisit of an identical payload has the head alone, and says so") {
    const Digest payload = digest_of(DigestAlgorithm::sha1, "abc");
    const Record record = identical_payload_record(
        exchange(), message("HTTP/1.1 200 OK\r\n\r\n", "abc"), payload,
        {.id = kOther, .url = "https://example.org/other", .date = kDate - hours(1)});
    const WarcFields fields = fields_of(record);
    CHECK_EQ(fields.find("WARC-Type"), "revisit");
    CHECK_EQ(fields.find("WARC-Profile"),
             "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest");
    CHECK_EQ(fields.find("WARC-Refers-To"), kOther.uri());
    CHECK_EQ(fields.find("WARC-Refers-To-Target-URI"), "https://example.org/other");
    CHECK_EQ(fields.find("WARC-Refers-To-Date"), "2023-11-14T21:13:20.000000Z");
    CHECK_EQ(fields.find("WARC-Payload-Digest"), payload.label());
    CHECK_EQ(fields.find("WARC-Truncated"), "length");
    CHECK_EQ(fields.find("Content-Length"), "19");
}

TEST_CASE("a revisit of a 304 has no payload digest") {
    const Record record =
        not_modified_record(exchange(), message("HTTP/1.1 304 Not\r\n\r\n", ""),
                            {.id = {}, .url = "https://example.org/", .date = kDate});
    const WarcFields fields = fields_of(record);
    CHECK_EQ(fields.find("WARC-Profile"),
             "http://netpreserve.org/warc/1.1/revisit/server-not-modified");
    CHECK_FALSE(fields.find("WARC-Payload-Digest").has_value());
    CHECK_FALSE(fields.find("WARC-Truncated").has_value());
    CHECK_FALSE(fields.find("WARC-Refers-To").has_value());
    CHECK(fields.find("WARC-Refers-To-Date").has_value());
    CHECK_FALSE(record.payload_digest.has_value());
}

TEST_CASE("metadata are fields, and what a server sent cannot begin one") {
    const Record record = metadata_record(
        exchange(), kId, kOther,
        {.via = "https://example.org/from",
         .charset = "utf-8",
         .usage = "content-usage: ai=n\r\noutlink: http://evil/ L a/@href",
         .outcome = "ok",
         .times = {.connect = milliseconds(2), .tls = {}, .first_byte = {}, .total = seconds(1)},
         .outlinks = {{"http://a/", 'L', "a/@href"},
                      {"http://b/", 'E', "img/@src\nvia: x"},
                      {"http://c/", 'R', ""}}});
    const std::string bytes = record.bytes();
    const size_t block = bytes.find("\r\n\r\n") + 4;
    CHECK_EQ(bytes.substr(block),
             "via: https://example.org/from\r\n"
             "outcome: ok\r\n"
             "fetchConnectMs: 2\r\n"
             "fetchTimeMs: 1000\r\n"
             "charsetForLinkExtraction: utf-8\r\n"
             "usage: content-usage: ai=n  outlink: http://evil/ L a/@href\r\n"
             "outlink: http://a/ L a/@href\r\n"
             "outlink: http://b/ E img/@src via: x\r\n"
             "outlink: http://c/ R\r\n"
             "\r\n\r\n");
    const WarcFields fields = fields_of(record);
    CHECK_EQ(fields.find("WARC-Type"), "metadata");
    CHECK_EQ(fields.find("Content-Type"), "application/warc-fields");
    CHECK_EQ(parse_uint(*fields.find("Content-Length")), bytes.size() - block - 4);
}

TEST_CASE("warcinfo says who crawled, and how") {
    const Record record = warcinfo_record(kId, kDate, "a.warc.gz",
                                          {.software = "crawld/1.0",
                                           .operator_name = "https://example.org/bot",
                                           .robots = "obey",
                                           .user_agent = "Mozilla/5.0 (compatible)",
                                           .host_name = "here",
                                           .configuration = "sha256:ABC"},
                                          DigestAlgorithm::sha1);
    const WarcFields fields = fields_of(record);
    CHECK_EQ(fields.find("WARC-Filename"), "a.warc.gz");
    const std::string bytes = record.bytes();
    const WarcFields block = WarcFields::parse(bytes.substr(bytes.find("\r\n\r\n") + 4));
    CHECK_EQ(block.find("software"), "crawld/1.0");
    CHECK_EQ(block.find("format"), "WARC File Format 1.1");
    CHECK_EQ(block.find("operator"), "https://example.org/bot");
    CHECK_EQ(block.find("robots"), "obey");
    CHECK_EQ(block.find("configuration-digest"), "sha256:ABC");
    CHECK(block.find("conformsTo")->ends_with("/warc-1.1/"));
}

TEST_CASE("what of a body came is told by its outcome") {
    const auto of = [](Outcome outcome, bool cut = false) {
        FetchResult result;
        result.outcome = outcome;
        result.body_cut = cut;
        return truncation_of(result);
    };
    CHECK_EQ(of(Outcome::ok), Truncation::none);
    CHECK_EQ(of(Outcome::client_error), Truncation::none);
    CHECK_EQ(of(Outcome::undecodable), Truncation::none);
    CHECK_EQ(of(Outcome::ok, true), Truncation::length);
    CHECK_EQ(of(Outcome::body_too_large), Truncation::length);
    CHECK_EQ(of(Outcome::timeout), Truncation::time);
    CHECK_EQ(of(Outcome::too_slow), Truncation::time);
    CHECK_EQ(of(Outcome::truncated), Truncation::disconnect);
    CHECK_EQ(of(Outcome::connection_lost), Truncation::disconnect);
    CHECK_EQ(of(Outcome::bad_response), Truncation::unspecified);
}

TEST_CASE("protocols by their names in WARC") {
    using Names = std::vector<std::string>;
    CHECK_EQ(protocols_of("1.1", ""), Names{"http/1.1"});
    CHECK_EQ(protocols_of("1.0", "TLSv1.2"), Names{"http/1.0", "tls/1.2"});
    CHECK_EQ(protocols_of("2", "TLSv1.3"), Names{"h2", "tls/1.3"});
    CHECK_EQ(protocols_of("2", ""), Names{"h2c"});
    CHECK_EQ(protocols_of("", ""), Names{});
}
