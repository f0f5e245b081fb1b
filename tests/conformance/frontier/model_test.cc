// The frontier against an obvious model: random sequences of all operations, with crashes (what is
// only in memory is gone) at any point. Nothing may be lost, nothing settled may come back, the
// counts are those of the model after every step, and at the end everything can be settled.
#include <map>
#include <set>

#include "base/prng.h"
#include "unit/frontier/fixture.h"

using namespace crawld;

namespace {

constexpr int kSequences = 2'000;
constexpr int kSteps = 60;
constexpr int kStoreReopenedEvery = 40;

struct ModelUrl {
    UrlState state = UrlState::queued;
    bool handed_out = false;
    int generation = 0;  // grows with every retry: what was handed out before is stale
    WallTime due_at{};
};

struct HandedOut {
    QueuedUrl item;
    int generation = 0;
};

class Sequence {
  public:
    Sequence(FrontierFixture& fixture, int number, uint64_t seed)
        : f_(fixture), number_(number), prng_(seed), base_(counts()) {}

    void run() {
        for (int step = 0; step < kSteps; ++step) {
            switch (prng_.below(10)) {
                case 0:
                    add();
                    break;
                case 1:
                case 2:
                case 3:
                    load(random_host(), 1 + prng_.below(30));
                    break;
                case 4:
                case 5:
                case 6:
                    commit();
                    break;
                case 7:
                    release(random_host());
                    break;
                case 8:
                    wake();
                    break;
                default:
                    if (prng_.below(3) == 0) crash();
            }
            check_counts();
        }
        drain();
    }

  private:
    using Counts = std::array<uint64_t, 5>;

    Counts counts() const {
        const FrontierCounts& c = f_.frontier->counts();
        return {c.known, c.queued, c.due, c.done, c.hosts};
    }

    std::string random_host() {
        return "s" + std::to_string(number_) + "h" + std::to_string(prng_.below(4));
    }
    std::vector<NewUrl> random_urls(uint64_t max) {
        std::vector<NewUrl> urls;
        for (uint64_t n = prng_.below(max + 1); n > 0; --n)
            urls.push_back(
                new_url("http://" + random_host() + "/" + std::to_string(prng_.below(120)),
                        static_cast<Priority>(prng_.below(kPriorities))));
        return urls;
    }
    uint64_t now_known(const std::vector<NewUrl>& urls) {
        uint64_t added = 0;
        for (const NewUrl& url : urls)
            added += urls_[std::string(url.url.host())].try_emplace(url.url.href()).second ? 1 : 0;
        return added;
    }

    void add() {
        const auto urls = random_urls(prng_.below(10) == 0 ? 200 : 15);
        CHECK_EQ(f_.add(urls), now_known(urls));
    }

    void load(const std::string& host, size_t max) {
        if (!urls_.contains(host)) return;  // the frontier has no row for it
        const HostLoad loaded = f_.load(host, max);
        loaded_.insert(host);
        CHECK_LE(loaded.urls.size(), max);
        Priority last = Priority::urgent;
        for (const QueuedUrl& item : loaded.urls) {
            CHECK_GE(item.priority, last);
            last = item.priority;
            ModelUrl& url = urls_[host].at(item.url.href());
            CHECK_MESSAGE(url.state == UrlState::queued, item.url.href());
            CHECK_FALSE_MESSAGE(url.handed_out, item.url.href());
            url.handed_out = true;
            handed_out_.push_back({.item = item, .generation = url.generation});
        }
        if (!loaded.exhausted) return;
        for (const auto& [text, url] : urls_[host])
            CHECK_MESSAGE((url.state != UrlState::queued || url.handed_out), text);
    }

    // Mostly what is with the crawler, sometimes what was before a release.
    Settled settle(const HandedOut& handed) {
        ModelUrl& url = urls_[std::string(handed.item.url.host())].at(handed.item.url.href());
        const bool counts = url.state == UrlState::queued && url.generation == handed.generation;
        const uint64_t kind = prng_.below(8);
        Settled visit = settled(handed.item, kind == 0 ? UrlState::gone : UrlState::done);
        if (kind == 1 || kind == 2) {
            const auto wait = static_cast<int64_t>(prng_.below(100));
            visit = retry_at(handed.item, f_.now + seconds(wait));
        }
        if (!counts) return visit;
        url.state = visit.state;
        url.handed_out = false;
        url.due_at = visit.due_at;
        if (visit.state == UrlState::due) ++url.generation;
        return visit;
    }

