#include "crawl/committer.h"

#include <doctest/doctest.h>

#include "committer_fixture.h"
#include "crawl/robots_cache.h"

using namespace crawld;

namespace {

Settled done(const QueuedUrl& item) {
    Settled settled;
    settled.key = item.key;
    settled.chunk = item.chunk;
    settled.host.name = std::string(item.url.host());
    return settled;
}

CommitGroup group_of(const QueuedUrl& item) {
    CommitGroup group;
    group.settled.push_back(done(item));
    group.pages = 1;
    group.bytes = 100;
    return group;
}

LoadRequest load_of(std::string_view host) {
    return {.host = host_key(host, host), .most = {10}, .robots_known = {}};
}

RobotsEntry entry_of(const LoadReply& reply, std::string_view authority) {
    for (const RobotsEntry& entry : reply.robots)
        if (entry.authority == authority) return entry;
    FAIL("not told: " << authority);
    return {};
}

CommitGroup::Robots robots_of(const std::string& host, RobotsVerdict verdict, std::string body) {
    CommitGroup::Robots robots;
    robots.authority = "http://" + host;
    robots.host = host_key(host, host);
    robots.record.verdict = static_cast<uint8_t>(verdict);
    robots.record.body = std::move(body);
    return robots;
}

}  // namespace

TEST_CASE_FIXTURE(CommitterFixture, "nothing is acknowledged or counted before it is written") {
    add({"http://a/1"});
    CommitGroup group = group_of(load("a").load.urls.at(0));
    bool acknowledged = false;
    REQUIRE(committer->commit(group, loop.wall(), loop, [&](CommitGroup, Status status) {
        CHECK(status.has_value());
        // What is told is on disk already.
        CHECK_EQ(committer->counts().done, 1);
        CHECK_EQ(committer->totals().pages, 1);
        acknowledged = true;
    }));
    CHECK(group.settled.empty());  // handed over
    CHECK_EQ(committer->counts().done, 0);
    CHECK_EQ(committer->totals().pages, 0);
    loop.run_for(milliseconds(2));
    CHECK_FALSE(acknowledged);
    run();
    CHECK(acknowledged);
}

TEST_CASE_FIXTURE(CommitterFixture, "the group comes back with how many of its links were new") {
    add({"http://a/1"});
    CommitGroup group = group_of(load("a").load.urls.at(0));
    group.settled[0].found = {new_url("http://a/1"), new_url("http://a/2"), new_url("http://b/")};
    uint64_t links_new = 0;
    REQUIRE(committer->commit(group, loop.wall(), loop, [&](CommitGroup back, Status) {
        links_new = back.settled.at(0).links_new;
    }));
    run();
    CHECK_EQ(links_new, 2);
    CHECK_EQ(load("b").load.urls.size(), 1);
}

TEST_CASE_FIXTURE(CommitterFixture, "totals go on over a restart") {
    add({"http://a/1", "http://a/2"});
    const auto urls = load("a").load.urls;
    for (const QueuedUrl& url : urls) {
        CommitGroup group = group_of(url);
        REQUIRE(committer->commit(group, loop.wall(), loop, [](CommitGroup, Status) {}));
        run();
        reopen();
    }
    CHECK_EQ(committer->totals().pages, 2);
    CHECK_EQ(committer->totals().bytes, 200);
}

TEST_CASE_FIXTURE(CommitterFixture, "hosts that got work are told") {
    add({"http://a/1", "http://a/2", "http://b/"});
    CHECK_EQ(woken.size(), 2);
}

TEST_CASE_FIXTURE(CommitterFixture,
                  "a load brings the robots record of every authority of its URLs") {
    add({"http://a/1", "https://a/1", "http://a:8080/1"});
    CommitGroup group;
    group.robots.push_back(robots_of("a", RobotsVerdict::rules, "User-agent: *\nDisallow: /no"));
    REQUIRE(committer->commit(group, loop.wall(), loop, [](CommitGroup, Status) {}));
    const LoadReply reply = load("a");
    CHECK_EQ(reply.robots.size(), 3);
    CHECK_EQ(entry_of(reply, "http://a").rules->rule_count(), 1);
    CHECK_EQ(entry_of(reply, "https://a").verdict, RobotsVerdict::unknown);
}

TEST_CASE_FIXTURE(CommitterFixture, "a robots record that is known is not read again") {
    add({"http://a/1", "https://a/1"});
    LoadRequest request = load_of("a");
    request.robots_known = {"https://a"};
    std::vector<std::string> read;
    REQUIRE(committer->load(request, loop, [&](const LoadReply& reply) {
        for (const RobotsEntry& entry : reply.robots)
            read.push_back(entry.authority);
    }));
    run();
    CHECK_EQ(read, std::vector<std::string>{"http://a"});
}

