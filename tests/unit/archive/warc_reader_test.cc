#include "archive/warc_reader.h"

#include <doctest/doctest.h>

#include "support/archive_pages.h"
#include "support/coded_bodies.h"
#include "support/fault_disk.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr const char* kReadPath = "/d/a.warc";

struct ReadFile {
    std::vector<ReadRecord> records;
    std::vector<std::string> blocks;
    std::optional<Error> error;
};
ReadFile read_all(std::string bytes, std::optional<uint64_t> first_bytes = std::nullopt) {
    FaultDisk disk;
    disk.put(kReadPath, std::move(bytes));
    auto reader = WarcReader::open(disk, kReadPath, first_bytes);
    REQUIRE(reader.has_value());
    ReadFile file;
    for (;;) {
        std::string block;
        auto record = (*reader)->next([&](std::string_view piece) { block += piece; });
        if (!record) file.error = record.error();
        if (!record || !*record) return file;
        file.records.push_back(std::move(**record));
        file.blocks.push_back(std::move(block));
    }
}

std::string record_of(std::string_view fields, std::string_view block) {
    return "WARC/1.1\r\n" + std::string(fields) +
           "Content-Length: " + std::to_string(block.size()) + "\r\n\r\n" + std::string(block) +
           "\r\n\r\n";
}
std::string http_record(std::string_view digest_of_payload, std::string_view block) {
    return record_of(
        "WARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
        "WARC-Payload-Digest: " +
            std::string(digest_of_payload) + "\r\n",
        block);
}
using Problems = std::vector<RecordProblem>;

}  // namespace

TEST_CASE("what was written is read, in every coding, with its place") {
    for (const RecordCoding coding : {RecordCoding::none, RecordCoding::gzip, RecordCoding::zstd}) {
        RecordCompressor compressor(coding);
        std::string bytes;
        std::vector<uint64_t> offsets;
        for (int i = 0; i < 50; ++i)
            for (const ReadyRecord& record : visit_of(i, compressor)) {
                offsets.push_back(bytes.size());
                bytes += record.bytes;
            }
        offsets.push_back(bytes.size());
        const ReadFile file = read_all(bytes);
        REQUIRE_FALSE(file.error.has_value());
        REQUIRE_EQ(file.records.size(), 150);
        const uint64_t uncounted = coding == RecordCoding::none ? 4 : 0;
        for (size_t i = 0; i < file.records.size(); ++i) {
            const ReadRecord& record = file.records[i];
            CHECK_EQ(record.offset, offsets[i]);
            CHECK_EQ(record.length, offsets[i + 1] - offsets[i] - uncounted);
            CHECK_EQ(record.version, "1.1");
            CHECK_EQ(record.problems, Problems{});
            CHECK_EQ(record.block_digest, DigestCheck::right);
            const int number = static_cast<int>(i / 3);
            if (i % 3 != 1) continue;
            CHECK_EQ(record.type(), "response");
            CHECK_EQ(record.target_uri(), exchange_of(number).url);
            CHECK_EQ(record.status, 200);
            CHECK_EQ(record.content_type, "text/html; charset=utf-8");
            CHECK_EQ(record.payload_digest, DigestCheck::right);
            CHECK_EQ(file.blocks[i], head_of(number) + body_of(number));
        }
    }
}

TEST_CASE("a body larger than every buffer") {
    const std::string body(3'000'000, 'x'), head = "HTTP/1.1 200 OK\r\n\r\n";
    const Record record =
        response_record(exchange_of(1), {.id = {}, .head = head, .body = body, .concurrent_to = {}},
                        Truncation::none);
    for (const RecordCoding coding : {RecordCoding::none, RecordCoding::gzip, RecordCoding::zstd}) {
        const ReadFile file = read_all(RecordCompressor(coding).compress(record, false));
        REQUIRE_EQ(file.records.size(), 1);
        CHECK_EQ(file.records[0].payload_digest, DigestCheck::right);
        CHECK(file.blocks[0] == head + body);
    }
}

TEST_CASE("of several Content-Type headers all are read, as the crawl reads them") {
    const Record record = response_record(
        exchange_of(1),
        {.id = {},
         .head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\n",
         .body = "x",
         .concurrent_to = {}},
        Truncation::none);
    const ReadFile file = read_all(record.bytes());
    REQUIRE_EQ(file.records.size(), 1);
    CHECK_EQ(file.records[0].content_type, "text/plain, text/html");
}

TEST_CASE("what may be written may be read: the longest values") {
    Exchange exchange = exchange_of(1);
    exchange.url = "http://a/" + std::string(kFieldBytesMax, 'x');
    const Record record = identical_payload_record(
        exchange, {.id = {}, .head = "HTTP/1.1 200 OK\r\n\r\n", .body = {}, .concurrent_to = {}},
        digest_of(DigestAlgorithm::sha1, ""),
        {.id = {}, .url = exchange.url, .date = exchange.date});
    const ReadFile file = read_all(record.bytes());
    REQUIRE_EQ(file.records.size(), 1);
    CHECK_EQ(file.records[0].problems, Problems{});
    CHECK_EQ(file.records[0].target_uri().size(), kFieldBytesMax);
}

