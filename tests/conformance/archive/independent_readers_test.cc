// What we write, read by programs of others: gzip, warcio, cdxj-indexer. Each that is not installed
// is said to be SKIPPED.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "archive/posix_disk.h"
#include "support/archive_pages.h"
#include "support/suite.h"
#include "support/temp_dir.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr int kVisits = 30;

std::string quoted(const std::string& text) {
    return "'" + text + "'";
}
int status_of(const std::string& command) {
    return std::system(command.c_str());
}
std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

// Revisits of both kinds, a head that said chunked, a body that came compressed, a cut one.
std::vector<ReadyRecord> odd_records(RecordCompressor& compressor) {
    std::vector<ReadyRecord> records;
    int number = 1000;
    const auto add = [&](const Exchange& exchange, const Record& record, std::string_view mime,
                         bool revisit, int status) {
        records.push_back(
            {compressor.compress(record, true),
             cdxj_entry(CanonicalUrl::parse(exchange.url).value(), exchange.date, status, mime,
                        record.payload_digest ? record.payload_digest->label() : "", revisit)});
        ++number;
    };
    const std::string chunked =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";
    // What looks like a chunk, and is the text itself.
    const std::string text = "3\r\nabc and more\r\n";
    Exchange exchange = exchange_of(number);
    add(exchange,
        response_record(
            exchange, {.id = id_of(number, 2), .head = chunked, .body = text, .concurrent_to = {}},
            Truncation::none),
        "text/plain", false, 200);
    exchange = exchange_of(number);
    exchange.digests = DigestAlgorithm::sha256;
    add(exchange,
        response_record(
            exchange,
            {.id = id_of(number, 2), .head = head_of(1), .body = "cut", .concurrent_to = {}},
            Truncation::disconnect),
        "text/html", false, 200);
    const Original original{
        .id = id_of(1, 2), .url = exchange_of(1).url, .date = exchange_of(1).date};
    exchange = exchange_of(number);
    add(exchange,
        identical_payload_record(
            exchange, {.id = id_of(number, 2), .head = head_of(1), .body = {}, .concurrent_to = {}},
            digest_of(DigestAlgorithm::sha1, body_of(1)), original),
        "text/html", true, 200);
    exchange = exchange_of(number);
    add(exchange,
        not_modified_record(exchange,
                            {.id = id_of(number, 2),
                             .head = "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n",
                             .body = {},
                             .concurrent_to = {}},
                            original),
        "", true, 304);
    return records;
}

struct Written {
    Written(const std::string& directory, RecordCoding coding) {
        PosixDisk disk;
        RecordCompressor compressor(coding);
        ArchiveWriterOptions options;
        options.directory = directory;
        options.names.coding = coding;
        auto writer = ArchiveWriter::open(disk, options, warcinfo_maker(coding)).value();
        for (int i = 0; i < kVisits; ++i)
            append(*writer, visit_of(i, compressor));
        append(*writer, odd_records(compressor));
        REQUIRE(writer->sync().has_value());
        writer->committed();
        REQUIRE(writer->finish().has_value());
        FullFile full = writer->take_full().at(0);
        const auto sealed = seal_file(disk, directory, full);
        REQUIRE_MESSAGE(sealed.has_value(), sealed.error().error.message);
        path = directory + "/" + sealed->name;
        index = directory + "/" + index_name(sealed->name);
        lines = sealed->lines;
        records = 1 + kVisits * 3 + 4;
    }
    static void append(ArchiveWriter& writer, const std::vector<ReadyRecord>& group) {
        REQUIRE(writer.append(group, kArchiveBegin).has_value());
    }
    std::string path;
    std::string index;
    uint64_t lines = 0;
    int records = 0;
};

// Every record, its digests, and for each line of the index the record that lies there.
constexpr const char* kWarcio = R"(
import json, sys
from warcio.archiveiterator import ArchiveIterator
path, index = sys.argv[1:]
records = 0
with open(path, "rb") as file:
    it = ArchiveIterator(file, check_digests=True)
    for record in it:
        content = record.content_stream().read()
        if record.digest_checker.passed is False:
            sys.exit("digest of %s: %s" % (record.rec_headers, record.digest_checker.problems))
        if record.rec_headers.get_header("WARC-Target-URI", "").endswith("/1000?n=1"):
            assert content == b"3\r\nabc and more\r\n", content
        records += 1
    assert it.err_count == 0
