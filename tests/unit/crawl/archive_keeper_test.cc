#include "crawl/archive_keeper.h"

#include <doctest/doctest.h>

#include "archive/warc_reader.h"
#include "crawl/archive_rows.h"
#include "support/archive_pages.h"
#include "support/fault_disk.h"
#include "support/sim_loop.h"
#include "support/temp_dir.h"

using namespace crawld;
using namespace crawld::test;

namespace {

// A keeper over a real store and a disk with faults; a process is what lies between two open().
struct KeeperFixture {
    KeeperFixture() {
        auto opened =
            Log::open({.clock = [this] { return loop.wall(); },
                       .capture = [this](std::string_view line) { said.emplace_back(line); }});
        log = std::move(*opened);
        auto made = Store::open(dir / "db", {.cache = mib(4), .memtables = mib(4), .sync = false});
        REQUIRE(made.has_value());
        store = std::move(*made);
        start();
    }
    Status try_start() {
        keeper.reset();
        auto opened = ArchiveKeeper::open({.disk = disk,
                                           .workers = workers,
                                           .log = *log,
                                           .options = options,
                                           .make_warcinfo = warcinfo_maker(RecordCoding::gzip)},
                                          *store);
        if (!opened) return tl::unexpected(opened.error());
        keeper = std::move(*opened);
        return {};
    }
    void start() {
        Status started = try_start();
        REQUIRE_MESSAGE(started.has_value(), started.error().message);
    }
    static std::vector<ArchivedExchange> group_of(int first, int count) {
        std::vector<ArchivedExchange> group;
        for (int i = first; i < first + count; ++i) {
            ArchivedExchange exchange;
            RecordCompressor compressor(RecordCoding::gzip);
            exchange.records = visit_of(i, compressor);
            std::swap(exchange.records[0], exchange.records[1]);  // the response first
            exchange.key = key_of(i);
            exchange.copy = {.payload = "payload " + std::to_string(i),
                             .date = exchange_of(i).date};
            group.push_back(std::move(exchange));
        }
        return group;
    }
    static UrlKey key_of(int i) {
        return {.host = HostKey{7}, .url = static_cast<uint64_t>(i) + 1};
    }
    // As Committer does.
    Status commit(std::vector<ArchivedExchange>& group) {
        if (Status appended = keeper->append(group, now); !appended) return appended;
        Batch batch;
        keeper->put(batch, group);
        if (Status written = store->write(batch); !written) return written;
        keeper->committed();
        return {};
    }
    void run() { loop.run_until_idle(loop.now() + hours(1)); }
    // The URLs of the responses in all files, sealed or open.
    std::vector<std::string> archived() {
        std::vector<std::string> urls;
        for (const std::string& name : names()) {
            if (name.find(".warc.gz") == std::string::npos) continue;
            const auto reader = WarcReader::open(disk, "/d/" + name);
            REQUIRE(reader.has_value());
            for (;;) {
                const auto record = (*reader)->next();
                REQUIRE_MESSAGE(record.has_value(), record.error().message);
                if (!*record) break;
                CHECK((*record)->problems.empty());
                if ((*record)->type() == "response") urls.emplace_back((*record)->target_uri());
            }
        }
        return urls;
    }
    std::vector<std::string> names() {
        auto names = disk.list("/d");
        REQUIRE(names.has_value());
        return std::move(*names);
    }
    static std::vector<std::string> pages(int count) {
        std::vector<std::string> urls;
        for (int i = 0; i < count; ++i)
            urls.push_back(exchange_of(i).url);
        return urls;
    }
    bool has_said(std::string_view text) const {
        for (const std::string& line : said)
            if (line.find(text) != std::string::npos) return true;
        return false;
    }

    TempDir dir;
    SimLoop loop;
    FaultDisk disk;
    SimExecutor workers{loop, milliseconds(3), 8};
    WallTime now = kArchiveBegin;
    ArchiveWriterOptions options{.directory = "/d", .names = {}, .file_max = ByteSize{8000}};
    std::vector<std::string> said;
    std::unique_ptr<Log> log;
    std::unique_ptr<Store> store;
    std::unique_ptr<ArchiveKeeper> keeper;
};

}  // namespace

TEST_CASE("ArchiveKeeper: what is committed is there at its place, and full files are sealed") {
    KeeperFixture f;
    for (int i = 0; i < 12; i += 2) {
        auto group = f.group_of(i, 2);
        REQUIRE(f.commit(group));
        for (const ArchivedExchange& exchange : group) {
            CHECK_FALSE(exchange.file.empty());
            CHECK(exchange.place.length > 0);
        }
        f.run();
    }
    CHECK(f.has_said("archive.sealed"));
    REQUIRE(f.keeper->finish(*f.store));
    CHECK(f.archived() == f.pages(12));
    for (const std::string& name : f.names())
        CHECK_FALSE(name.ends_with(".open"));
    // What is sealed need not be there at the next start.
    for (const std::string& name : f.names())
        REQUIRE(f.disk.remove("/d/" + name));
    f.start();
}

TEST_CASE("ArchiveKeeper: a sealed file may be moved away, though no group came after it") {
    KeeperFixture f;
    auto group = f.group_of(0, 12);
    REQUIRE(f.commit(group));
    REQUIRE(f.keeper->tick(*f.store, f.now));
    f.run();
    REQUIRE(f.has_said("archive.sealed"));
    REQUIRE(f.keeper->tick(*f.store, f.now));
    SUBCASE("") {}
    SUBCASE("and there was a stop") {
        REQUIRE(f.keeper->finish(*f.store));
    }
    for (const std::string& name : f.names())
        REQUIRE(f.disk.remove("/d/" + name));
    f.start();
}