TEST_CASE("no file is the empty file, and a file may be read to a length") {
    CHECK_EQ(read_all("").records.size(), 0);
    RecordCompressor compressor(RecordCoding::gzip);
    const std::string one = visit_of(1, compressor)[1].bytes;
    CHECK_EQ(read_all(one + one, one.size()).records.size(), 1);
    CHECK_FALSE(read_all(one + one, one.size()).error.has_value());
    FaultDisk disk;
    disk.put(kReadPath, one);
    CHECK_EQ(WarcReader::open(disk, kReadPath, one.size() + 1).error().code, ErrorCode::corrupt);
    CHECK_FALSE(WarcReader::open(disk, "/d/none").has_value());
}

TEST_CASE("cut at every byte: whole records or an error that names the file, never nonsense") {
    for (const RecordCoding coding : {RecordCoding::none, RecordCoding::gzip, RecordCoding::zstd}) {
        RecordCompressor compressor(coding);
        std::string bytes;
        std::vector<uint64_t> ends{0};
        for (int i = 0; i < 2; ++i) {
            bytes += visit_of(i, compressor)[1].bytes;
            ends.push_back(bytes.size());
        }
        for (size_t cut = 1; cut < bytes.size(); ++cut) {
            CAPTURE(cut);
            const ReadFile file = read_all(bytes.substr(0, cut));
            const bool at_end = cut == ends[1];
            size_t good = 0;
            for (const ReadRecord& record : file.records)
                good += record.problems.empty() ? 1 : 0;
            // Without compression a few bytes of the next record are rubbish behind the first.
            const bool rubbish = coding == RecordCoding::none && cut > ends[1] && cut < ends[1] + 5;
            CHECK_EQ(good, cut < ends[1] || rubbish ? 0 : 1);
            CHECK_EQ(file.error.has_value() || good < file.records.size(), !at_end);
            if (!file.error) continue;
            CHECK_EQ(file.error->code, ErrorCode::corrupt);
            CHECK_NE(file.error->message.find(kReadPath), std::string::npos);
        }
    }
}

TEST_CASE("a byte flipped anywhere is noticed") {
    for (const RecordCoding coding : {RecordCoding::gzip, RecordCoding::zstd}) {
        RecordCompressor compressor(coding);
        const std::string bytes = visit_of(1, compressor)[1].bytes;
        int unnoticed = 0;
        for (size_t at = 0; at < bytes.size(); ++at) {
            std::string flipped = bytes;
            flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
            const ReadFile file = read_all(flipped);
            const bool noticed =
                file.error || file.records.size() != 1 || !file.records[0].problems.empty();
            unnoticed += noticed ? 0 : 1;
        }
        // Of gzip's header time, extra flags and system mean nothing; of zstd's one bit is unused,
        // and the window may be larger than it needs to be.
        CHECK_LE(unnoticed, coding == RecordCoding::gzip ? 6 : 2);
    }
}

TEST_CASE("digests that are wrong, absent, or of nobody's algorithm") {
    const std::string right = digest_of(DigestAlgorithm::sha1, "abc").label();
    const auto first = [](const std::string& bytes) { return read_all(bytes).records.at(0); };
    ReadRecord record = first(record_of("WARC-Block-Digest: " + right + "\r\n", "abc"));
    CHECK_EQ(record.block_digest, DigestCheck::right);
    CHECK_EQ(record.payload_digest, DigestCheck::absent);
    record = first(record_of("WARC-Block-Digest: " + right + "\r\n", "abd"));
    CHECK_EQ(record.problems, Problems{RecordProblem::block_digest_wrong});
    record = first(record_of("WARC-Payload-Digest: " + right + "\r\n", "abd"));
    CHECK_EQ(record.problems, Problems{RecordProblem::payload_digest_wrong});
    record = first(record_of("WARC-Payload-Digest: md5:x\r\nWARC-Block-Digest: ?\r\n", "abd"));
    CHECK_EQ(record.payload_digest, DigestCheck::unchecked);
    CHECK_EQ(record.block_digest, DigestCheck::unchecked);
    CHECK_EQ(record.problems, Problems{});
    record = first(record_of("WARC-Block-Digest: sha1:1112H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ\r\n", ""));
    CHECK_EQ(record.problems, Problems{RecordProblem::block_digest_wrong});
    record = first(record_of("WARC-Type: revisit\r\nWARC-Payload-Digest: " + right + "\r\n", ""));
    CHECK_EQ(record.payload_digest, DigestCheck::unchecked);
}

