#include "crawl/content_watch.h"

#include <doctest/doctest.h>

#include <string>

using namespace crawld;

namespace {

constexpr HostKey kHost{0x0001'0000'0000'0001};
constexpr HostKey kOther{0x0001'0000'0000'0002};

struct Watched {
    // A URL of its own for every page.
    ContentWatch::Finding note(uint64_t content, uint64_t simhash = 0, bool error = false,
                               std::string_view path = "/x") {
        return watch.note({.key = {.host = kHost, .url = ++urls},
                           .path_and_query = path,
                           .content = content,
                           .simhash = simhash,
                           .error = error});
    }
    bool is_demoted(HostKey host, std::string_view path) {
        const auto demoted = watch.demoted();
        return demoted != nullptr && demoted->have(host, path);
    }
    ContentWatch watch;
    uint64_t urls = 0;
};

constexpr uint64_t kSim = 0x0123'4567'89ab'cdef;

}  // namespace

TEST_CASE_FIXTURE(Watched, "ContentWatch: the same content under another URL is a copy") {
    CHECK(note(7).copy == CopyKind::none);
    CHECK(note(7).copy == CopyKind::same);
    CHECK(note(8).copy == CopyKind::none);
    CHECK(watch.note({.key = {kOther, 1}, .path_and_query = "/", .content = 7}).copy ==
          CopyKind::none);
    CHECK(note(0).copy == CopyKind::none);  // no body
    CHECK(note(0).copy == CopyKind::none);
}

TEST_CASE_FIXTURE(Watched, "ContentWatch: pages fetched again make no part of a host dull") {
    for (int round = 0; round < 200; ++round)
        for (const uint64_t url : {uint64_t{1}, uint64_t{2}}) {
            const auto finding =
                watch.note({.key = {kHost, url}, .path_and_query = "/a/x", .content = 7});
            CHECK(finding.turns.empty());
        }
}

TEST_CASE_FIXTURE(Watched, "ContentWatch: a URL fetched again is no copy of itself") {
    const ContentWatch::Page page{
        .key = {kHost, 9}, .path_and_query = "/a/", .content = 7, .simhash = kSim};
    for (int i = 0; i < 200; ++i) {
        const auto finding = watch.note(page);
        CHECK(finding.copy == CopyKind::none);
        CHECK(finding.turns.empty());
    }
}

TEST_CASE_FIXTURE(Watched,
                  "ContentWatch: up to three bits apart it is similar, wherever they are") {
    note(1, kSim);
    for (const uint64_t bits : {0x1ULL, 0x8000'0000'0001ULL, 0x1'0001'0001ULL, 0x7ULL << 61})
        CHECK(note(urls + 100, kSim ^ bits).copy == CopyKind::similar);
    CHECK(note(50, ~kSim).copy == CopyKind::none);
    CHECK(watch.note({.key = {kOther, 1}, .path_and_query = "/", .content = 51, .simhash = kSim})
              .copy == CopyKind::none);
}

TEST_CASE_FIXTURE(Watched, "ContentWatch: what looks like the host's 404 is a soft 404") {
    CHECK(note(1, kSim, true).copy == CopyKind::none);
    CHECK(note(1, kSim).copy == CopyKind::soft_404);
    CHECK(note(2, kSim ^ 1).copy == CopyKind::soft_404);
    CHECK(note(3, kSim ^ 2).copy == CopyKind::soft_404);
    CHECK(note(4, ~kSim).copy == CopyKind::none);
    // A page that was taken for one before the 404 was seen.
    CHECK(note(5).copy == CopyKind::none);
    note(5, 0, true);
    CHECK(note(5).copy == CopyKind::soft_404);
}

TEST_CASE_FIXTURE(Watched, "ContentWatch: a prefix without news is demoted, and restored by news") {
    std::string turns;
    const auto take = [&](const ContentWatch::Finding& finding) {
        for (const auto& turn : finding.turns)
            turns += (turn.demoted ? "-" : "+") + turn.prefix + " ";
    };
    for (uint64_t i = 0; i < 50; ++i)
        take(note(1'000 + i, 0, false, "/docs/a/" + std::to_string(i)));
    for (uint64_t i = 0; i < 100; ++i) {
        take(note(7, 0, false, "/cal/2026/" + std::to_string(i)));
        take(note(2'000 + i, 0, false, "/docs/b/" + std::to_string(i)));
        take(note(8, 0, false, "/find?q=" + std::to_string(i)));
    }
    CHECK(turns == "-/cal/ -/cal/2026/ -/find? ");
    CHECK(is_demoted(kHost, "/cal/2027/1"));
    CHECK(is_demoted(kHost, "/cal/2026/1"));
    CHECK(is_demoted(kHost, "/find?q=x"));
    CHECK_FALSE(is_demoted(kHost, "/find"));
    CHECK_FALSE(is_demoted(kHost, "/docs/b/1"));
    CHECK_FALSE(is_demoted(kHost, "/cal"));
    CHECK_FALSE(is_demoted(kOther, "/cal/2026/1"));
    turns.clear();
    for (uint64_t i = 0; i < 20; ++i)
        take(note(3'000 + i, 0, false, "/cal/2027/" + std::to_string(i)));
    CHECK(turns == "+/cal/ ");
    CHECK_FALSE(is_demoted(kHost, "/cal/2027/1"));
    CHECK(is_demoted(kHost, "/cal/2026/1"));
}

TEST_CASE_FIXTURE(Watched,
                  "ContentWatch: names that differ in their numbers are a part of a host") {
    std::string turns;
    const auto take = [&](std::string path, uint64_t content) {
        for (const auto& turn : note(content, 0, false, path).turns)
            turns += (turn.demoted ? "-" : "+") + turn.prefix + " ";
    };
    for (uint64_t i = 0; i < 100; ++i) {
        const std::string n = std::to_string(i);
        take("/day-" + n, 1);
        take("/page" + n + ".html", 100 + i);  // its content is new
        take("/" + n + "th", 2);
        take("/" + n + "a" + n + "b", 3);
        take("/" + n + "/x", 4);
        take("/cal/2026-" + n, i % 3 == 0 ? 300 + i : 5);
        take("/cal/x" + n + "/y", i % 3 == 0 ? 600 + i : 6);
        take("/find" + n + "?a=" + n, 7);
        take("/about", 800 + i);
    }
    CHECK(turns == "-/day-# -/#th -/# -/#/ -/find#? ");
    CHECK(is_demoted(kHost, "/day-1000"));
    CHECK(is_demoted(kHost, "/1a2"));
    CHECK(is_demoted(kHost, "/55/x"));
    CHECK(is_demoted(kHost, "/find3?b"));
    for (const char* path : {"/page1.html", "/cal/2026-1", "/cal/x1/y", "/about", "/", "/find3",
                             "/day-", "/Day-1", "/caf%C3%A9", "/x/y"})
        CHECK_FALSE_MESSAGE(is_demoted(kHost, path), path);
    turns.clear();
    for (uint64_t i = 0; i < 20; ++i)
        take("/day-" + std::to_string(i), 9'000 + i);
    CHECK(turns == "+/day-# ");
}

TEST_CASE_FIXTURE(Watched, "ContentWatch: names without numbers below the root are one part") {
    std::string turns;
    const auto take = [&](std::string path, uint64_t content) {
        for (const auto& turn : note(content, 0, false, path).turns)
            turns += (turn.demoted ? "-" : "+") + turn.prefix + " ";
    };
    for (char a = 'a'; a <= 'z'; ++a)
        for (const char* b : {"x", "y%C3%A9", "z"}) {
            take(std::string("/") + a + b, 1);
            take("/", 2);
            take(std::string("/good/") + a + b, 1'000 + urls);
            take(std::string("/good?") + a + b, 2'000 + urls);
        }
    CHECK(turns == "-/* ");
    CHECK(is_demoted(kHost, "/never-seen"));
    for (const char* path : {"/", "/good/x", "/good?x", "/x1", "/x/", "/?"})
        CHECK_FALSE_MESSAGE(is_demoted(kHost, path), path);
}

TEST_CASE_FIXTURE(Watched, "ContentWatch: a few copies are no trap, and error pages do not count") {
    for (uint64_t i = 0; i + 1 < ContentWatch::kPagesMin; ++i)
        CHECK(note(7, 0, false, "/few/x").turns.empty());
    for (uint64_t i = 0; i < 200; ++i)
        CHECK(note(9, 0, true, "/gone/x").turns.empty());
    CHECK_FALSE(is_demoted(kHost, "/few/x"));
    CHECK_FALSE(is_demoted(kHost, "/gone/x"));
}

TEST_CASE_FIXTURE(Watched, "ContentWatch: more hosts and prefixes than fit do no harm") {
    for (uint64_t i = 0; i < 300'000; ++i) {
        const std::string path = "/p" + std::to_string(i) + "/";
        watch.note({.key = {HostKey{i}, i},
                    .path_and_query = path,
                    .content = i % 1'000 + 1,
                    .simhash = i * 0x9e37'79b9'7f4a'7c15});
    }
    for (uint64_t i = 0; i < 200; ++i)
        note(7, 0, false, "/cal/x");
    CHECK(is_demoted(kHost, "/cal/x"));
}
