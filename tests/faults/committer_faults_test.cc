// What the committer makes of a failure: a full disk is waited for, damage ends the process, and a
// call whose caller waits for the answer does not go without both.
#include "crawl/committer.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "faults/fault_fs.h"
#include "store/store_env.h"
#include "support/sim_loop.h"
#include "support/temp_dir.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr uint64_t kFirstAppend = 0;
constexpr std::string_view kProgress = "seeds:file";

struct FaultyCommitter : CommitterListener {
    FaultyCommitter() {
        open();
        REQUIRE(add("http://a/1").has_value());
        open();  // what was in the log is in tables now
    }
    // Without a cache, so that every read of what is in a file is one of the disk.
    void open() {
        committer.reset();
        auto store =
            open_store_on(*env, dir / "db", {.cache = mib(0), .memtables = mib(1), .sync = true});
        REQUIRE_MESSAGE(store.has_value(), store.error().message);
        auto frontier = Frontier::open(
            **store, {.recent_urls = 1024, .host_rows_cached = 16, .known_filter_urls = 1024});
        REQUIRE_MESSAGE(frontier.has_value(), frontier.error().message);
        committer = std::make_unique<Committer>(std::move(*store), std::move(*frontier), thread,
                                                *this, "crawld");
    }
    Result<uint64_t> add(const std::string& text) {
        const auto url = CanonicalUrl::parse(text);
        const HostKey key = host_key(url->host(), url->host());
        Result<uint64_t> result = 0;
        REQUIRE(committer->add({{.url = *url, .key = url_key(*url, key)}}, std::string(kProgress),
                               "here", loop.wall(), loop,
                               [&](Result<uint64_t> added) { result = std::move(added); }));
        run();
        return result;
    }
    void fill_disk() {
        // What RocksDB tidies up after it was opened may be the operation that fails.
        for (int i = 0; i < 100 && !committer->no_space(); ++i) {
            disk->fail_at(kFirstAppend, Fault::no_space);
            (void)add("http://b/" + std::to_string(i));
        }
        REQUIRE(committer->no_space());
        REQUIRE(fatal.empty());
    }
    void damage_tables() {
        size_t damaged = 0;
        for (const auto& entry : std::filesystem::directory_iterator(dir / "db")) {
            if (entry.path().extension() != ".sst") continue;
            std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
            file << std::string(40, 'x');
            ++damaged;
        }
        REQUIRE(damaged > 0);
    }
    void run() { loop.run_until_idle(loop.now() + hours(1)); }

    void on_woken(const std::vector<HostWake>&) override {}
    void on_fatal(const Error& error) override { fatal.push_back(error); }

    TempDir dir;
    SimLoop loop;
    SimExecutor thread{loop, milliseconds(3), 8};
    std::shared_ptr<FaultFileSystem> disk = std::make_shared<FaultFileSystem>();
    std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(disk);
    std::vector<Error> fatal;
    std::unique_ptr<Committer> committer;
};

}  // namespace

TEST_CASE_FIXTURE(FaultyCommitter, "a full disk ends nothing, and is over when there is room") {
    fill_disk();
    bool answered = false;
    REQUIRE(committer->get_meta(std::string(kProgress), loop,
                                [&](const std::optional<std::string>& value) {
                                    CHECK_EQ(value, "here");
                                    answered = true;
                                }));
    run();
    CHECK(answered);
    loop.run_for(seconds(2));
    CHECK_EQ(add("http://c/1").value_or(0), 1);
    CHECK_FALSE(committer->no_space());
    CHECK(fatal.empty());
}

namespace {

void check_damage(bool full, const std::function<bool(FaultyCommitter&)>& ask) {
    CAPTURE(full);
    FaultyCommitter it;
    if (full) it.fill_disk();
    it.damage_tables();
    REQUIRE(ask(it));
    it.run();
    REQUIRE_EQ(it.fatal.size(), 1);
    CHECK_EQ(it.fatal.front().code, ErrorCode::corrupt);
}

}  // namespace

TEST_CASE("a host that cannot be read is damage, whether the disk is full or not") {
    for (const bool full : {false, true})
        check_damage(full, [](FaultyCommitter& it) {
            return it.committer->load(
                {.host = host_key("a", "a"), .most = {10}, .robots_known = {}}, it.loop,
                [](LoadReply) { FAIL("told"); });
        });
}

TEST_CASE("a value that cannot be read is damage, whether the disk is full or not") {
    for (const bool full : {false, true})
        check_damage(full, [](FaultyCommitter& it) {
            return it.committer->get_meta(std::string(kProgress), it.loop,
                                          [](const std::optional<std::string>&) { FAIL("told"); });
        });
}