with open(path, "rb") as file:
    for line in open(index):
        entry = json.loads(line.split(" ", 2)[2])
        file.seek(int(entry["offset"]))
        record = next(iter(ArchiveIterator(file)))
        assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"], line
        assert record.http_headers.get_statuscode() == entry["status"], line
print(records)
)";

// The same lines, but for the digest of a 304, which that program makes up.
constexpr const char* kIndexer = R"(
import io, json, sys, tempfile, warnings
warnings.filterwarnings("ignore")
from cdxj_indexer.main import CDXJIndexer
path, index = sys.argv[1:]
out = tempfile.mktemp()
CDXJIndexer(out, [path], sort=True).process_all()
def read(name):
    lines = []
    for line in open(name):
        key, time, rest = line.split(" ", 2)
        entry = {k: v for k, v in json.loads(rest).items() if v is not None}
        if entry.get("status") == "304": entry.pop("digest", None)
        lines.append((key, time, entry))
    return lines
ours, theirs = read(index), read(out)
for one, other in zip(ours, theirs):
    if one != other: sys.exit("ours %s theirs %s" % (one, other))
assert len(ours) == len(theirs)
)";

bool has_python_module(const std::string& name) {
    return status_of("python3 -c 'import " + name + "' 2>/dev/null") == 0;
}

}  // namespace

TEST_CASE("gzip finds every file whole") {
    Suite suite("independent readers: gzip -t, zstd -t");
    const TempDir dir;
    for (const auto& [coding, program] :
         {std::pair(RecordCoding::gzip, "gzip"), std::pair(RecordCoding::zstd, "zstd")}) {
        if (status_of("command -v " + std::string(program) + " >/dev/null") != 0) {
            std::printf("SKIPPED: %s is not installed\n", program);
            continue;
        }
        const Written written(dir.path().string(), coding);
        const bool whole = status_of(std::string(program) + " -q -t " + quoted(written.path)) == 0;
        CHECK(whole);
        suite.add(whole);
    }
}

TEST_CASE("warcio reads as many records, and finds their digests right") {
    Suite suite("independent readers: warcio");
    if (!has_python_module("warcio")) {
        std::printf("SKIPPED: the Python module warcio is not installed\n");
        suite.skip("the Python module warcio is not installed");
        return;
    }
    const TempDir dir;
    std::ofstream(dir / "read.py") << kWarcio;
    for (const RecordCoding coding : {RecordCoding::gzip, RecordCoding::none}) {
        const Written written(dir.path().string(), coding);
        const bool read =
            status_of("python3 " + quoted(dir / "read.py") + " " + quoted(written.path) + " " +
                      quoted(written.index) + " > " + quoted(dir / "out")) == 0;
        CHECK(read);
        CHECK_EQ(text_of(dir / "out"), std::to_string(written.records) + "\n");
        suite.add(read && text_of(dir / "out") == std::to_string(written.records) + "\n");
    }
}

TEST_CASE("cdxj-indexer makes the same index") {
    Suite suite("independent readers: cdxj-indexer");
    if (!has_python_module("cdxj_indexer")) {
        std::printf("SKIPPED: the Python module cdxj_indexer is not installed\n");
        suite.skip("the Python module cdxj_indexer is not installed");
        return;
    }
    const TempDir dir;
    std::ofstream(dir / "read.py") << kIndexer;
    for (const RecordCoding coding : {RecordCoding::gzip, RecordCoding::none}) {
        const Written written(dir.path().string(), coding);
        CHECK_EQ(written.lines, kVisits + 4);
        const bool same = status_of("python3 " + quoted(dir / "read.py") + " " +
                                    quoted(written.path) + " " + quoted(written.index)) == 0;
        CHECK(same);
        suite.add(same);
    }
}
