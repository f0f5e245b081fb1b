// A frontier in a directory of its own, and short ways to make what it is given.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "frontier/frontier.h"
#include "support/temp_dir.h"

namespace crawld {

inline HostKey key_of(std::string_view host) {
    return host_key(host, host);
}

inline NewUrl new_url(const std::string& text, Priority priority = Priority::link) {
    const auto url = CanonicalUrl::parse(text);
    REQUIRE(url.has_value());
    return {.url = *url, .key = url_key(*url, key_of(url->host())), .priority = priority};
}

inline std::vector<NewUrl> new_urls(const std::vector<std::string>& texts,
                                    Priority priority = Priority::link) {
    std::vector<NewUrl> out;
    for (const std::string& text : texts)
        out.push_back(new_url(text, priority));
    return out;
}

inline Settled settled(const QueuedUrl& item, UrlState state = UrlState::done) {
    Settled out{.key = item.key, .chunk = item.chunk, .state = state, .again = item};
    out.host.name = std::string(item.url.host());
    return out;
}

inline Settled retry_at(const QueuedUrl& item, WallTime at) {
    Settled out = settled(item, UrlState::due);
    out.due_at = at;
    ++out.again.attempt;
    return out;
}

inline WallTime at_seconds(int64_t s) {
    return wall_from_us(s * 1'000'000);
}

// Every call that fails ends the test.
class FrontierFixture {
  public:
    FrontierFixture() { reopen(); }

    // As after a crash: what was only in memory is gone.
    void reopen() {
        frontier.reset();
        store.reset();
        auto opened =
            Store::open(dir / "db", {.cache = mib(4), .memtables = mib(4), .sync = false});
        REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
        store = std::move(*opened);
        reopen_frontier();
    }
    void reopen_frontier() {
        frontier.reset();
        auto frontier_opened = Frontier::open(*store, options);
        REQUIRE_MESSAGE(frontier_opened.has_value(), frontier_opened.error().message);
        frontier = std::move(*frontier_opened);
    }

    uint64_t add(const std::vector<NewUrl>& urls, const std::string& via = "") {
        Batch extra;
        woken.clear();
        const auto added = frontier->add(urls, via, extra, now, woken);
        REQUIRE_MESSAGE(added.has_value(), added.error().message);
        return *added;
    }
    uint64_t commit(std::vector<Settled> group) {
        Batch extra;
        woken.clear();
        const Status committed = frontier->commit(group, extra, now, woken);
        REQUIRE_MESSAGE(committed.has_value(), committed.error().message);
        uint64_t links_new = 0;
        for (const Settled& visit : group)
            links_new += visit.links_new;
        return links_new;
    }
    HostLoad load(std::string_view host, size_t max = 1000) {
        auto loaded = frontier->load(key_of(host), max);
        REQUIRE_MESSAGE(loaded.has_value(), loaded.error().message);
        return std::move(*loaded);
    }
    std::vector<std::string> load_texts(std::string_view host, size_t max = 1000) {
        std::vector<std::string> out;
        for (const QueuedUrl& item : load(host, max).urls)
            out.push_back(item.url.href());
        return out;
    }
    void release(std::string_view host, WallTime wake_at) {
        HostFacts facts;
        facts.name = host;
        REQUIRE(frontier->release(key_of(host), facts, wake_at));
    }
    std::vector<std::string> wake(size_t max = 1000) {
        woken.clear();
        const Status done = frontier->wake(now, max, woken);
        REQUIRE_MESSAGE(done.has_value(), done.error().message);
        return woken_names();
    }
    std::vector<std::string> woken_names() const {
        std::vector<std::string> names;
        for (const HostWake& host : woken) {
            CHECK_EQ(host.key, key_of(host.name));
            names.push_back(host.name);
        }
        return names;
    }
    WallTime next_due() {
        const auto next = frontier->next_due();
        REQUIRE(next.has_value());
        return *next;
    }
    size_t rows(Family family) {
        size_t count = 0;
        const auto cursor = store->scan(family, "", "");
        for (; cursor->valid(); cursor->next())
            ++count;
        return count;
    }

    TempDir dir;
    FrontierOptions options{.recent_urls = 1024, .host_rows_cached = 16, .known_filter_urls = 1024};
    WallTime now = at_seconds(1'000);
    std::unique_ptr<Store> store;
    std::unique_ptr<Frontier> frontier;
    std::vector<HostWake> woken;
};

using Texts = std::vector<std::string>;

}  // namespace crawld
