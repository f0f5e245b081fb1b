// Hosts that sleep and wake, and retries.
#include <doctest/doctest.h>

#include <algorithm>

#include "unit/frontier/fixture.h"

using namespace crawld;

TEST_CASE_FIXTURE(FrontierFixture, "a host is woken when it gets its first work") {
    add(new_urls({"http://a/1", "http://b/1"}));
    Texts names = woken_names();
    std::sort(names.begin(), names.end());
    CHECK_EQ(names, Texts{"a", "b"});
    add(new_urls({"http://a/2"}));
    CHECK_EQ(woken_names(), Texts{});  // it was told, and sleeps until it is loaded
    CHECK_EQ(wake().size(), 2);
    load("a");
    CHECK_EQ(wake(), Texts{"b"});
}

TEST_CASE_FIXTURE(FrontierFixture, "a loaded host is woken if it was exhausted, once") {
    add(new_urls({"http://a/1", "http://a/2"}));
    load("a", 1);
    add(new_urls({"http://a/3"}));
    CHECK_EQ(woken_names(), Texts{});  // it was not at its end
    load("a");
    add(new_urls({"http://a/4"}));
    CHECK_EQ(woken_names(), Texts{"a"});
    add(new_urls({"http://a/5"}));
    CHECK_EQ(woken_names(), Texts{});
}

