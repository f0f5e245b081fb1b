#include "crawl/page_sink.h"

#include <doctest/doctest.h>

#include "crawl/archive_rows.h"
#include "support/fault_disk.h"
#include "support/sim_loop.h"
#include "support/temp_dir.h"

using namespace crawld;
using namespace crawld::test;

namespace {

// A sink over a real store and a disk with faults; a process is what lies between two start().
struct SinkFixture {
    SinkFixture() {
        log = *Log::open({.clock = [this] { return loop.wall(); }, .capture = [](auto) {}});
        auto made = Store::open(dir / "db", {.cache = mib(4), .memtables = mib(4), .sync = false});
        REQUIRE(made.has_value());
        store = std::move(*made);
        start();
    }
    void start() {
        sink.reset();
        auto opened = PageSink::open({disk, *log, options}, *store);
        REQUIRE(opened.has_value());
        sink = std::move(*opened);
    }
    static std::vector<ArchivedExchange> group_of(int first, int count) {
        std::vector<ArchivedExchange> group(static_cast<size_t>(count));
        for (int i = 0; i < count; ++i)
            group[static_cast<size_t>(i)].page_line = "{\"n\":" + std::to_string(first + i);
        return group;
    }
    // The whole order of a commit.
    void commit(int first, int count) {
        REQUIRE(sink->append(group_of(first, count), loop.wall()));
        write_batch();
        sink->committed();
    }
    void write_batch() {
        Batch batch;
        sink->put(batch);
        REQUIRE(store->write(batch));
    }
    std::string only_file() {
        const auto names = *disk.list(options.directory);
        REQUIRE_EQ(names.size(), 1);
        return names.front();
    }
    std::string content(const std::string& name) {
        return disk.contents(options.directory + "/" + name);
    }
    size_t lengths() const { return page_lengths(*store)->size(); }

    TempDir dir;
    SimLoop loop;
    FaultDisk disk;
    ArchiveWriterOptions options{.directory = "/pages", .names = page_file_names()};
    std::unique_ptr<Log> log;
    std::unique_ptr<Store> store;
    std::unique_ptr<PageSink> sink;
};

}  // namespace

TEST_CASE("the line of a page leaves out what is empty, and is one whatever the page says") {
    FinishedExchange exchange;
    exchange.url = *CanonicalUrl::parse("http://a.example/");
    exchange.sent_at = wall_from_us(1'000'000);
    exchange.status = 200;
    PageFacts facts;
    facts.mime = "text/html";
    facts.parser = "scanner";
    facts.summary = {.title = "a \"title\"\n\x1b[2J", .language = {}, .text_bytes = 12};
    CHECK_EQ(begin_page_line(exchange, facts),
             R"({"url":"http://a.example/","fetched":"1970-01-01T00:00:01.000000Z","status":200,)"
             R"("mime":"text/html","title":"a \"title\"\n\u001b[2J","text_bytes":12)");
}

TEST_CASE_FIXTURE(SinkFixture, "lines are in a file that gets its name at a stop") {
    commit(0, 2);
    commit(2, 1);
    CHECK(only_file().ends_with("-00000.jsonl.open"));
    CHECK_EQ(lengths(), 1);
    REQUIRE(sink->finish(*store));
    CHECK(only_file().ends_with("-00000.jsonl"));
    CHECK_EQ(content(only_file()), "{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n");
    CHECK_EQ(lengths(), 0);
}

TEST_CASE_FIXTURE(SinkFixture,
                  "a page's place in the archive ends its line; a group without pages has none") {
    auto group = group_of(7, 1);
    group[0].file = "crawld-1.warc.gz";
    group[0].place = {.offset = 90, .length = 10};
    group.emplace_back();  // a robots.txt
    REQUIRE(sink->append(group, loop.wall()));
    write_batch();
    sink->committed();
    REQUIRE(sink->append({ArchivedExchange{}}, loop.wall()));
    write_batch();
    sink->committed();
    CHECK_EQ(content(only_file()),
             "{\"n\":7,\"warc_file\":\"crawld-1.warc.gz\",\"warc_offset\":90}\n");
}

TEST_CASE_FIXTURE(SinkFixture, "what was not committed is cut at the next start") {
    commit(0, 1);
    REQUIRE(sink->append(group_of(1, 5), loop.wall()));
    start();
    CHECK_EQ(content(only_file()), "{\"n\":0}\n");
    CHECK(!only_file().ends_with(".open"));
    CHECK_EQ(lengths(), 0);
    start();
    CHECK_EQ(content(only_file()), "{\"n\":0}\n");
}

TEST_CASE_FIXTURE(SinkFixture, "a group that failed is rolled back, and given again") {
    commit(0, 1);
    REQUIRE(sink->append(group_of(1, 1), loop.wall()));
    REQUIRE(sink->append(group_of(1, 1), loop.wall()));  // the batch had failed
    write_batch();
    sink->committed();
    CHECK_EQ(content(only_file()), "{\"n\":0}\n{\"n\":1}\n");
}

TEST_CASE_FIXTURE(SinkFixture, "a file that is full gets its name, and another is begun") {
    options.file_max = ByteSize{10};
    start();
    commit(0, 2);
    commit(2, 2);
    commit(4, 1);
    size_t open = 0;
    const auto names = *disk.list(options.directory);
    for (const std::string& name : names)
        open += name.ends_with(".open") ? 1 : 0;
    CHECK_EQ(names.size(), 3);
    CHECK_EQ(open, 1);
    CHECK_EQ(lengths(), 2);  // one is told with the next group
    REQUIRE(sink->finish(*store));
    CHECK_EQ(lengths(), 0);
}

TEST_CASE_FIXTURE(SinkFixture, "a file that has its name may be moved away at once") {
    commit(0, 2);
    REQUIRE(sink->tick(*store, loop.wall() + hours(25)));
    REQUIRE(disk.remove(options.directory + "/" + only_file()));
    start();
}

TEST_CASE_FIXTURE(SinkFixture, "a full disk passes, and is final where it is found by the sync") {
    commit(0, 1);
    SUBCASE("found by the write") {
        disk.fail_at(0, Fault::no_space);
        CHECK_FALSE(sink->append(group_of(1, 1), loop.wall()));
        CHECK(sink->out_of_room());
        commit(1, 1);
        CHECK_FALSE(sink->out_of_room());
    }
    SUBCASE("found by the sync") {
        disk.fail_at(1, Fault::no_space);
        CHECK_FALSE(sink->append(group_of(1, 1), loop.wall()));
        CHECK_FALSE(sink->out_of_room());
        CHECK_FALSE(sink->append(group_of(1, 1), loop.wall()));
    }
}

TEST_CASE_FIXTURE(SinkFixture, "a committed line that is not there is damage, and named") {
    commit(0, 3);
    const std::string path = options.directory + "/" + only_file();
    REQUIRE((*disk.open_to_write(path))->truncate(5));
    sink.reset();
    const auto opened = PageSink::open({disk, *log, options}, *store);
    REQUIRE(!opened.has_value());
    CHECK_EQ(opened.error().code, ErrorCode::corrupt);
    CHECK(opened.error().message.find(path) != std::string::npos);
}
