// A short crawl over a web that is a pure function, on a disk of which the k-th operation fails,
// for every k; then it goes on from what is on disk. Checked with every k (contract, Durability):
//   D1  a page that is recorded as done has all its links in the frontier or in the seen set;
//   D6  what was acknowledged is still there, and nothing acknowledged as done is handed out again;
//   D7  no fault of this kind looks like damage;
// and in the end every page is done, and the counts are those of the rows.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "base/bytes.h"
#include "faults/fault_fs.h"
#include "frontier/format.h"
#include "frontier/frontier.h"
#include "store/store_env.h"
#include "support/temp_dir.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr int kHosts = 3;
constexpr int kPagesPerHost = 7;
constexpr StoreOptions kSmall{.cache = mib(1), .memtables = mib(1), .sync = true};
constexpr FrontierOptions kFew{
    .recent_urls = 1024, .host_rows_cached = 16, .known_filter_urls = 1024};

HostKey key_of(std::string_view host) {
    return host_key(host, host);
}

NewUrl page(int host, int number) {
    const auto url =
        CanonicalUrl::parse("http://h" + std::to_string(host) + "/" + std::to_string(number));
    return {.url = *url, .key = url_key(*url, key_of(url->host()))};
}

// Every page is reached from page 0 of host 0.
std::vector<NewUrl> links_of(const CanonicalUrl& url) {
    const int host = url.host().back() - '0';
    const int number = url.path().back() - '0';
    return {page(host, (number + 1) % kPagesPerHost), page((host + 1) % kHosts, number),
            page(host, (2 * number) % kPagesPerHost)};
}

bool fails_at_first(const QueuedUrl& item) {
    return item.attempt == 0 && item.url.path().back() == '3';
}

class FaultyCrawl {
  public:
    FaultyCrawl() : env_(rocksdb::NewCompositeEnv(disk_)) {}

    FaultFileSystem& disk() { return *disk_; }
    int resumed() const { return resumed_; }

    // Crawls until nothing is left or something fails. Closes and opens the database on the way,
    // so that recovery and its flush are among the operations that can fail.
    Status run(Fault fault) {
        fault_ = fault;
        for (int part = 0; part < 2; ++part) {
            if (auto opened = open(); !opened) return opened;
            for (int round = 0; round < 3; ++round)
                if (auto more = crawl_round(); !more) return tl::unexpected(more.error());
            close();
        }
        return finish();
    }
    // Crawls until nothing is left or something fails.
    Status finish() {
        if (auto opened = open(); !opened) return opened;
        for (;;) {
            const auto more = crawl_round();
            if (!more) return tl::unexpected(more.error());
            if (!*more) return {};
        }
    }
    void close() {
        frontier_.reset();
        store_.reset();
    }

    // What is on disk against what was acknowledged. Leaves the database open.
    void check_recovered() {
        fault_ = Fault::none;
        const Status opened = open();
        REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
        const auto seen = read_seen();
        for (UrlKey key : known_)
            CHECK(seen.contains(key));
        for (UrlKey key : done_)
            CHECK(seen.at(key) == UrlState::done);
        std::map<UrlState, uint64_t> rows;
        for (const auto& [key, state] : seen)
            ++rows[state];
        const FrontierCounts& counts = frontier_->counts();
        CHECK_EQ(counts.known, seen.size());
        CHECK_EQ(counts.queued, rows[UrlState::queued]);
        CHECK_EQ(counts.due, rows[UrlState::due]);
        CHECK_EQ(counts.done, rows[UrlState::done]);
        for (int host = 0; host < kHosts; ++host)
            for (int number = 0; number < kPagesPerHost; ++number) {
                const NewUrl url = page(host, number);
                const auto found = seen.find(url.key);
                if (found == seen.end() || found->second != UrlState::done) continue;
                for (const NewUrl& link : links_of(url.url))
                    CHECK(seen.contains(link.key));
            }
    }
    void check_complete() {
        const Status opened = open();
        REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
        CHECK_EQ(frontier_->counts().done, kHosts * kPagesPerHost);
        CHECK_EQ(frontier_->counts().known, kHosts * kPagesPerHost);
        CHECK_EQ(frontier_->counts().hosts, 0);
        close();
    }

  private:
    Status open() {
        if (store_) return {};
        auto store = open_store_on(*env_, dir_ / "db", kSmall);
        if (!store) return tl::unexpected(store.error());
        store_ = std::move(*store);
        auto frontier = Frontier::open(*store_, kFew);
        if (!frontier) return tl::unexpected(frontier.error());
        frontier_ = std::move(*frontier);
        return {};
    }

    // Runs a step; if the disk was full, resumes and runs it again.
    template <class Step>
    Status attempt(Step step) {
        Status status = step();
        if (status || fault_ != Fault::no_space || !store_->no_space()) return status;
        for (int i = 0; i < 2 && store_->no_space(); ++i)
            if (auto resumed = store_->resume(); resumed) {
                ++resumed_;
                return step();
            }
        return status;
    }

    Status add_seed() {
        const std::array seeds{page(0, 0)};
        if (known_.contains(seeds[0].key)) return {};
        Batch extra;
        std::vector<HostWake> woken;
        const auto added = frontier_->add(seeds, "", extra, now_, woken);
        if (!added) return tl::unexpected(added.error());
        known_.insert(seeds[0].key);
        return {};
    }

