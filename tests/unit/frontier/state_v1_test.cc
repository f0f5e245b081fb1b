// A state that an earlier crawld wrote, kept as text in state_v1.txt, is read and gone on with.
#include "support/state_v1.h"
#include "fixture.h"

using namespace crawld;

namespace {

// Made at 2026-01-01 00:00; the last change was 20 s later.
constexpr int64_t kMade = 1'767'225'600;

class StateV1 : public FrontierFixture {
  public:
    StateV1() {
        frontier.reset();
        store.reset();
        std::filesystem::remove_all(dir / "db");
        test::make_state_v1(dir / "db");
        now = at_seconds(kMade + 30);
        reopen();
    }
};

const QueuedUrl& find(const HostLoad& load, std::string_view href) {
    for (const QueuedUrl& url : load.urls)
        if (url.url.href() == href) return url;
    FAIL("not queued: " << href);
    return load.urls.front();
}

}  // namespace

TEST_CASE_FIXTURE(StateV1, "a state of version 1 keeps its counts, hosts and queues") {
    CHECK_EQ(store->upgraded_from(), 1);
    CHECK_EQ(frontier->counts().known, 9);
    CHECK_EQ(frontier->counts().queued, 5);
    CHECK_EQ(frontier->counts().due, 1);
    CHECK_EQ(frontier->counts().done, 3);
    CHECK_EQ(frontier->counts().hosts, 3);
    CHECK_EQ(wake(), Texts{"b.example", "a.example", "c.example"});
    CHECK_EQ(load_texts("c.example"), Texts{"http://c.example/"});

    const HostLoad a = load("a.example");
    CHECK_EQ(a.urls.size(), 2);
    const QueuedUrl& again = find(a, "https://a.example/again");
    CHECK_EQ(again.attempt, 1);
    CHECK_EQ(again.first_try, at_seconds(kMade));
    CHECK_EQ(again.validators,
             Validators{.etag = "\"e\"", .last_modified = "Mon, 05 Jan 2026 10:00:00 GMT"});
    CHECK_EQ(find(a, "https://a.example/later").lastmod, at_seconds(1'700'000'000));

    const HostLoad b = load("b.example");
    const QueuedUrl& redirected = find(b, "https://b.example/1");
    CHECK_EQ(redirected.depth, 1);
    CHECK_EQ(redirected.hops, 2);
    CHECK_EQ(redirected.via, "https://a.example/");
    CHECK(redirected.discovery == Discovery::redirect);
    find(b, "https://b.example/2?q=%C3%A9");
}

TEST_CASE_FIXTURE(StateV1, "a state of version 1 keeps what is due and what robots.txt said") {
    now = at_seconds(kMade + 3'601);
    wake();
    const HostLoad a = load("a.example");
    CHECK_EQ(a.urls.size(), 3);
    CHECK_EQ(find(a, "https://a.example/retry").attempt, 1);
    const auto robots = frontier->robots("https://a.example", key_of("a.example"));
    REQUIRE(robots.has_value());
    REQUIRE(robots->has_value());
    CHECK_EQ((*robots)->body, "User-agent: *\nDisallow: /no");
    CHECK_EQ((*robots)->expires_at, at_seconds(kMade + 86'400));
}

TEST_CASE_FIXTURE(StateV1, "a crawl goes on from a state of version 1 and fetches nothing again") {
    CHECK_EQ(add(new_urls({"https://a.example/", "https://a.example/done", "https://a.example/gone",
                           "https://a.example/retry", "https://a.example/again"})),
             0);
    CHECK_EQ(add(new_urls({"https://a.example/new"})), 1);
    const HostLoad a = load("a.example");
    CHECK_EQ(a.urls.size(), 3);
    for (const QueuedUrl& url : a.urls)
        commit({settled(url)});
    reopen();
    CHECK_FALSE(store->upgraded_from().has_value());
    CHECK_EQ(frontier->counts().done, 6);
    CHECK_EQ(load("b.example").urls.size(), 2);
}
