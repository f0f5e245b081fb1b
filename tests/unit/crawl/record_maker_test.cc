#include "crawl/record_maker.h"

#include <doctest/doctest.h>

#include "archive/warc_reader.h"
#include "support/fault_disk.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr WallTime kBefore{seconds(1'760'000'000)};
constexpr WallTime kNow{seconds(1'770'000'000)};

FinishedExchange exchange(int status = 200) {
    return {.url = CanonicalUrl::parse("http://a.example/x?y").value(),
            .sent_at = kNow,
            .address = IpAddress::parse("192.0.2.7").value(),
            .http_version = "1.1",
            .tls = "TLSv1.3",
            .cipher_suite = "TLS_AES_128_GCM_SHA256",
            .request_head = "GET /x?y HTTP/1.1\r\nHost: a.example\r\n\r\n",
            .response_head =
                "HTTP/1.1 " + std::to_string(status) + " OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            .status = status,
            .content_type = "text/html",
            .times = {.first_byte = milliseconds(12), .total = milliseconds(34)},
            .via = "http://a.example/",
            .earlier = {},
            .ids = {RecordId{1, 2}, RecordId{3, 4}, RecordId{5, 6}}};
}

struct Made {
    ReadRecord record;
    std::string block;
};
std::vector<Made> read(const ArchivedExchange& archived) {
    FaultDisk disk;
    std::string bytes;
    for (const ReadyRecord& record : archived.records)
        bytes += record.bytes;
    disk.put("/f.warc.gz", bytes);
    const auto reader = WarcReader::open(disk, "/f.warc.gz");
    REQUIRE(reader.has_value());
    std::vector<Made> all;
    for (;;) {
        std::string block;
        auto record = (*reader)->next([&](std::string_view piece) { block += piece; });
        REQUIRE_MESSAGE(record.has_value(), record.error().message);
        if (!*record) return all;
        CHECK((*record)->problems.empty());
        all.push_back({std::move(**record), std::move(block)});
    }
}
std::string field(const Made& made, std::string_view name) {
    return std::string(made.record.fields.find(name).value_or(""));
}

}  // namespace

TEST_CASE("RecordMaker: response, request and metadata, which name each other") {
    RecordMaker maker(RecordCoding::gzip, DigestAlgorithm::sha1);
    const FinishedExchange finished = exchange();
    ArchivedExchange archived = maker.make(finished, "body");
    PageFacts facts;
    facts.charset = "utf-8";
    facts.usage = "content-usage: ai=n";
    facts.urls.push_back({.url = CanonicalUrl::parse("http://a.example/next").value(), .key = {}});
    maker.add_metadata(finished, &facts, archived);
    const auto made = read(archived);
    REQUIRE(made.size() == 3);
    CHECK(made[0].record.type() == "response");
    CHECK(made[0].block == "HTTP/1.1 200 OK\r\nX-Crawler-Transfer-Encoding: chunked\r\n\r\nbody");
    CHECK(field(made[0], "WARC-IP-Address") == "192.0.2.7");
    CHECK(field(made[0], "WARC-Cipher-Suite") == "TLS_AES_128_GCM_SHA256");
    CHECK(field(made[0], "WARC-Payload-Digest").starts_with("sha1:"));
    CHECK(made[1].record.type() == "request");
    CHECK(made[1].block == finished.request_head);
    CHECK(field(made[1], "WARC-Concurrent-To") == field(made[0], "WARC-Record-ID"));
    CHECK(made[2].record.type() == "metadata");
    CHECK(made[2].block.find("outlink: http://a.example/next L") != std::string::npos);
    CHECK(made[2].block.find("charsetForLinkExtraction: utf-8") != std::string::npos);
    REQUIRE(archived.records[0].index.has_value());
    CHECK(archived.records[0].index->status == 200);
    CHECK(archived.copy.date == kNow);
}

TEST_CASE("RecordMaker: a redirect names its target, though its body is not read") {
    RecordMaker maker(RecordCoding::gzip, DigestAlgorithm::sha1);
    FinishedExchange finished = exchange(301);
    finished.redirect.push_back({.url = CanonicalUrl::parse("http://b.example/").value(),
                                 .key = {},
                                 .discovery = Discovery::redirect});
    ArchivedExchange archived = maker.make(finished, "");
    maker.add_metadata(finished, nullptr, archived);
    const auto made = read(archived);
    CHECK(made[2].block.find("outlink: http://b.example/ R\r\n") != std::string::npos);
}

TEST_CASE("RecordMaker: what is archived already becomes a revisit of the first") {
    RecordMaker maker(RecordCoding::gzip, DigestAlgorithm::sha256);
    const ArchivedCopy first = maker.make(exchange(), "body").copy;
    FinishedExchange again = exchange();
    again.earlier = {.payload = first.payload, .date = kBefore};
    SUBCASE("the same payload") {
        const ArchivedExchange archived = maker.make(again, "body");
        const auto made = read(archived);
        CHECK(made[0].record.type() == "revisit");
        CHECK(field(made[0], "WARC-Profile").ends_with("/identical-payload-digest"));
        CHECK(field(made[0], "WARC-Refers-To-Date").starts_with("2025-10-09T"));
        CHECK(archived.copy.date == kBefore);
    }
    SUBCASE("another payload") {
        const ArchivedExchange archived = maker.make(again, "other");
        CHECK(read(archived)[0].record.type() == "response");
        CHECK(archived.copy.date == kNow);
    }
    SUBCASE("a 304") {
        FinishedExchange unchanged = exchange(304);
        unchanged.earlier = again.earlier;
        const ArchivedExchange archived = maker.make(unchanged, "");
        const auto made = read(archived);
        CHECK(made[0].record.type() == "revisit");
        CHECK(field(made[0], "WARC-Profile").ends_with("/server-not-modified"));
        CHECK(archived.copy.payload == first.payload);
    }
    SUBCASE("a 304 where the copy is another URL's") {
        FinishedExchange unchanged = exchange(304);
        unchanged.earlier = again.earlier;
        unchanged.earlier.url = "http://b.example/";
        const auto made = read(maker.make(unchanged, ""));
        CHECK(field(made[0], "WARC-Refers-To-Target-URI") == "http://b.example/");
    }
    SUBCASE("a part of it") {
        again.truncation = Truncation::disconnect;
        const ArchivedExchange archived = maker.make(again, "body");
        CHECK(field(read(archived)[0], "WARC-Truncated") == "disconnect");
        CHECK(archived.copy.date == WallTime{});
    }
}

namespace {

// The committed payloads, of one URL all.
struct Originals {
    std::string known;
    int asked = 0;
    FindOriginal find() {
        return [this](const Digest& payload) -> std::optional<Original> {
            ++asked;
            if (payload.bytes != known) return std::nullopt;
            return Original{.id = {}, .url = "http://b.example/first", .date = kBefore};
        };
    }
};

}  // namespace

TEST_CASE("RecordMaker: the payload of another URL becomes a revisit of it") {
    Originals originals;
    RecordMaker maker(RecordCoding::gzip, DigestAlgorithm::sha1, Dedup::payload, originals.find());
    const ArchivedExchange first = maker.make(exchange(), "body");
    CHECK(read(first)[0].record.type() == "response");
    CHECK(first.new_payload.size() == 20);
    CHECK(first.original.url == "http://a.example/x?y");
    CHECK(first.original.date == kNow);
    originals.known = first.new_payload;
    SUBCASE("that is found in the archive") {
        const ArchivedExchange archived = maker.make(exchange(), "body");
        const auto made = read(archived);
        CHECK(made[0].record.type() == "revisit");
        CHECK(field(made[0], "WARC-Profile").ends_with("/identical-payload-digest"));
        CHECK(field(made[0], "WARC-Refers-To-Target-URI") == "http://b.example/first");
        CHECK(field(made[0], "WARC-Refers-To-Date").starts_with("2025-10-09T"));
        CHECK(archived.copy.url == "http://b.example/first");
        CHECK(archived.copy.date == kBefore);
        CHECK(archived.new_payload.empty());
    }
    SUBCASE("whatever the status is; a copy of the URL is none but of a 200") {
        const ArchivedExchange archived = maker.make(exchange(404), "body");
        CHECK(read(archived)[0].record.type() == "revisit");
        CHECK(archived.copy.date == WallTime{});
    }
    SUBCASE("but not where nothing came, or a part") {
        CHECK(maker.make(exchange(), "").new_payload.empty());
        FinishedExchange cut = exchange();
        cut.truncation = Truncation::disconnect;
        const ArchivedExchange archived = maker.make(cut, "body");
        CHECK(read(archived)[0].record.type() == "response");
        CHECK(archived.new_payload.empty());
    }
    SUBCASE("the URL's own copy needs no look") {
        FinishedExchange again = exchange();
        again.earlier = first.copy;
        originals.asked = 0;
        CHECK(read(maker.make(again, "body"))[0].record.type() == "revisit");
        CHECK(originals.asked == 0);
    }
}

TEST_CASE("RecordMaker: archive.dedup says what is kept but once") {
    Originals originals;
    for (const Dedup dedup : {Dedup::url, Dedup::none}) {
        RecordMaker maker(RecordCoding::gzip, DigestAlgorithm::sha1, dedup, originals.find());
        const ArchivedExchange first = maker.make(exchange(), "body");
        CHECK(first.new_payload.empty());
        FinishedExchange again = exchange();
        again.earlier = first.copy;
        CHECK(read(maker.make(again, "body"))[0].record.type() ==
              (dedup == Dedup::url ? "revisit" : "response"));
    }
    CHECK(originals.asked == 0);
}