TEST_CASE_FIXTURE(CommitterFixture,
                  "rules are read for the first ones, as many as one job parses") {
    const std::string large =
        "User-agent: *\nDisallow: /no\n" + std::string(kRobotsBytesMax / 2, '#');
    CommitGroup group;
    std::vector<RulesMemory::Owner> asked;
    for (const std::string host : {"a", "b", "c"}) {
        add({"http://" + host + "/1"});
        group.robots.push_back(robots_of(host, RobotsVerdict::rules, large));
        asked.push_back({.host = host_key(host, host), .authority = "http://" + host});
    }
    asked.insert(asked.begin(), {.host = host_key("a", "a"), .authority = "https://a"});
    REQUIRE(committer->commit(group, loop.wall(), loop, [](CommitGroup, Status) {}));
    std::vector<RobotsEntry> read;
    REQUIRE(committer->read_rules(asked, loop,
                                  [&](std::vector<RobotsEntry> entries) { read = entries; }));
    run();
    REQUIRE_EQ(read.size(), 3);
    CHECK_EQ(read[0].verdict, RobotsVerdict::unknown);  // there is none
    CHECK_EQ(read[1].authority, "http://a");
    CHECK_EQ(read[2].authority, "http://b");
    CHECK_FALSE(read[2].rules->decide("/no").allowed);
}

TEST_CASE_FIXTURE(CommitterFixture,
                  "a failure of robots.txt keeps the body of the last good copy") {
    add({"http://a/1"});
    const auto put = [&](const CommitGroup::Robots& robots) {
        CommitGroup group;
        group.robots.push_back(robots);
        REQUIRE(committer->commit(group, loop.wall(), loop, [](CommitGroup, Status) {}));
        run();
    };
    put(robots_of("a", RobotsVerdict::rules, "User-agent: *\nDisallow: /no"));
    auto failing = robots_of("a", RobotsVerdict::rules, "");
    failing.record.first_failure_at = loop.wall();
    put(failing);
    const RobotsEntry entry = entry_of(load("a"), "http://a");
    CHECK_EQ(entry.rules->rule_count(), 1);
    CHECK_EQ(entry.first_failure_at, failing.record.first_failure_at);
    put(robots_of("a", RobotsVerdict::rules, ""));  // an empty file is a good one
    reopen();
    CHECK_EQ(entry_of(load("a"), "http://a").rules->rule_count(), 0);
}

TEST_CASE_FIXTURE(CommitterFixture, "a host of which nothing is known has nothing to load") {
    const LoadReply reply = load("a", false);
    CHECK(reply.load.exhausted);
    CHECK(reply.load.urls.empty());
    CHECK(fatal.empty());
}

TEST_CASE_FIXTURE(CommitterFixture,
                  "a known host without a row is damage: fatal once, then silence") {
    REQUIRE(committer->load(load_of("a"), loop, [](LoadReply) { FAIL("told of what failed"); }));
    run();
    CHECK_EQ(fatal.size(), 1);
    CommitGroup group;
    REQUIRE(committer->commit(group, loop.wall(), loop,
                              [](CommitGroup, Status) { FAIL("a job after the end"); }));
    REQUIRE(committer->load(load_of("b"), loop, [](LoadReply) { FAIL("a load"); }));
    run();
    CHECK_EQ(fatal.size(), 1);
}

TEST_CASE_FIXTURE(CommitterFixture, "a call that does not fit is refused and keeps its group") {
    add({"http://a/1"});
    CommitGroup group = group_of(load("a").load.urls.at(0));
    while (committer->load(load_of("a"), loop, [](LoadReply) {})) {
    }
    CHECK_FALSE(committer->commit(group, loop.wall(), loop, [](CommitGroup, Status) {}));
    CHECK_EQ(group.settled.size(), 1);
    CHECK_EQ(group.pages, 1);
    run();
    CHECK(committer->commit(group, loop.wall(), loop, [](CommitGroup, Status) {}));
    run();
    CHECK_EQ(committer->counts().done, 1);
}

TEST_CASE_FIXTURE(CommitterFixture, "seeds and how far they were read are one commit") {
    std::vector<NewUrl> urls{new_url("http://a/1"), new_url("http://a/2")};
    uint64_t added_now = 0;
    REQUIRE(committer->add(std::move(urls), "seeds/file", "here", loop.wall(), loop,
                           [&](const Result<uint64_t>& added) { added_now = *added; }));
    run();
    CHECK_EQ(added_now, 2);
    std::optional<std::string> progress;
    REQUIRE(committer->get_meta("seeds/file", loop,
                                [&](std::optional<std::string> value) { progress = value; }));
    run();
    CHECK_EQ(progress, "here");
}

TEST_CASE_FIXTURE(CommitterFixture,
                  "retries wake their host when they are due, and say when that is") {
    add({"http://a/1"});
    const QueuedUrl item = load("a").load.urls.at(0);
    CommitGroup group = group_of(item);
    group.settled[0].state = UrlState::due;
    group.settled[0].due_at = loop.wall() + hours(2);
    group.settled[0].again = item;
    REQUIRE(committer->commit(group, loop.wall(), loop, [](CommitGroup, Status) {}));
    run();
    HostFacts facts;
    facts.name = "a";
    REQUIRE(committer->release(item.key.host, facts, loop.wall()));
    run();
    woken.clear();
    bool asked = false;
    REQUIRE(committer->wake(loop.wall(), 10, loop, [&] { asked = true; }));
    run();
    CHECK(asked);
    CHECK(woken.empty());
    CHECK_LE(committer->next_due() - loop.wall(), hours(2));
    REQUIRE(committer->wake(loop.wall() + hours(3), 10, loop, [] {}));
    run();
    CHECK_EQ(woken, std::vector<std::string>{"a"});
}