    void commit() {
        std::vector<Settled> group;
        uint64_t expected_new = 0;
        for (uint64_t n = prng_.below(8); n > 0 && !handed_out_.empty(); --n) {
            const size_t at = prng_.below(handed_out_.size());
            group.push_back(settle(handed_out_[at]));
            handed_out_.erase(handed_out_.begin() + static_cast<std::ptrdiff_t>(at));
            group.back().found = random_urls(6);
            group.back().via = group.back().again.url.href();
            expected_new += now_known(group.back().found);
        }
        CHECK_EQ(f_.commit(group), expected_new);
    }

    void back_to_queue(const std::string& host) {
        for (auto& [text, url] : urls_[host])
            url.handed_out = false;
    }
    void release(const std::string& host) {
        if (loaded_.erase(host) == 0) return;
        f_.release(host, f_.now + seconds(static_cast<int64_t>(prng_.below(50))));
        back_to_queue(host);
    }

    void wake() {
        f_.now += seconds(static_cast<int64_t>(prng_.below(60)));
        f_.wake(1 + prng_.below(5));
        for (const HostWake& host : f_.woken)
            CHECK(urls_.contains(host.name));
        for (auto& [host, urls] : urls_)
            for (auto& [text, url] : urls)
                if (url.state == UrlState::due && url.due_at <= f_.now)
                    url.state = UrlState::queued;
    }

    void crash() {
        if (number_ % kStoreReopenedEvery == 0)
            f_.reopen();
        else
            f_.reopen_frontier();
        loaded_.clear();
        handed_out_.clear();
        for (const auto& [host, urls] : urls_)
            back_to_queue(host);
    }

    void check_counts() {
        Counts expected = base_;
        for (const auto& [host, urls] : urls_) {
            bool has_work = false;
            for (const auto& [text, url] : urls) {
                expected[0] += 1;
                expected[1] += url.state == UrlState::queued ? 1 : 0;
                expected[2] += url.state == UrlState::due ? 1 : 0;
                expected[3] += url.state == UrlState::done || url.state == UrlState::gone ? 1 : 0;
                has_work = has_work || url.state == UrlState::queued;
            }
            expected[4] += has_work ? 1 : 0;
        }
        CHECK(counts() == expected);
    }

    // Only what wake() tells may be loaded: every host with work has to be among it in the end.
    void drain() {
        if (prng_.below(2) == 0) crash();
        for (const std::string& host : std::set<std::string>(loaded_))
            release(host);
        handed_out_.clear();
        for (int round = 0; round < 100 && f_.next_due() != WallTime::max(); ++round) {
            f_.now = std::max(f_.now, f_.next_due());
            wake();
            const std::vector<HostWake> woken = f_.woken;
            for (const HostWake& host : woken) {
                load(host.name, 1'000);
                std::vector<Settled> group;
                for (const HandedOut& handed : handed_out_)
                    group.push_back(settle(handed));
                handed_out_.clear();
                f_.commit(group);
                release(host.name);
            }
        }
        for (const auto& [host, urls] : urls_)
            for (const auto& [text, url] : urls)
                CHECK_MESSAGE((url.state == UrlState::done || url.state == UrlState::gone), text);
        check_counts();
    }

    FrontierFixture& f_;
    int number_;
    Prng prng_;
    Counts base_;
    std::map<std::string, std::map<std::string, ModelUrl>> urls_;  // by host, by text
    std::set<std::string> loaded_;
    std::vector<HandedOut> handed_out_;
};

}  // namespace

TEST_CASE_FIXTURE(FrontierFixture, "random operations and crashes agree with the model") {
    for (int number = 0; number < kSequences; ++number) {
        CAPTURE(number);
        Sequence(*this, number, 0x5eed + static_cast<uint64_t>(number)).run();
    }
    MESSAGE(kSequences, " sequences of ", kSteps, " steps, ", frontier->counts().known.load(),
            " URLs");
}