TEST_CASE("ArchiveKeeper: what was not committed at the end is cut at the next start") {
    KeeperFixture f;
    auto first = f.group_of(0, 2);
    REQUIRE(f.commit(first));
    auto lost = f.group_of(2, 1);
    REQUIRE(f.keeper->append(lost, f.now));
    f.start();
    CHECK(f.has_said("\"cut\":1"));
    f.run();
    auto again = f.group_of(2, 1);
    REQUIRE(f.commit(again));
    REQUIRE(f.keeper->finish(*f.store));
    CHECK(f.archived() == f.pages(3));
}

TEST_CASE("ArchiveKeeper: a group whose batch failed is appended again, once") {
    KeeperFixture f;
    auto group = f.group_of(0, 2);
    REQUIRE(f.keeper->append(group, f.now));
    SUBCASE("the first of its file") {}
    SUBCASE("behind others") {
        REQUIRE(f.commit(group));
        group = f.group_of(2, 2);
        REQUIRE(f.keeper->append(group, f.now));
    }
    REQUIRE(f.commit(group));
    REQUIRE(f.keeper->finish(*f.store));
    CHECK(f.archived() == f.pages(static_cast<int>(f.archived().size())));
}

TEST_CASE("ArchiveKeeper: a full disk passes, a sync that fails does not") {
    KeeperFixture f;
    auto group = f.group_of(0, 2);
    SUBCASE("full") {
        f.disk.fail_at(1, Fault::no_space);
        CHECK_FALSE(f.commit(group));
        CHECK(f.keeper->out_of_room());
        REQUIRE(f.commit(group));
        CHECK_FALSE(f.keeper->out_of_room());
        REQUIRE(f.keeper->finish(*f.store));
        CHECK(f.archived() == f.pages(2));
    }
    SUBCASE("sync") {
        REQUIRE(f.commit(group));
        auto more = f.group_of(2, 1);
        // Whatever it says: of what was not synced nobody knows what is on the disk.
        SUBCASE("that cannot write") {
            f.disk.fail_at(1, Fault::io_error);
        }
        SUBCASE("that finds the disk full") {
            f.disk.fail_at(1, Fault::no_space);
        }
        CHECK_FALSE(f.commit(more));
        CHECK_FALSE(f.keeper->out_of_room());
        CHECK_FALSE(f.commit(more));
    }
}

TEST_CASE("ArchiveKeeper: a committed record that is gone is told, and nothing is touched") {
    KeeperFixture f;
    auto group = f.group_of(0, 2);
    REQUIRE(f.commit(group));
    const std::string path = "/d/" + group[0].file + ".open";
    const std::string bytes = f.disk.contents(path);
    f.disk.put(path, bytes.substr(0, bytes.size() - 1));
    const Status started = f.try_start();
    REQUIRE_FALSE(started.has_value());
    CHECK(exit_code(started.error().code) == 65);
    CHECK(started.error().message.find(path) != std::string::npos);
    CHECK(f.disk.contents(path).size() == bytes.size() - 1);
}

TEST_CASE("ArchiveKeeper: what is archived of a URL is known later") {
    KeeperFixture f;
    auto group = f.group_of(0, 2);
    REQUIRE(f.commit(group));
    std::vector<QueuedUrl> urls;
    for (const int i : {5, 1, 0})
        urls.push_back(
            {.url = CanonicalUrl::parse(exchange_of(i).url).value(), .key = f.key_of(i)});
    REQUIRE(ArchiveKeeper::recall(*f.store, urls));
    CHECK(urls[0].archived.date == WallTime{});
    CHECK(urls[1].archived.payload == "payload 1");
    CHECK(urls[2].archived.date == exchange_of(0).date);
}

TEST_CASE("ArchiveKeeper: a payload is found once its record is committed") {
    KeeperFixture f;
    const Digest payload = digest_of(DigestAlgorithm::sha1, "payload 0");
    auto group = f.group_of(0, 2);
    group[0].new_payload = payload.bytes;
    group[0].original = {.id = {}, .url = exchange_of(0).url, .date = exchange_of(0).date};
    REQUIRE(f.keeper->append(group, f.now));
    CHECK_FALSE(ArchiveKeeper::find_original(*f.store, payload)->has_value());
    REQUIRE(f.commit(group));
    const auto found = ArchiveKeeper::find_original(*f.store, payload);
    REQUIRE((found && found->has_value()));
    CHECK((*found)->url == exchange_of(0).url);
    CHECK((*found)->date == exchange_of(0).date);

    Batch batch;
    batch.put(Family::payload, payload.bytes, "nonsense");
    REQUIRE(f.store->write(batch));
    const auto damaged = ArchiveKeeper::find_original(*f.store, payload);
    REQUIRE_FALSE(damaged.has_value());
    CHECK(damaged.error().code == ErrorCode::corrupt);
    CHECK(damaged.error().message.find(payload.label()) != std::string::npos);
}

TEST_CASE("ArchiveKeeper: the row of a URL says whose copy later visits refer to") {
    ArchivedUrl row{.copy = {.payload = "p", .date = exchange_of(0).date},
                    .file = "f",
                    .place = {.offset = 3, .length = 4}};
    for (const std::string url : {"", "http://b.example/"}) {
        row.copy.url = url;
        const auto read = decode_archived_url(encode(row));
        REQUIRE(read.has_value());
        CHECK(read->copy.url == url);
        CHECK(read->copy.date == row.copy.date);
        CHECK(read->place.length == 4);
    }
}