TEST_CASE_FIXTURE(FrontierFixture,
                  "a sleeping host wakes at its time, and again until it is loaded") {
    add(new_urls({"http://a/1"}));
    load("a");
    release("a", at_seconds(2'000));
    CHECK_EQ(wake(), Texts{});
    CHECK_EQ(next_due(), at_seconds(2'000));
    now = at_seconds(2'000) - Duration{1};
    CHECK_EQ(wake(), Texts{});
    now = at_seconds(2'000);
    CHECK_EQ(wake(), Texts{"a"});
    CHECK_EQ(wake(), Texts{"a"});
    load("a");
    CHECK_EQ(wake(), Texts{});
    CHECK_EQ(next_due(), WallTime::max());
}

TEST_CASE_FIXTURE(FrontierFixture, "a release to an earlier or to the same time is found") {
    add(new_urls({"http://a/1"}));
    load("a");
    release("a", at_seconds(3'000));
    load("a");
    CHECK_EQ(next_due(), WallTime::max());
    release("a", at_seconds(3'000));
    CHECK_EQ(next_due(), at_seconds(3'000));
    load("a");
    release("a", at_seconds(2'000));
    CHECK_EQ(next_due(), at_seconds(2'000));
}

TEST_CASE_FIXTURE(FrontierFixture,
                  "every host with work is found after a crash, loaded or asleep") {
    add(new_urls({"http://a/1", "http://b/1", "http://c/1", "http://d/1"}));
    load("a");
    commit({settled(load("b").urls[0])});
    load("c");
    release("c", at_seconds(2'000));
    CHECK_EQ(wake(), Texts{"d"});
    reopen();
    Texts names = wake();
    std::sort(names.begin(), names.end());
    CHECK_EQ(names, Texts{"a", "d"});
    now = at_seconds(2'000);
    CHECK_EQ(wake().size(), 3);
}

TEST_CASE_FIXTURE(FrontierFixture, "a host that may not be asked yet does not wake for a new URL") {
    add(new_urls({"http://a/1"}));
    Settled visit = settled(load("a").urls[0]);
    visit.host.not_before = at_seconds(5'000);
    commit({visit});
    HostFacts facts = visit.host;
    REQUIRE(frontier->release(key_of("a"), facts, now));
    add(new_urls({"http://a/2"}));
    CHECK_EQ(woken_names(), Texts{});
    CHECK_EQ(wake(), Texts{});
    CHECK_EQ(next_due(), at_seconds(5'000));
}

TEST_CASE_FIXTURE(FrontierFixture, "wake returns at most its maximum, earliest first") {
    for (int i = 0; i < 10; ++i) {
        const std::string name = "h" + std::to_string(i);
        add(new_urls({"http://" + name + "/"}));
        load(name);
        release(name, at_seconds(2'000 - i));
    }
    now = at_seconds(3'000);
    CHECK_EQ(wake(3), Texts{"h9", "h8", "h7"});
    load("h9");
    load("h8");
    CHECK_EQ(wake(3), Texts{"h7", "h6", "h5"});
    CHECK_EQ(wake(0), Texts{});
}

TEST_CASE_FIXTURE(FrontierFixture, "a retry waits for its time and comes back first") {
    add(new_urls({"http://a/1", "http://a/2"}));
    const HostLoad all = load("a");
    commit({retry_at(all.urls[0], at_seconds(2'000))});
    CHECK_EQ(frontier->counts().due, 1);
    CHECK_EQ(frontier->counts().queued, 1);
    release("a", now);
    SUBCASE("in one run") {}
    SUBCASE("after a crash") {
        reopen();
    }
    CHECK_EQ(next_due(), now);
    CHECK_EQ(load_texts("a"), Texts{"http://a/2"});
    CHECK_EQ(next_due(), at_seconds(2'000));
    now = at_seconds(1'999);
    CHECK_EQ(wake(), Texts{});
    now = at_seconds(2'000);
    CHECK_EQ(wake(), Texts{"a"});
    CHECK_EQ(frontier->counts().due, 0);
    CHECK_EQ(frontier->counts().queued, 2);
    const HostLoad again = load("a");
    REQUIRE_EQ(again.urls.size(), 1);
    CHECK_EQ(again.urls[0].url.href(), "http://a/1");
    CHECK_EQ(again.urls[0].attempt, 1);
    CHECK(again.urls[0].priority == Priority::urgent);
    commit({settled(again.urls[0])});
    CHECK_EQ(frontier->counts().done, 1);
}

TEST_CASE_FIXTURE(FrontierFixture, "what is fetched again takes its turn among links") {
    add(new_urls({"http://a/again", "http://a/retry", "http://a/third"}));
    const HostLoad all = load("a");
    Settled again = settled(all.urls[0], UrlState::due);
    again.due_at = at_seconds(2'000);
    again.again.validators.etag = "\"v\"";
    commit({again, retry_at(all.urls[1], at_seconds(2'000)), settled(all.urls[2])});
    release("a", now);
    add(new_urls({"http://a/new"}));
    now = at_seconds(2'000);
    CHECK_EQ(wake(), Texts{"a"});
    SUBCASE("in one run") {}
    SUBCASE("after a crash") {
        reopen();
        wake();
    }
    const HostLoad loaded = load("a");
    REQUIRE_EQ(loaded.urls.size(), 3);
    CHECK_EQ(loaded.urls[0].url.href(), "http://a/retry");
    CHECK_EQ(loaded.urls[1].url.href(), "http://a/new");
    CHECK_EQ(loaded.urls[2].url.href(), "http://a/again");
    CHECK_EQ(loaded.urls[2].validators.etag, "\"v\"");
    CHECK(loaded.urls[0].validators.empty());
    CHECK_EQ(frontier->counts().due, 0);
}

TEST_CASE_FIXTURE(FrontierFixture, "a retry's old entry is not handed out again") {
    add(new_urls({"http://a/1", "http://a/2"}));
    commit({retry_at(load("a").urls[0], at_seconds(2'000))});
    now = at_seconds(2'000);
    wake();
    SUBCASE("while it waits in its new chunk") {
        reopen();
        CHECK_EQ(load_texts("a"), Texts{"http://a/1", "http://a/2"});
    }
    SUBCASE("when it waits for a second retry") {
        commit({retry_at(load("a").urls[0], at_seconds(3'000))});
        reopen();
        CHECK_EQ(load_texts("a"), Texts{"http://a/2"});
        CHECK_EQ(frontier->counts().due, 1);
    }
    SUBCASE("when it is done") {
        commit({settled(load("a").urls[0])});
        reopen();
        CHECK_EQ(load_texts("a"), Texts{"http://a/2"});
    }
}

TEST_CASE_FIXTURE(FrontierFixture, "a host with nothing but retries sleeps until one is due") {
    add(new_urls({"http://a/1"}));
    commit({retry_at(load("a").urls[0], at_seconds(2'000))});
    CHECK_EQ(frontier->counts().hosts, 0);
    release("a", now);
    CHECK_EQ(wake(), Texts{});
    CHECK_EQ(next_due(), at_seconds(2'000));
    now = at_seconds(2'500);
    CHECK_EQ(wake(), Texts{"a"});
    CHECK_EQ(frontier->counts().hosts, 1);
}

TEST_CASE_FIXTURE(FrontierFixture, "a loaded and exhausted host is told of its retries") {
    add(new_urls({"http://a/1"}));
    commit({retry_at(load("a").urls[0], at_seconds(1'000))});
    CHECK_EQ(wake(0), Texts{"a"});
    CHECK_EQ(load_texts("a"), Texts{"http://a/1"});
}

TEST_CASE_FIXTURE(FrontierFixture, "many retries of one instant all come back") {
    std::vector<NewUrl> urls;
    for (int i = 0; i < 1'500; ++i)
        urls.push_back(new_url("http://a/" + std::to_string(i)));
    add(urls);
    std::vector<Settled> group;
    for (const QueuedUrl& item : load("a", 2'000).urls)
        group.push_back(retry_at(item, at_seconds(2'000)));
    commit(group);
    CHECK_EQ(frontier->counts().due, 1'500);
    now = at_seconds(2'000);
    wake();
    CHECK_EQ(frontier->counts().due, 476);  // 1,024 a call
    CHECK_EQ(next_due(), at_seconds(2'000));
    wake();
    CHECK_EQ(frontier->counts().due, 0);
    CHECK_EQ(load("a", 2'000).urls.size(), 1'500);
}

TEST_CASE_FIXTURE(FrontierFixture, "a clock that is set back makes nothing wait for it") {
    now = at_seconds(1'000'000);
    add(new_urls({"http://a/1", "http://b/1"}));
    commit({retry_at(load("a").urls[0], at_seconds(1'000'100))});
    release("a", now);
    load("b");
    release("b", at_seconds(1'000'200));
    add({});  // the clock of the state is here
    now = at_seconds(5'000);
    SUBCASE("in one run") {}
    SUBCASE("over a restart") {
        reopen();
    }
    CHECK_EQ(wake(), Texts{});
    CHECK_EQ(next_due(), at_seconds(5'100));
    now = at_seconds(5'100);
    CHECK_EQ(wake(), Texts{"a"});
    now = at_seconds(5'200);
    Texts both = wake();
    std::sort(both.begin(), both.end());
    CHECK_EQ(both, Texts{"a", "b"});
    // What is new is by the same clock.
    commit({retry_at(load("a").urls[0], at_seconds(5'300))});
    CHECK_EQ(next_due(), at_seconds(5'200));
    load("b");
    CHECK_EQ(next_due(), at_seconds(5'300));
}