    Result<bool> crawl_round() {
        if (auto added = attempt([&] { return add_seed(); }); !added)
            return tl::unexpected(added.error());
        auto next = frontier_->next_due();
        if (!next) return tl::unexpected(next.error());
        if (*next == WallTime::max()) return false;
        now_ = std::max(now_, *next);
        std::vector<HostWake> woken;
        auto waked = attempt([&] {
            woken.clear();
            return frontier_->wake(now_, 2, woken);
        });
        if (!waked) return tl::unexpected(waked.error());
        for (const HostWake& host : woken)
            if (auto visited = visit(host); !visited) return tl::unexpected(visited.error());
        return true;
    }

    Status visit(const HostWake& host) {
        auto loaded = frontier_->load(host.key, 3);
        if (!loaded) return tl::unexpected(loaded.error());
        std::vector<Settled> group;
        for (const QueuedUrl& item : loaded->urls) {
            CHECK_FALSE_MESSAGE(done_.contains(item.key), item.url.href());
            group.push_back(settle(item));
        }
        Batch extra;
        extra.put(Family::meta, "progress", "a put of the caller's");
        std::vector<HostWake> woken;
        auto committed = attempt([&] {
            const Status status = frontier_->commit(group, extra, now_, woken);
            CHECK_EQ(extra.count(), status ? 0 : 1);
            if (!status) CHECK(woken.empty());
            return status;
        });
        if (!committed) return committed;
        for (const Settled& settled : group) {
            if (settled.state == UrlState::done) CHECK(done_.insert(settled.key).second);
            for (const NewUrl& link : settled.found)
                known_.insert(link.key);
        }
        return attempt(
            [&] { return frontier_->release(host.key, loaded->facts, now_ + seconds(1)); });
    }

    Settled settle(const QueuedUrl& item) const {
        Settled out{.key = item.key, .chunk = item.chunk, .again = item};
        out.host.name = std::string(item.url.host());
        if (fails_at_first(item)) {
            out.state = UrlState::due;
            out.due_at = now_ + seconds(2);
            ++out.again.attempt;
            return out;
        }
        out.via = item.url.href();
        out.found = links_of(item.url);
        return out;
    }

    std::map<UrlKey, UrlState> read_seen() {
        std::map<UrlKey, UrlState> rows;
        const auto cursor = store_->scan(Family::seen, "", "");
        for (; cursor->valid(); cursor->next()) {
            ByteReader key(cursor->key());
            const HostKey host{key.u64()};
            const auto record = format::decode_seen(cursor->value());
            REQUIRE(record.has_value());
            rows[{host, key.u64()}] = record->state;
        }
        CHECK(cursor->status());
        return rows;
    }

    TempDir dir_;
    std::shared_ptr<FaultFileSystem> disk_ = std::make_shared<FaultFileSystem>();
    std::unique_ptr<rocksdb::Env> env_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Frontier> frontier_;
    WallTime now_ = wall_from_us(1'000'000);
    Fault fault_ = Fault::none;
    int resumed_ = 0;
    std::set<UrlKey> known_;  // acknowledged
    std::set<UrlKey> done_;   // acknowledged
};

// Fails the k-th operation of a fresh crawl, lets the power go if asked to, and goes on. False: the
// crawl has no k-th operation. `resumed` counts the times it went on in the same process.
bool survives(uint64_t k, Fault fault, std::optional<Unsynced> power_lost, int& resumed) {
    CAPTURE(k);
    Prng prng(k);
    FaultyCrawl crawl;
    crawl.disk().fail_at(k, fault);
    const Status ended = crawl.run(fault);
    const bool fired = crawl.disk().fired();
    if (!ended) CHECK_MESSAGE(ended.error().code != ErrorCode::corrupt, ended.error().message);
    CHECK((fired || ended));
    crawl.close();
    crawl.disk().stop_failing();
    if (power_lost) crawl.disk().lose_power(*power_lost, prng);
    crawl.check_recovered();
    const Status completed = crawl.finish();
    REQUIRE_MESSAGE(completed.has_value(), completed.error().message);
    crawl.close();
    crawl.check_complete();
    resumed += crawl.resumed();
    return fired;
}

void for_every_operation(Fault fault, std::optional<Unsynced> power_lost) {
    uint64_t k = 0;
    int resumed = 0;
    while (survives(k, fault, power_lost, resumed))
        ++k;
    CHECK_GT(k, 100);
    CHECK_EQ(resumed > 30, fault == Fault::no_space);
    MESSAGE(k, " operations, resumed after ", resumed);
}

}  // namespace

TEST_CASE("the power goes at any operation, and with it what was not synced") {
    for_every_operation(Fault::power_cut, Unsynced::dropped);
}

TEST_CASE("the power goes at any operation, and leaves a part of what was not synced") {
    for_every_operation(Fault::power_cut, Unsynced::torn);
}

TEST_CASE("the process is killed at any operation") {
    for_every_operation(Fault::power_cut, std::nullopt);
}

TEST_CASE("any operation fails, the process ends and starts again") {
    for_every_operation(Fault::io_error, std::nullopt);
}

TEST_CASE("any operation fails, and then the power goes") {
    for_every_operation(Fault::io_error, Unsynced::dropped);
}

TEST_CASE("the disk is full at any operation, and then has room again") {
    for_every_operation(Fault::no_space, std::nullopt);
}
