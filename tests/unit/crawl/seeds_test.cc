#include "crawl/seeds.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "committer_fixture.h"

using namespace crawld;

namespace {

class SeedsFixture : public CommitterFixture {
  public:
    SeedsFixture() {
        auto opened =
            Log::open({.clock = [this] { return loop.wall(); },
                       .capture = [this](std::string_view line) { lines.emplace_back(line); }});
        REQUIRE(opened.has_value());
        log = std::move(*opened);
        auto made = Scope::make({.within = ScopePreset::host}, suffixes);
        REQUIRE(made.has_value());
        scope = *made;
    }

    std::string file(const std::string& text) {
        const std::string path = dir / "seeds.txt";
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    std::unique_ptr<SeedReader> start(const std::vector<SeedOption>& seeds) {
        finished = scope_known = false;
        auto reader = std::make_unique<SeedReader>(
            SeedReader::Setup{.loop = loop,
                              .workers = workers,
                              .committer = *committer,
                              .log = *log,
                              .scope = scope,
                              .suffixes = suffixes,
                              .canonical = canonical},
            seeds,
            SeedReader::Listener{.scope_known = [this] { scope_known = true; },
                                 .finished = [this] { finished = true; }});
        reader->start();
        return reader;
    }
    void read(const std::vector<SeedOption>& seeds) {
        const auto reader = start(seeds);
        run();
        CHECK(finished);
    }
    // How many lines of the log hold the text.
    size_t told(const std::string& text) const {
        size_t count = 0;
        for (const std::string& line : lines)
            count += line.find(text) != std::string::npos;
        return count;
    }

    const std::shared_ptr<const Suffixes> suffixes = std::make_shared<Suffixes>();
    std::shared_ptr<const CanonicalRules> canonical =
        std::make_shared<CanonicalRules>(CanonicalOptions{}, suffixes);
    std::shared_ptr<Scope> scope;
    SimExecutor workers{loop, milliseconds(1)};
    std::unique_ptr<Log> log;
    std::vector<std::string> lines;
    bool scope_known = false;
    bool finished = false;
};

std::string numbered(int from, int to) {
    std::string text;
    for (int i = from; i < to; ++i)
        text += "http://a.example/" + std::to_string(i) + "\n";
    return text;
}

}  // namespace

TEST_CASE_FIXTURE(SeedsFixture, "URLs of the configuration and of files become known, as seeds") {
    read({{.url = "http://a.example/", .file = {}},
          {.url = {}, .file = file("http://b.example/\nhttps://b.example/x#y\n")}});
    CHECK_EQ(committer->counts().known, 3);
    const HostKey host = url_key(*CanonicalUrl::parse("http://b.example/"), *suffixes).host;
    std::vector<QueuedUrl> urls;
    REQUIRE(committer->load({.host = host, .most = {10}, .robots_known = {}}, loop,
                            [&](LoadReply reply) { urls = reply.load.urls; }));
    run();
    REQUIRE_EQ(urls.size(), 2);
    CHECK_EQ(urls[0].discovery, Discovery::seed);
    CHECK_EQ(urls[0].depth, 0);
    CHECK_EQ(urls[0].via, "");
    CHECK_EQ(urls[1].url.href(), "https://b.example/x");
}

TEST_CASE_FIXTURE(SeedsFixture, "seeds take the form of the operator's canonical rules") {
    canonical =
        std::make_shared<CanonicalRules>(CanonicalOptions{.strip_tracking = true}, suffixes);
    read({{.url = "http://a.example/?utm_source=x", .file = {}},
          {.url = {}, .file = file("http://a.example/\nhttp://a.example/?gclid=1\n")}});
    CHECK_EQ(committer->counts().known, 1);
}

TEST_CASE_FIXTURE(SeedsFixture, "the scope knows all seeds before the first URL becomes known") {
    const auto reader = start({{.url = {}, .file = file(numbered(0, 5'000))},
                               {.url = "http://last.example/", .file = {}}});
    while (!scope_known && loop.step()) {
    }
    REQUIRE(scope_known);
    CHECK_EQ(committer->counts().known, 0);
    CHECK_EQ(scope->check(*CanonicalUrl::parse("http://a.example/other")), "");
    CHECK_EQ(scope->check(*CanonicalUrl::parse("http://last.example/other")), "");
    CHECK_EQ(scope->check(*CanonicalUrl::parse("http://b.example/")), "out-of-scope");
    run();
}

TEST_CASE_FIXTURE(SeedsFixture,
                  "blank lines and comments are skipped, line ends of any kind are fine") {
    read({{.url = {},
           .file = file("\n# http://no.example/\r\n  http://a.example/  \r\n\n"
                        "http://b.example/")}});
    CHECK_EQ(committer->counts().known, 2);
    CHECK_EQ(told("seed.rejected"), 0);
    CHECK_EQ(told("\"lines\":2,\"added\":2,\"known\":0,\"rejected\":0"), 1);
}

TEST_CASE_FIXTURE(SeedsFixture,
                  "broken lines are told by number, text and reason, and lose nothing") {
    read({{.url = {},
           .file = file("http://a.example/\nexample.org\nftp://b.example/\n"
                        "http://[broken\n\x01\x02\nhttp://c.example/\n")}});
    CHECK_EQ(committer->counts().known, 2);
    CHECK_EQ(told("\"line\":2,\"text\":\"example.org\""), 1);
    CHECK_EQ(told("https://example.org"), 1);  // how to write it
    CHECK_EQ(told("\"line\":3"), 1);
    CHECK_EQ(told("\"line\":4"), 1);
    CHECK_EQ(told("\"line\":5"), 1);
    CHECK_EQ(told("\"lines\":6,\"added\":2,\"known\":0,\"rejected\":4"), 1);
}

TEST_CASE_FIXTURE(SeedsFixture, "a line that is too long is rejected, and the next one is read") {
    const std::string path =
        file("http://a.example/" + std::string(40'000, 'x') + "\nhttp://b.example/\n");
    read({{.url = {}, .file = path}});
    CHECK_EQ(committer->counts().known, 1);
    CHECK_EQ(told("too long"), 1);
}

TEST_CASE_FIXTURE(SeedsFixture, "a line is too long by its bytes, whatever is in them") {
    const std::string longest(SeedReader::kLineBytesMax - 17, 'x');
    read({{.url = {},
           .file =
               file("http://a.example/" + longest + "\nhttp://b.example/" + longest + "x\n" +
                    std::string(20'000, ' ') + "http://c.example/\n#" + std::string(20'000, 'x') +
                    "\nhttp://d.example/\n" + std::string(100'000, 'x'))}});
    CHECK_EQ(committer->counts().known, 2);
    CHECK_EQ(told("too long"), 3);
    CHECK_EQ(told("\"line\":2"), 1);
    CHECK_EQ(told("\"line\":3"), 1);
    CHECK_EQ(told("\"line\":6"), 1);
}

TEST_CASE_FIXTURE(SeedsFixture, "a byte order mark is no part of the first line") {
    read({{.url = {}, .file = file("\xEF\xBB\xBFhttp://a.example/\nhttp://b.example/\n")}});
    CHECK_EQ(committer->counts().known, 2);
    lines.clear();
    read({{.url = {}, .file = file("\xEF\xBB\xBF# a comment\n\xEF\xBB\xBFhttp://c.example/\n")}});
    CHECK_EQ(committer->counts().known, 2);
    CHECK_EQ(told("\"line\":2"), 1);
}

TEST_CASE_FIXTURE(SeedsFixture, "of many broken lines the first few are told and all are counted") {
    std::string text;
    for (int i = 0; i < 5'000; ++i)
        text += "broken\n";
    read({{.url = {}, .file = file(text)}});
    CHECK_EQ(told("\"rejected\":5000"), 1);
    CHECK_EQ(told("seed.rejected"), SeedReader::kRejectedTold);
}

TEST_CASE_FIXTURE(SeedsFixture, "a file of several batches is read whole, repeats are known") {
    read({{.url = {}, .file = file(numbered(0, 5'000) + numbered(0, 1'000))}});
    CHECK_EQ(committer->counts().known, 5'000);
    CHECK_EQ(told("\"lines\":6000,\"added\":5000,\"known\":1000"), 1);
}

TEST_CASE_FIXTURE(SeedsFixture,
                  "after a restart the file is read on from the last batch that was committed") {
    const std::string path =
        file(numbered(0, 50) + std::string(100'000, 'x') + "\n" + numbered(50, 9'000));
    {
        const auto reader = start({{.url = {}, .file = path}});
        while (committer->counts().known < SeedReader::kBatchLines && loop.step()) {
        }
    }
    reopen();
    const uint64_t known = committer->counts().known;
    REQUIRE_GE(known, SeedReader::kBatchLines);
    REQUIRE_LT(known, 9'000);
    lines.clear();
    read({{.url = {}, .file = path}});
    CHECK_EQ(committer->counts().known, 9'000);
    CHECK_EQ(told("\"lines\":" + std::to_string(9'000 - known) + ",\"added\":"), 1);
}

TEST_CASE_FIXTURE(SeedsFixture, "a file that was read whole is read again only if it changed") {
    const std::string path = file(numbered(0, 10));
    read({{.url = {}, .file = path}});
    lines.clear();
    read({{.url = {}, .file = path}});
    CHECK_EQ(told("\"lines\":0,"), 1);
    lines.clear();
    file(numbered(0, 12));
    read({{.url = {}, .file = path}});
    CHECK_EQ(committer->counts().known, 12);
    CHECK_EQ(told("\"lines\":12,\"added\":2,\"known\":10"), 1);
}

TEST_CASE_FIXTURE(SeedsFixture, "a file that another of the same size replaced is read whole") {
    const std::string path = file(numbered(10, 20));
    const std::string before = SeedReader::versions({{.url = {}, .file = path}});
    read({{.url = {}, .file = path}});
    CHECK_EQ(SeedReader::versions({{.url = {}, .file = path}}), before);
    const auto written = std::filesystem::last_write_time(path);
    std::filesystem::rename(path, path + ".old");
    file(numbered(20, 30));
    std::filesystem::last_write_time(path, written);
    CHECK_NE(SeedReader::versions({{.url = {}, .file = path}}), before);
    read({{.url = {}, .file = path}});
    CHECK_EQ(committer->counts().known, 20);
}

TEST_CASE_FIXTURE(SeedsFixture, "without seeds there is nothing to wait for") {
    read({});
    CHECK(scope_known);
    CHECK_EQ(committer->counts().known, 0);
}

TEST_CASE_FIXTURE(SeedsFixture, "a reader that is gone says nothing more") {
    {
        const auto reader = start({{.url = {}, .file = file(numbered(0, 5'000))}});
        loop.step();
    }
    run();
    CHECK_FALSE(finished);
    CHECK_FALSE(scope_known);
}

TEST_CASE_FIXTURE(SeedsFixture, "a pipe is no seed file: nobody may ever write to it") {
    const std::string pipe = dir / "pipe";
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    CHECK_FALSE(SeedReader::check({{.file = pipe}}).has_value());
}

TEST_CASE_FIXTURE(SeedsFixture, "a seed file that cannot be read is named") {
    const std::string missing = dir / "missing.txt";
    const Status checked = SeedReader::check({{.url = {}, .file = missing}});
    REQUIRE_FALSE(checked.has_value());
    CHECK_EQ(checked.error().code, ErrorCode::configuration);
    CHECK(checked.error().message.find(missing) != std::string::npos);
    CHECK_FALSE(SeedReader::check({{.url = {}, .file = dir.path().string()}}).has_value());
    CHECK(SeedReader::check({{.url = "http://a/", .file = {}}, {.url = {}, .file = file("x")}}));
}
