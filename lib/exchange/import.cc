#include "exchange/import.h"

#include "crawl/admission.h"
#include "crawl/seed_line.h"
#include "fetch/outcome.h"

namespace crawld {

namespace {

constexpr size_t kTextTold = 200;

void reject(ImportCounts& counts, uint64_t line, std::string reason, std::string_view text) {
    ++counts.rejected;
    if (counts.first_rejected.size() < Importer::kRejectedTold)
        counts.first_rejected.push_back(
            {line, std::move(reason), std::string(text.substr(0, kTextTold))});
}

}  // namespace

Importer::Importer(Setup setup, std::shared_ptr<Scope> scope,
                   std::shared_ptr<const CanonicalRules> canonical)
    : setup_(std::move(setup)),
      scope_(std::move(scope)),
      canonical_(std::move(canonical)),
      keys_(*setup_.suffixes) {}

Result<Importer> Importer::make(Setup setup) {
    auto canonical = std::make_shared<const CanonicalRules>(setup.crawl.canonical, setup.suffixes);
    auto scope = Scope::make(setup.crawl.scope, setup.suffixes, canonical);
    if (!scope) return tl::unexpected(scope.error());
    Importer importer(std::move(setup), std::move(*scope), std::move(canonical));
    if (auto learnt = importer.learn_seeds(); !learnt) return tl::unexpected(learnt.error());
    return importer;
}

Status Importer::learn_seeds() {
    const auto learn = [&](std::string_view text, bool cut) {
        const SeedLine seed = read_seed_line(text, cut, *canonical_);
        if (seed.url) scope_->add_seed(*seed.url);
    };
    for (const SeedOption& seed : setup_.crawl.seeds) {
        if (!seed.url.empty()) learn(seed.url, false);
        if (!seed.sitemap.empty()) learn(seed.sitemap, false);
        if (seed.file.empty()) continue;
        auto lines = LineReader::open(seed.file);
        if (!lines) return tl::unexpected(lines.error());
        for (;;) {
            const auto line = lines->next();
            if (!line) return tl::unexpected(line.error());
            if (!*line) break;
            learn((*line)->text, (*line)->cut);
        }
    }
    return {};
}

Result<ImportCounts> Importer::import(LineReader& lines, const std::string& name,
                                      ImportFormat wanted, ImportAs as) {
    const auto beginning = lines.peek();
    if (!beginning) return tl::unexpected(beginning.error());
    const auto format = detect(*beginning, wanted, name);
    if (!format) return tl::unexpected(format.error());
    ImportCounts counts{.format = *format, .first_rejected = {}};
    ImportLines parser(*format);
    for (bool more = true; more;) {
        for (size_t n = 0; n < kBatchLines && more; ++n) {
            const auto line = lines.next();
            if (!line) return tl::unexpected(line.error());
            more = line->has_value();
            if (!more) break;
            const ImportedLine& parsed = parser.parse((*line)->text, (*line)->cut);
            if (parsed.rejected.empty() && parsed.url.empty()) continue;
            ++counts.lines;
            if (parsed.rejected.empty())
                take(parsed, lines.line(), as, counts);
            else
                reject(counts, lines.line(), std::string(parsed.rejected), (*line)->text);
        }
        if (auto committed = commit(counts); !committed) return tl::unexpected(committed.error());
    }
    return counts;
}

std::string Importer::refusal_of(const CanonicalUrl& url, Discovery discovery,
                                 uint32_t depth) const {
    const LimitsOptions& limits = setup_.hosts->for_host(url.host())->limits;
    if (url.href().size() > limits.url_bytes) return "limits.url_bytes";
    return std::string(refusal(url, discovery, depth, limits, *scope_));
}

void Importer::take(const ImportedLine& line, uint64_t number, ImportAs as, ImportCounts& counts) {
    SeedLine seed = read_seed_line(line.url, false, *canonical_);
    if (!seed.url) {
        if (seed.rejection.empty()) seed.rejection = "not an http or https URL";
        return reject(counts, number, std::move(seed.rejection), line.url);
    }
    const UrlKey key = keys_.key(*seed.url);
    if (as == ImportAs::seen && line.was_fetched()) {
        const Outcome outcome = line.status == 304 ? Outcome::not_modified : Outcome::ok;
        batch_.fetched.push_back({.key = key,
                                  .host = std::string(seed.url->host()),
                                  .outcome = static_cast<uint8_t>(outcome),
                                  .status = static_cast<uint16_t>(line.status)});
        return;
    }
    if (std::string reason = refusal_of(*seed.url, Discovery::seed, 0); !reason.empty())
        return reject(counts, number, std::move(reason), line.url);
    batch_.to_queue.push_back({.url = *std::move(seed.url),
                               .key = key,
                               .priority = Priority::seed,
                               .discovery = Discovery::seed,
                               .depth = 0,
                               .hops = 0});
}

// What was fetched first, so that another line of the same URL does not queue it.
Status Importer::commit(ImportCounts& counts) {
    crawld::Batch nothing_else;
    if (!batch_.fetched.empty()) {
        const auto added =
            setup_.frontier.add_fetched(batch_.fetched, nothing_else, setup_.clock());
        if (!added) return tl::unexpected(added.error());
        counts.seen += added->added;
        counts.unqueued += added->unqueued;
        counts.known += batch_.fetched.size() - added->added - added->unqueued;
    }
    if (!batch_.to_queue.empty()) {
        std::vector<HostWake> woken;
        const auto added =
            setup_.frontier.add(batch_.to_queue, "", nothing_else, setup_.clock(), woken);
        if (!added) return tl::unexpected(added.error());
        counts.queued += *added;
        counts.known += batch_.to_queue.size() - *added;
    }
    batch_ = {};
    return {};
}

}  // namespace crawld
