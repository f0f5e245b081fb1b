#include "frontier/frontier.h"

#include <doctest/doctest.h>

#include "frontier/format.h"
#include "unit/frontier/fixture.h"

using namespace crawld;

TEST_CASE_FIXTURE(FrontierFixture, "a URL becomes known once, however often it is found") {
    CHECK_EQ(add(new_urls({"http://a/1", "http://a/2", "http://a/1"})), 2);
    CHECK_EQ(add(new_urls({"http://a/2", "http://a/3"})), 1);
    reopen();
    CHECK_EQ(add(new_urls({"http://a/1", "http://a/2", "http://a/3", "http://b/1"})), 1);
    CHECK_EQ(frontier->counts().known, 4);
    CHECK_EQ(frontier->counts().queued, 4);
    CHECK_EQ(frontier->counts().hosts, 2);
}

namespace {

std::vector<NewUrl> numbered_urls(int from, int to) {
    std::vector<NewUrl> urls;
    for (int i = from; i < to; ++i)
        urls.push_back(new_url("http://" + std::string(1, "abc"[i % 3]) + "/" + std::to_string(i)));
    return urls;
}

}  // namespace

TEST_CASE_FIXTURE(FrontierFixture, "after a restart the same URLs are known, at any filter size") {
    const std::vector<NewUrl> urls = numbered_urls(0, 24'000);
    CHECK_EQ(add(urls), urls.size());
    int next = 24'000;
    for (const uint32_t capacity : {1'024u, 8'192u, 50'000u}) {  // not filled, too full, filled
        options.known_filter_urls = capacity;
        reopen();
        for (int part = 0; part < 4; ++part) {  // of the filling
            CHECK_EQ(add(numbered_urls(next, next + 100)), 100);
            next += 100;
            CHECK_EQ(add(urls), 0);
            CHECK_EQ(add(numbered_urls(24'000, next)), 0);
        }
        CHECK_EQ(frontier->counts().known, next);
    }
}

TEST_CASE_FIXTURE(FrontierFixture, "what a filled filter rules out is not looked for on disk") {
    add(numbered_urls(0, 10));
    reopen();
    add({});  // fills
    const auto put_behind_its_back = [&](const NewUrl& url) {
        Batch batch;
        std::string key;
        put_key(key, url.key);
        std::string value;
        format::encode(value, format::SeenRecord{});
        batch.put(Family::seen, key, value);
        REQUIRE(store->write(batch));
    };
    const NewUrl url = new_url("http://a/unknown");
    put_behind_its_back(url);
    CHECK_EQ(add({url}), 1);
    CHECK_EQ(add({url}), 0);
}

TEST_CASE_FIXTURE(FrontierFixture, "what was queued comes back with all that was said of it") {
    NewUrl url = new_url("http://a/1");
    url.depth = 7;
    url.hops = 2;
    url.discovery = Discovery::redirect;
    url.lastmod = at_seconds(3);
    add({url}, "http://b/from");
    const HostLoad loaded = load("a");
    REQUIRE_EQ(loaded.urls.size(), 1);
    CHECK_EQ(loaded.facts.name, "a");
    const QueuedUrl& item = loaded.urls.front();
    CHECK_EQ(item.url.href(), "http://a/1");
    CHECK_EQ(item.key, url.key);
    CHECK_EQ(item.depth, 7);
    CHECK_EQ(item.hops, 2);
    CHECK(item.discovery == Discovery::redirect);
    CHECK_EQ(item.via, "http://b/from");
    CHECK_EQ(item.discovered, now);
    CHECK_EQ(item.attempt, 0);
    CHECK_EQ(item.lastmod, at_seconds(3));
    CHECK(loaded.exhausted);
}

TEST_CASE_FIXTURE(FrontierFixture, "load hands out by priority, then in the order of finding") {
    add({new_url("http://a/2"), new_url("http://a/1"), new_url("http://a/9", Priority::embed),
         new_url("http://a/0", Priority::seed)});
    add({new_url("http://a/3"), new_url("http://a/8", Priority::urgent)});
    CHECK_EQ(load_texts("a", 3), Texts{"http://a/8", "http://a/0", "http://a/2"});
    add({new_url("http://a/7", Priority::seed)});
    CHECK_EQ(load_texts("a", 3), Texts{"http://a/7", "http://a/1", "http://a/3"});
    CHECK_EQ(load_texts("a", 3), Texts{"http://a/9"});
    CHECK(load("a").exhausted);
}

TEST_CASE_FIXTURE(FrontierFixture,
                  "many URLs go through chunks of 64, whatever load's maximum is") {
    std::vector<NewUrl> urls;
    for (int i = 0; i < 200; ++i)
        urls.push_back(new_url("http://a/" + std::to_string(1000 + i)));
    CHECK_EQ(add(urls), 200);
    CHECK_EQ(rows(Family::queue), 4);
    for (size_t max : {1, 7, 64, 100}) {
        Texts all;
        for (;;) {
            const HostLoad part = load("a", max);
            CHECK_LE(part.urls.size(), max);
            for (const QueuedUrl& item : part.urls)
                all.push_back(item.url.href());
            if (part.exhausted) break;
        }
        CHECK_EQ(all.size(), 200);
        CHECK(std::is_sorted(all.begin(), all.end()));
        release("a", now);
    }
}

TEST_CASE_FIXTURE(FrontierFixture,
                  "of long URLs fewer are loaded at a time, and none is left out") {
    std::vector<NewUrl> urls;
    for (int i = 0; i < 100; ++i)
        urls.push_back(
            new_url("http://a/" + std::to_string(1000 + i) + std::string(i % 2 * 2'000, 'x')));
    CHECK_EQ(add(urls), 100);
    for (const size_t bytes_max : {1, 2'500, 10'000}) {
        CAPTURE(bytes_max);
        Texts all;
        for (;;) {
            const auto part = frontier->load(key_of("a"), {128, bytes_max});
            REQUIRE(part.has_value());
            size_t bytes = 0;
            for (const QueuedUrl& item : part->urls) {
                bytes += memory_of(item);
                all.push_back(item.url.href());
            }
            if (part->urls.size() > 1) CHECK_LE(bytes, bytes_max);
            if (part->exhausted) break;
            REQUIRE_FALSE(part->urls.empty());
        }
        CHECK_EQ(all.size(), 100);
        CHECK(std::is_sorted(all.begin(), all.end()));
        release("a", now);
    }
}

TEST_CASE_FIXTURE(FrontierFixture, "a settled URL is never handed out again") {
    add(new_urls({"http://a/1", "http://a/2", "http://a/3"}));
    const HostLoad first = load("a");
    commit({settled(first.urls[1])});
    CHECK_EQ(frontier->counts().done, 1);
    CHECK_EQ(frontier->counts().queued, 2);
    SUBCASE("after a crash") {
        reopen();
    }
    SUBCASE("after a release") {
        release("a", now);
    }
    CHECK_EQ(load_texts("a"), Texts{"http://a/1", "http://a/3"});
}

TEST_CASE_FIXTURE(FrontierFixture, "what was handed out and not settled is handed out again") {
    add(new_urls({"http://a/1", "http://a/2"}));
    load("a", 1);
    SUBCASE("after a crash") {
        reopen();
    }
    SUBCASE("after a release") {
        release("a", now);
    }
    CHECK_EQ(load_texts("a"), Texts{"http://a/1", "http://a/2"});
}

TEST_CASE_FIXTURE(FrontierFixture, "a chunk goes when its last URL is settled, in any order") {
    for (int i = 0; i < 3; ++i)
        add(new_urls(
            {"http://a/" + std::to_string(i) + "x", "http://a/" + std::to_string(i) + "y"}));
    const HostLoad all = load("a");
    REQUIRE_EQ(all.urls.size(), 6);
    commit({settled(all.urls[2]), settled(all.urls[3])});
    CHECK_EQ(rows(Family::queue), 2);
    commit({settled(all.urls[0]), settled(all.urls[4])});
    CHECK_EQ(rows(Family::queue), 2);
    reopen();
    CHECK_EQ(load_texts("a"), Texts{"http://a/0y", "http://a/2y"});
    const HostLoad none = load("a");
    CHECK(none.exhausted);
    commit({settled(all.urls[1]), settled(all.urls[5], UrlState::gone)});
    CHECK_EQ(rows(Family::queue), 0);
    CHECK_EQ(rows(Family::due), 0);
    CHECK_EQ(frontier->counts().done, 6);
    CHECK_EQ(frontier->counts().hosts, 0);
}

TEST_CASE_FIXTURE(FrontierFixture, "settling twice, or after the release, counts once") {
    add(new_urls({"http://a/1", "http://a/2"}));
    const HostLoad all = load("a");
    commit({settled(all.urls[0]), settled(all.urls[0])});
    commit({settled(all.urls[0])});
    CHECK_EQ(frontier->counts().done, 1);
    release("a", now);
    commit({settled(all.urls[1]), settled(all.urls[1]), settled(all.urls[0])});
    CHECK_EQ(frontier->counts().done, 2);
    CHECK_EQ(frontier->counts().queued, 0);
    CHECK_EQ(frontier->counts().hosts, 0);
    CHECK_EQ(wake(), Texts{});
    add(new_urls({"http://a/3"}));
    CHECK_EQ(load_texts("a"), Texts{"http://a/3"});
    release("a", now);
    CHECK_EQ(rows(Family::queue), 1);
}

TEST_CASE_FIXTURE(FrontierFixture, "links found on a page become known with it, and are counted") {
    add(new_urls({"http://a/1", "http://a/2"}));
    const HostLoad all = load("a");
    Settled one = settled(all.urls[0]);
    one.via = "http://a/1";
    one.found = new_urls({"http://a/1", "http://a/2", "http://a/3", "http://b/1", "http://a/3"});
    Settled two = settled(all.urls[1]);
    two.via = "http://a/2";
    two.found = new_urls({"http://a/3", "http://a/4"});
    std::vector<Settled> group{one, two};
    Batch extra;
    REQUIRE(frontier->commit(group, extra, now, woken));
    CHECK_EQ(group[0].links_new, 2);
    CHECK_EQ(group[1].links_new, 1);
    CHECK_EQ(frontier->counts().known, 5);
    const HostLoad next = load("a");
    REQUIRE_EQ(next.urls.size(), 2);
    CHECK_EQ(next.urls[0].via, "http://a/1");
    CHECK_EQ(next.urls[1].via, "http://a/2");
}

TEST_CASE_FIXTURE(FrontierFixture, "the caller's puts are part of the commit") {
    add(new_urls({"http://a/1"}));
    std::vector<Settled> group{settled(load("a").urls[0])};
    Batch extra;
    extra.put(Family::meta, "archive", "position");
    Frontier::put_robots(extra, "http://a", key_of("a"), {.body = "Disallow:", .status = 200});
    REQUIRE(frontier->commit(group, extra, now, woken));
    CHECK_EQ(extra.count(), 0);
    reopen();
    CHECK_EQ(frontier->meta("archive").value(), "position");
    CHECK_EQ(frontier->robots("http://a", key_of("a")).value()->body, "Disallow:");
    CHECK_FALSE(frontier->robots("https://a", key_of("a")).value().has_value());
    REQUIRE(frontier->put_meta("name", "value"));
    CHECK_EQ(frontier->meta("name").value(), "value");
    CHECK_FALSE(frontier->meta("other").value().has_value());
}

TEST_CASE_FIXTURE(FrontierFixture, "facts of a host outlive its stay in memory") {
    add(new_urls({"http://a/1", "http://a/2"}));
    Settled visit = settled(load("a").urls[0]);
    visit.host = {.name = "a",
                  .not_before = at_seconds(2'000),
                  .politeness = "saved",
                  .pages = 1,
                  .bytes = 2,
                  .failures = 3};
    commit({visit});
    reopen();
    const HostFacts facts = load("a").facts;
    CHECK_EQ(facts.politeness, "saved");
    CHECK_EQ(facts.not_before, at_seconds(2'000));
    CHECK_EQ(facts.failures, 3);
    CHECK_EQ(facts.name, "a");
}

TEST_CASE_FIXTURE(FrontierFixture, "more hosts than memory holds, each with its own row") {
    constexpr int kHosts = 100;  // options.host_rows_cached is 16
    for (int round = 0; round < 3; ++round) {
        std::vector<NewUrl> urls;
        for (int i = 0; i < kHosts; ++i)
            urls.push_back(new_url("http://h" + std::to_string(i) + "/" + std::to_string(round)));
        CHECK_EQ(add(urls), kHosts);
    }
    CHECK_EQ(frontier->counts().hosts, kHosts);
    for (int i = 0; i < kHosts; ++i)
        CHECK_EQ(load("h" + std::to_string(i)).urls.size(), 3);
}

TEST_CASE_FIXTURE(FrontierFixture, "damage is an error, never a URL less") {
    add(new_urls({"http://a/1"}));
    add(new_urls({"http://a/2"}));
    Batch damage;
    SUBCASE("a chunk that cannot be decoded") {
        damage.put(Family::queue, format::queue_key(key_of("a"), Priority::link, 0), "\x01\x01");
    }
    SUBCASE("a chunk that is missing in the middle") {
        damage.erase(Family::queue, format::queue_key(key_of("a"), Priority::link, 0));
    }
    SUBCASE("a chunk that is missing at the end") {
        damage.erase(Family::queue, format::queue_key(key_of("a"), Priority::link, 1));
    }
    SUBCASE("a row that cannot be decoded") {
        std::string key;
        put_key(key, key_of("a"));
        damage.put(Family::host, key, "\x01");
    }
    SUBCASE("a row that is missing") {
        std::string key;
        put_key(key, key_of("a"));
        damage.erase(Family::host, key);
    }
    REQUIRE(store->write(damage));
    reopen();
    for (int i = 0; i < 2; ++i) {
        const auto loaded = frontier->load(key_of("a"), 10);
        REQUIRE_FALSE(loaded.has_value());
        CHECK_EQ(loaded.error().code, ErrorCode::corrupt);
    }
}

TEST_CASE_FIXTURE(FrontierFixture, "lost or damaged counts are an error at open") {
    add(new_urls({"http://a/1"}));
    Batch damage;
    SUBCASE("lost") {
        damage.erase(Family::meta, format::kCountsKey);
    }
    SUBCASE("damaged") {
        damage.put(Family::meta, format::kCountsKey, "\x01");
    }
    REQUIRE(store->write(damage));
    const auto opened = Frontier::open(*store, options);
    REQUIRE_FALSE(opened.has_value());
    CHECK_EQ(opened.error().code, ErrorCode::corrupt);
}

TEST_CASE_FIXTURE(FrontierFixture,
                  "a host is known from its first URL on, and asking changes nothing") {
    CHECK_FALSE(frontier->knows(key_of("a")).value());
    CHECK_FALSE(frontier->knows(key_of("a")).value());
    add(new_urls({"http://a/1"}));
    CHECK(frontier->knows(key_of("a")).value());
    reopen();
    CHECK(frontier->knows(key_of("a")).value());
    CHECK_FALSE(frontier->knows(key_of("b")).value());
}

namespace {

FetchedElsewhere fetched(const std::string& text) {
    const NewUrl url = new_url(text);
    return {.key = url.key, .host = std::string(url.url.host()), .outcome = 0, .status = 200};
}

Frontier::AddedFetched add_fetched(FrontierFixture& f, const Texts& texts) {
    std::vector<FetchedElsewhere> urls;
    for (const std::string& text : texts)
        urls.push_back(fetched(text));
    Batch extra;
    const auto added = f.frontier->add_fetched(urls, extra, f.now);
    REQUIRE_MESSAGE(added.has_value(), added.error().message);
    return *added;
}

}  // namespace

TEST_CASE_FIXTURE(FrontierFixture, "what was fetched elsewhere is known, once, and never queued") {
    CHECK_EQ(add_fetched(*this, {"http://a/1", "http://a/2", "http://a/1", "http://b/"}).added, 3);
    reopen();
    CHECK_EQ(add_fetched(*this, {"http://a/1", "http://a/2", "http://b/"}).added, 0);
    CHECK_EQ(add(new_urls({"http://a/1", "http://a/3", "http://b/"})), 1);
    CHECK_EQ(load_texts("a"), Texts{"http://a/3"});
    CHECK_EQ(frontier->counts().known, 4);
    CHECK_EQ(frontier->counts().done, 3);
    CHECK_EQ(frontier->counts().hosts, 1);
    CHECK_EQ(rows(Family::due), 1);
    CHECK(frontier->knows(key_of("b")).value());
}

TEST_CASE_FIXTURE(FrontierFixture, "a queued URL that was fetched elsewhere leaves its queue") {
    add(new_urls({"http://a/1", "http://a/2", "http://b/"}));
    add(new_urls({"http://a/3"}, Priority::seed));
    const auto first = add_fetched(*this, {"http://a/2", "http://a/3", "http://b/", "http://c/"});
    CHECK_EQ(first.added, 1);
    CHECK_EQ(first.unqueued, 3);
    CHECK_EQ(add_fetched(*this, {"http://a/2", "http://b/"}).unqueued, 0);
    CHECK_EQ(frontier->counts().queued, 1);
    CHECK_EQ(frontier->counts().hosts, 1);
    CHECK_EQ(rows(Family::due), 1);
    for (int start = 0; start < 2; ++start) {
        CHECK_EQ(wake(), Texts{"a"});
        const HostLoad loaded = load("a");
        CHECK(loaded.exhausted);
        REQUIRE_EQ(loaded.urls.size(), 1);
        CHECK_EQ(loaded.urls.front().url.href(), "http://a/1");
        if (start == 1) commit({settled(loaded.urls.front())});
        reopen();
    }
    CHECK_EQ(frontier->counts().queued, 0);
    // What comes later is found behind what is left of the queues.
    add(new_urls({"http://a/4", "http://b/2"}));
    CHECK_EQ(load_texts("a"), Texts{"http://a/4"});
    CHECK_EQ(load_texts("b"), Texts{"http://b/2"});
}

TEST_CASE_FIXTURE(FrontierFixture, "a retry in its queue or due, that was fetched elsewhere") {
    add(new_urls({"http://a/1", "http://a/2"}));
    for (const QueuedUrl& url : load("a").urls)
        commit({retry_at(url, url.url.path() == "/1" ? now + seconds(1) : now + hours(1))});
    now += seconds(2);
    wake();
    reopen();
    const auto added = add_fetched(*this, {"http://a/1", "http://a/2"});
    CHECK_EQ(added.unqueued, 1);  // what is due stays due
    CHECK_EQ(frontier->counts().due, 1);
    CHECK_EQ(frontier->counts().queued, 0);
    CHECK_EQ(load_texts("a"), Texts{});
    now += hours(2);
    wake();
    CHECK_EQ(load_texts("a"), Texts{"http://a/2"});
}