TEST_CASE("the payload of chunks may be their content or their bytes") {
    const std::string content = digest_of(DigestAlgorithm::sha1, "abc").label();
    const std::string framed = "3\r\nabc\r\n0\r\n\r\n";
    const std::string raw = digest_of(DigestAlgorithm::sha1, framed).label();
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const auto check = [&](const std::string& digest, const std::string& block) {
        return read_all(http_record(digest, block)).records.at(0).payload_digest;
    };
    CHECK_EQ(check(content, head + framed), DigestCheck::right);
    CHECK_EQ(check(raw, head + framed), DigestCheck::right);
    CHECK_EQ(check(content, head + "abc"), DigestCheck::right);
    CHECK_EQ(check(content, head + "3\r\nabd\r\n0\r\n\r\n"), DigestCheck::wrong);
    CHECK_EQ(check(content, "HTTP/1.1 200 OK\r\n\r\n" + framed), DigestCheck::wrong);
    CHECK_EQ(check(digest_of(DigestAlgorithm::sha1, "").label(), "HTTP/1.1 200 OK\r\n"),
             DigestCheck::right);
}

TEST_CASE("rubbish between records is passed over, and told") {
    const std::string one = record_of("", "abc");
    ReadFile file = read_all(one.substr(0, one.size() - 4) + "\0\0\r\n\r\n" + one);
    CHECK_EQ(file.records.size(), 2);
    CHECK_EQ(file.records[0].problems, Problems{RecordProblem::no_record_end});
    CHECK_EQ(file.records[1].problems, Problems{});
    file = read_all(one + "\r\n" + one + one.substr(0, one.size() - 2));
    CHECK_EQ(file.records.size(), 3);
    CHECK_EQ(file.records[0].problems, Problems{RecordProblem::no_record_end});
    CHECK_EQ(file.records[1].problems, Problems{});
    CHECK_EQ(file.records[2].problems, Problems{RecordProblem::no_record_end});
    file = read_all(gzipped(one + "<html>\n") + gzipped(one));
    CHECK_EQ(file.records.size(), 2);
    CHECK_EQ(file.records[0].problems, Problems{RecordProblem::no_record_end});
    CHECK_EQ(file.records[1].problems, Problems{});
}

TEST_CASE("records that share a member are read, and told") {
    const std::string one = record_of("", "abc");
    const ReadFile file = read_all(gzipped(one + one) + gzipped(one));
    REQUIRE_EQ(file.records.size(), 3);
    CHECK_EQ(file.records[0].problems, Problems{RecordProblem::shared_member});
    CHECK_EQ(file.records[1].problems, Problems{RecordProblem::shared_member});
    CHECK_EQ(file.records[2].problems, Problems{});
    CHECK_EQ(file.records[1].offset, 0);
    CHECK_EQ(file.records[2].offset, gzipped(one + one).size());
}

TEST_CASE("a block that is cut inside of its member") {
    const std::string one = record_of("", "abc");
    const ReadFile file = read_all(gzipped(one.substr(0, one.size() - 5)) + gzipped(one));
    REQUIRE_EQ(file.records.size(), 2);
    CHECK_EQ(file.records[0].problems, Problems{RecordProblem::block_short});
    CHECK_EQ(file.records[1].problems, Problems{});
}

TEST_CASE("what is no WARC file is refused, with the place") {
    const std::string one = record_of("", "abc");
    for (const std::string& bytes :
         {std::string("filedesc://a.arc 0.0.0.0 20140301000000 text/plain 1\n"), gzipped("<html>"),
          std::string("WARC/1.1\r\n\r\n"), std::string("WARC/1.1\r\nContent-Length: x\r\n\r\n"),
          std::string("WARC/1.1\r\nA: ") + std::string(300'000, 'x'),
          std::string("WARC/1.1\r\nContent-Length: 1"), one + one.substr(0, 20), gzipped(one) + "x",
          gzipped(one) + std::string(512, '\0'), zstd_coded(one) + "xxxxxxxx"}) {
        CAPTURE(bytes.substr(0, 40));
        const ReadFile file = read_all(bytes);
        REQUIRE(file.error.has_value());
        CHECK_EQ(file.error->code, ErrorCode::corrupt);
        CHECK_NE(file.error->message.find("at byte "), std::string::npos);
    }
}

TEST_CASE("frames of extensions are passed over, a dictionary is refused by name") {
    const std::string frame = zstd_coded(record_of("", "abc"));
    const auto skippable = [](char kind, std::string_view data) {
        std::string bytes{kind, '\x2a', '\x4d', '\x18', static_cast<char>(data.size()), 0, 0, 0};
        return bytes.append(data);
    };
    CHECK_EQ(
        read_all(frame + skippable('\x50', "hello") + skippable('\x5f', "") + frame).records.size(),
        2);
    const ReadFile file = read_all(skippable('\x5d', "dictionary") + frame);
    REQUIRE(file.error.has_value());
    CHECK_NE(file.error->message.find("dictionary"), std::string::npos);
    CHECK(read_all(frame + skippable('\x50', "hello").substr(0, 10)).error.has_value());
}

TEST_CASE("a record without a version does not break the reader") {
    const ReadFile file = read_all("WARC/\r\nx\r\nContent-Length: 0\r\n\r\n\r\n\r\n");
    CHECK(file.records.size() <= 1);
}
