#include "exchange/import.h"

#include <doctest/doctest.h>

#include <fstream>

#include "unit/frontier/fixture.h"

using namespace crawld;

namespace {

// The configuration's seed is http://a.test/; its scope is that host.
class ImportFixture : public FrontierFixture {
  public:
    Result<ImportCounts> try_import(const std::string& text, ImportAs as = ImportAs::queued) {
        std::ofstream(dir / "in", std::ios::binary) << text;
        auto lines = LineReader::open(dir / "in");
        REQUIRE(lines.has_value());
        auto importer = Importer::make({.frontier = *frontier,
                                        .suffixes = std::make_shared<Suffixes>(),
                                        .crawl = crawl,
                                        .hosts = std::make_shared<const HostOptionsTable>(
                                            options_of_hosts, std::vector<HostOverlay>()),
                                        .clock = [this] { return now; }});
        REQUIRE_MESSAGE(importer.has_value(), importer.error().message);
        return importer->import(*lines, "in", ImportFormat::automatic, as);
    }
    ImportCounts import(const std::string& text, ImportAs as = ImportAs::queued) {
        const auto counts = try_import(text, as);
        REQUIRE_MESSAGE(counts.has_value(), counts.error().message);
        CHECK_EQ(counts->lines, counts->queued + counts->seen + counts->unqueued + counts->known +
                                    counts->rejected);
        return *counts;
    }

    CrawlOptions crawl{
        .seeds = {{.url = "http://a.test/"}}, .scope = {}, .canonical = {}, .limits = {}};
    HostOptions options_of_hosts;
};

std::string heritrix_line(int status, const std::string& url) {
    return "2026-02-03T04:05:06.123Z " + std::to_string(status) + " 10 " + url + " L\n";
}

}  // namespace

TEST_CASE_FIXTURE(ImportFixture, "URLs are queued as seeds are, in canonical form and once") {
    const std::string text =
        "\xEF\xBB\xBF# list\r\nHTTP://A.test:80/x#f\r\n\r\nhttp://a.test/x\r\nhttp://a.test/y";
    const ImportCounts counts = import(text);
    CHECK_EQ(counts.format, ImportFormat::seeds);
    CHECK_EQ(counts.lines, 3);
    CHECK_EQ(counts.queued, 2);
    CHECK_EQ(counts.known, 1);
    reopen();
    const ImportCounts again = import(text);
    CHECK_EQ(again.queued, 0);
    CHECK_EQ(again.known, 3);
    const HostLoad loaded = load("a.test");
    REQUIRE_EQ(loaded.urls.size(), 2);
    CHECK_EQ(loaded.urls[0].url.href(), "http://a.test/x");
    CHECK(loaded.urls[0].priority == Priority::seed);
    CHECK(loaded.urls[0].discovery == Discovery::seed);
}

TEST_CASE_FIXTURE(ImportFixture, "what does not belong to the crawl is rejected, with its line") {
    crawl.scope.rules = {{.name = "no-private", .deny = "/private/"}};
    options_of_hosts.limits.url_bytes = 100;
    const ImportCounts counts = import(
        "http://a.test/1\nhttp://b.test/\nftp://a.test/\nexample.org\n"
        "http://a.test/private/\nhttp://a.test/" +
        std::string(100, 'l') + "\nhttp://a.test/" + std::string(400'000, 'l') + "\nhttp://\n");
    CHECK_EQ(counts.queued, 1);
    CHECK_EQ(counts.rejected, 7);
    std::vector<std::pair<uint64_t, std::string>> told;
    for (const auto& rejected : counts.first_rejected)
        told.emplace_back(rejected.line, rejected.reason);
    CHECK(told == std::vector<std::pair<uint64_t, std::string>>{
                      {2, "out-of-scope"},
                      {3, "not an http or https URL"},
                      {4, "not a URL; write it with its scheme, for example https://example.org"},
                      {5, "no-private"},
                      {6, "limits.url_bytes"},
                      {7, "the line is too long"},
                      {8, "not an http or https URL"}});
    CHECK_LE(counts.first_rejected[5].text.size(), 200);
}

TEST_CASE_FIXTURE(ImportFixture, "the scope is that of all seeds, those in files too") {
    std::ofstream(dir / "seeds") << "# more\nhttp://b.test/\n";
    crawl.seeds.push_back({.file = dir / "seeds"});
    crawl.seeds.push_back({.sitemap = "http://c.test/sitemap.xml"});
    const ImportCounts counts = import("http://b.test/1\nhttp://c.test/1\nhttp://d.test/1\n");
    CHECK_EQ(counts.queued, 2);
    CHECK_EQ(counts.rejected, 1);
}

TEST_CASE_FIXTURE(ImportFixture, "as seen, what was fetched is settled and the rest is queued") {
    const std::string log =
        heritrix_line(1, "dns:a.test") + heritrix_line(200, "http://a.test/1") +
        heritrix_line(-2, "http://a.test/2") + heritrix_line(404, "http://a.test/3") +
        heritrix_line(200, "http://elsewhere.test/") + heritrix_line(-2, "http://b.test/");
    const ImportCounts counts = import(log, ImportAs::seen);
    CHECK_EQ(counts.format, ImportFormat::heritrix);
    CHECK_EQ(counts.seen, 2);
    CHECK_EQ(counts.queued, 2);
    CHECK_EQ(counts.rejected, 1);
    CHECK_EQ(frontier->counts().done, 2);
    reopen();
    const ImportCounts again = import(log, ImportAs::seen);
    CHECK_EQ(again.known, 4);
    CHECK_EQ(load_texts("a.test"), Texts{"http://a.test/2", "http://a.test/3"});
}

TEST_CASE_FIXTURE(ImportFixture, "as seen, a URL that was queued before leaves its queue") {
    import("http://a.test/1\nhttp://a.test/2\n");
    // The later line of the log counts.
    const ImportCounts counts =
        import(heritrix_line(-2, "http://a.test/1") + heritrix_line(200, "http://a.test/1"),
               ImportAs::seen);
    CHECK_EQ(counts.unqueued, 1);
    CHECK_EQ(counts.known, 1);
    CHECK_EQ(load_texts("a.test"), Texts{"http://a.test/2"});
}

TEST_CASE_FIXTURE(ImportFixture, "more lines than a batch, and only the first rejected are kept") {
    std::string text;
    for (size_t i = 0; i < 2 * Importer::kBatchLines + 7; ++i)
        text += "http://a.test/" + std::to_string(i) + "\nno url\n";
    const ImportCounts counts = import(text);
    CHECK_EQ(counts.queued, 2 * Importer::kBatchLines + 7);
    CHECK_EQ(counts.rejected, counts.queued);
    CHECK_EQ(counts.first_rejected.size(), Importer::kRejectedTold);
    CHECK_EQ(counts.first_rejected.back().line, 2 * Importer::kRejectedTold);
}

TEST_CASE_FIXTURE(ImportFixture, "a refused file changes nothing") {
    const auto counts = try_import("00b1c9a0e8a1d6b8a4d1b1fd6d3be7ad6f3f8d55\n");
    REQUIRE_FALSE(counts.has_value());
    CHECK_EQ(counts.error().code, ErrorCode::corrupt);
    CHECK_EQ(frontier->counts().known, 0);
}
