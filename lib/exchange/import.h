// Importer: URLs of seed lists and of other crawlers' files into the state.
//
// What is to be fetched is queued as the seeds of the configuration are, in their canonical form,
// if it belongs to the crawl by them: what is out of scope now would only be skipped at its turn.
// Imported as seen, what another crawler fetched (an answer of 2xx or 304, or any line of a list
// that tells no status) becomes known as settled, in scope or not, so that it is not fetched again;
// other lines are queued. Budgets of pages do not count it.
//
// Nothing is imported twice: a second time all URLs are known. A batch is one commit, so after a
// crash or a failure the same import goes on.
//
// Thread: one.
// Errors: those of store/ and of the reader. Lines that are rejected are counted, and the first
//         kRejectedTold of a file kept.
// Bound:  one batch of kBatchLines.
// Test:   tests/unit/exchange/import_test.cc, tests/e2e/export_import_test.py
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "crawl/digest.h"
#include "crawl/options.h"
#include "exchange/import_lines.h"
#include "exchange/line_reader.h"
#include "frontier/frontier.h"
#include "url/canonical_rules.h"
#include "url/scope.h"

namespace crawld {

enum class ImportAs : uint8_t { queued, seen };
constexpr std::array<std::string_view, 2> enum_names(ImportAs) {
    return {"queued", "seen"};
}

struct ImportCounts {
    ImportFormat format = ImportFormat::automatic;
    uint64_t lines = 0;  // that name a URL or should
    uint64_t queued = 0;
    uint64_t seen = 0;      // became known as fetched
    uint64_t unqueued = 0;  // were queued, and are known as fetched now
    uint64_t known = 0;     // before, or from an earlier line
    uint64_t rejected = 0;
    struct Rejected {
        uint64_t line = 0;
        std::string reason;
        std::string text;  // the beginning of the URL or line
    };
    std::vector<Rejected> first_rejected;
};

class Importer {
  public:
    static constexpr size_t kBatchLines = 2'000;
    static constexpr size_t kRejectedTold = 10;

    struct Setup {
        Frontier& frontier;
        std::shared_ptr<const Suffixes> suffixes;
        const CrawlOptions& crawl;
        std::shared_ptr<const HostOptionsTable> hosts;
        std::function<WallTime()> clock;
    };
    // Reads the seeds of the configuration for the scope.
    static Result<Importer> make(Setup setup);

    // `name` is of `lines` in refusals.
    Result<ImportCounts> import(LineReader& lines, const std::string& name, ImportFormat wanted,
                                ImportAs as);
    // Why the URL does not belong to the crawl; empty: it does.
    std::string refusal_of(const CanonicalUrl& url, Discovery discovery, uint32_t depth) const;

  private:
    struct Batch {
        std::vector<NewUrl> to_queue;
        std::vector<FetchedElsewhere> fetched;
    };
    Importer(Setup setup, std::shared_ptr<Scope> scope,
             std::shared_ptr<const CanonicalRules> canonical);
    Status learn_seeds();
    void take(const ImportedLine& line, uint64_t number, ImportAs as, ImportCounts& counts);
    Status commit(ImportCounts& counts);

    Setup setup_;
    std::shared_ptr<Scope> scope_;
    std::shared_ptr<const CanonicalRules> canonical_;
    KeyMaker keys_;
    Batch batch_;
};

}  // namespace crawld
