// A host that leaves memory while the disk is full.
#include <doctest/doctest.h>

#include "faults/fault_fs.h"
#include "frontier/frontier.h"
#include "store/store_env.h"
#include "support/temp_dir.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr uint64_t kFirstAppend = 0;

NewUrl page(std::string_view host, int number) {
    const auto url =
        CanonicalUrl::parse("http://" + std::string(host) + "/" + std::to_string(number));
    REQUIRE(url.has_value());
    return {.url = *url, .key = url_key(*url, host_key(host, host))};
}

struct FullDisk {
    FullDisk() {
        reopen();
        Batch extra;
        const std::array urls{page("a", 1), page("a", 2), page("a", 3)};
        REQUIRE(frontier->add(urls, "", extra, now, woken).has_value());
        woken.clear();
    }
    void reopen() {
        frontier.reset();
        store.reset();
        auto store_opened =
            open_store_on(*env, dir / "db", {.cache = mib(1), .memtables = mib(1), .sync = true});
        REQUIRE_MESSAGE(store_opened.has_value(), store_opened.error().message);
        store = std::move(*store_opened);
        auto opened = Frontier::open(
            *store, {.recent_urls = 1024, .host_rows_cached = 16, .known_filter_urls = 1024});
        REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
        frontier = std::move(*opened);
    }
    std::vector<QueuedUrl> load() {
        auto loaded = frontier->load(host, 10);
        REQUIRE_MESSAGE(loaded.has_value(), loaded.error().message);
        return std::move(loaded->urls);
    }
    bool is_woken() {
        woken.clear();
        REQUIRE(frontier->wake(now, 10, woken));
        return woken.size() == 1 && woken.front().key == host;
    }
    // As the crawler does: it has forgotten the host, whatever becomes of the call.
    void fail_to_release() {
        disk->fail_at(kFirstAppend, Fault::no_space);
        REQUIRE_FALSE(frontier->release(host, {.name = "a"}, now + hours(1)).has_value());
        REQUIRE(store->no_space());
        disk->stop_failing();
        REQUIRE(store->resume());
    }
    void settle(const QueuedUrl& item) {
        std::vector<Settled> group;
        group.push_back({.key = item.key, .chunk = item.chunk, .again = item});
        group.front().host.name = "a";
        Batch extra;
        const Status committed = frontier->commit(group, extra, now, woken);
        REQUIRE_MESSAGE(committed.has_value(), committed.error().message);
    }

    TempDir dir;
    std::shared_ptr<FaultFileSystem> disk = std::make_shared<FaultFileSystem>();
    std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(disk);
    std::unique_ptr<Store> store;
    std::unique_ptr<Frontier> frontier;
    const HostKey host = host_key("a", "a");
    WallTime now = wall_from_us(1'000'000);
    std::vector<HostWake> woken;
};

}  // namespace

TEST_CASE_FIXTURE(FullDisk, "a host that could not be released is woken again, with all its URLs") {
    REQUIRE(is_woken());
    CHECK_EQ(load().size(), 3);
    CHECK_FALSE(is_woken());
    fail_to_release();
    CHECK(is_woken());
    CHECK_EQ(load().size(), 3);
}

TEST_CASE_FIXTURE(FullDisk, "what is settled after a release that failed is not handed out again") {
    REQUIRE(is_woken());
    const QueuedUrl first = load().front();
    fail_to_release();
    SUBCASE("") {}
    SUBCASE("and other hosts took the place of its row in memory") {
        for (int i = 0; i < 100; ++i)
            REQUIRE(frontier->knows(HostKey{static_cast<uint64_t>(i)}).has_value());
    }
    settle(first);
    const std::vector<QueuedUrl> rest = load();
    REQUIRE_EQ(rest.size(), 2);
    CHECK(rest[0].key != first.key);
    CHECK(rest[1].key != first.key);
    reopen();
    CHECK_EQ(load().size(), 2);
}
