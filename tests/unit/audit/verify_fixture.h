// A state, an archive and lists of pages as a crawl leaves them, of which a test may change a byte
// or a row.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "archive/posix_disk.h"
#include "archive/sealing.h"
#include "audit/verify.h"
#include "crawl/page_sink.h"
#include "frontier/frontier.h"
#include "support/archive_pages.h"
#include "support/temp_dir.h"

namespace crawld::test {

namespace fs = std::filesystem;
inline constexpr StoreOptions kSmall{.cache = mib(4), .memtables = mib(4), .sync = false};

// A state and an archive as a crawl leaves them, whose rows a test may change.
class VerifyFixture {
  public:
    VerifyFixture() {
        fs::create_directory(dir / "archive");
        auto opened = Store::open(dir / "db", kSmall);
        REQUIRE(opened.has_value());
        store = std::move(*opened);
    }

    // A sealed file of these pages; the numbers are those of archive_pages.h.
    void archive(const std::vector<int>& pages) {
        auto writer = ArchiveWriter::open(
            disk, {.directory = dir / "archive", .names = {.name = "{prefix}-{serial}"}},
            [&](const std::string& name, WallTime now) {
                const Record record =
                    warcinfo_record({9, ++files}, now, name, Warcinfo(), DigestAlgorithm::sha1);
                return RecordCompressor(RecordCoding::gzip).compress(record, false);
            });
        REQUIRE(writer.has_value());
        RecordCompressor compressor(RecordCoding::gzip);
        Batch batch;
        for (const int page : pages) {
            const auto records = visit_of(page, compressor);
            const auto appended = (*writer)->append(records, kArchiveBegin);
            REQUIRE(appended.has_value());
            batch.put(Family::archive, key_of(page),
                      encode(row_of(page, appended->file, appended->places[1])));
        }
        REQUIRE((*writer)->sync().has_value());
        (*writer)->committed();
        REQUIRE((*writer)->finish().has_value());
        for (FullFile& file : (*writer)->take_full()) {
            REQUIRE(seal_file(disk, dir / "archive", file).has_value());
            batch.put(Family::meta, sealed_key(file.name), encode_length(file.bytes));
            last_file = file.name;
        }
        REQUIRE(store->write(batch).has_value());
    }
    static ArchivedUrl row_of(int page, const std::string& file, RecordPlace place) {
        return {.copy = {.payload = digest_of(DigestAlgorithm::sha1, body_of(page)).bytes,
                         .date = exchange_of(page).date},
                .file = file,
                .place = place};
    }
    std::string key_of(int page) {
        return archived_url_key(url_key(*CanonicalUrl::parse(exchange_of(page).url), suffixes));
    }
    ArchivedUrl row(int page) {
        const auto value = store->get(Family::archive, key_of(page));
        REQUIRE((value.has_value() && value->has_value()));
        return *decode_archived_url(**value);
    }
    void put(int page, const ArchivedUrl& changed) {
        Batch batch;
        batch.put(Family::archive, key_of(page), encode(changed));
        REQUIRE(store->write(batch).has_value());
    }
    std::string path(const std::string& name) { return dir / ("archive/" + name); }
    void flip(const std::string& file, uint64_t offset) {
        std::fstream in(file, std::ios::binary | std::ios::in | std::ios::out);
        in.seekg(static_cast<std::streamoff>(offset));
        const char byte = static_cast<char>(in.get() ^ 1);
        in.seekp(static_cast<std::streamoff>(offset));
        in.put(byte);
    }

    // A list of these pages, which the state knows; they are archived.
    void list(const std::vector<int>& pages) {
        auto sink = open_list();
        add_lines(*sink, pages);
        REQUIRE(sink->finish(*store));
    }
    std::unique_ptr<PageSink> open_list() {
        fs::create_directory(dir / "pages");
        auto opened = PageSink::open(
            {disk, *log, {.directory = dir / "pages", .names = page_file_names()}}, *store);
        REQUIRE(opened.has_value());
        return std::move(*opened);
    }
    void add_lines(PageSink& sink, const std::vector<int>& pages) {
        std::vector<ArchivedExchange> group;
        for (const int page : pages) {
            FinishedExchange finished;
            finished.url = *CanonicalUrl::parse(exchange_of(page).url);
            finished.sent_at = exchange_of(page).date;
            finished.status = 200;
            PageFacts facts;
            facts.summary.title = "page " + std::to_string(page);
            const ArchivedUrl archived = row(page);
            group.push_back({.records = {},
                             .copy = {},
                             .page_line = begin_page_line(finished, facts),
                             .file = archived.file,
                             .place = archived.place});
            known.push_back({.key = url_key(finished.url, suffixes),
                             .host = "www.example.org",
                             .outcome = 0,
                             .status = 200});
        }
        REQUIRE(sink.append(group, kArchiveBegin));
        Batch batch;
        sink.put(batch);
        auto frontier = Frontier::open(*store, {});
        REQUIRE(frontier.has_value());
        REQUIRE((*frontier)->add_fetched(known, batch, kArchiveBegin).has_value());
        sink.committed();
    }
    std::string list_path() {
        const auto names = *disk.list(dir / "pages");
        REQUIRE_EQ(names.size(), 1);
        return dir / ("pages/" + names.front());
    }
    std::string text_of_list() {
        std::ifstream in(list_path());
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void write_list(const std::string& text) { std::ofstream(list_path()) << text; }

    // What is found, one line a fault.
    std::vector<std::string> faults(bool moved = false) {
        store.reset();
        std::vector<std::string> told;
        const auto counts = verify(
            {.database = dir / "db",
             .archive = dir / "archive",
             .pages = dir / "pages",
             .temporary_directory = dir.path(),
             .store = kSmall,
             .moved = moved,
             .disk = disk,
             .suffixes = suffixes,
             .sink = [&](const Fault& fault) {
                 told.push_back(fs::path(fault.file).filename().string() + " " +
                                (fault.offset ? std::to_string(*fault.offset) : "-") + " " +
                                (fault.line ? "line " + std::to_string(*fault.line) + " " : "") +
                                fault.url + " " + fault.what);
             }});
        REQUIRE_MESSAGE(counts.has_value(), counts.error().message);
        CHECK_EQ(counts->faults, told.size());
        last = *counts;
        return told;
    }
    void expect_one(const std::vector<std::string>& words, bool moved = false) {
        const std::vector<std::string> told = faults(moved);
        std::string all;
        for (const std::string& line : told)
            all += line + "\n";
        CHECK_MESSAGE(told.size() == 1, all);
        for (const std::string& word : words)
            CHECK_MESSAGE(all.find(word) != all.npos, word << " in " << all);
    }

    TempDir dir;
    PosixDisk disk;
    Suffixes suffixes;
    std::unique_ptr<Log> log =
        *Log::open({.clock = [] { return kArchiveBegin; }, .capture = [](auto) {}});
    std::unique_ptr<Store> store;
    std::vector<FetchedElsewhere> known;
    uint64_t files = 0;
    std::string last_file;
    VerifyCounts last;
};

}  // namespace crawld::test
