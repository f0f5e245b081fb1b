// Sitemaps and feeds: the same entries and result in whatever pieces the file comes, within the
// limits, and every entry a usable text.
#include <array>

#include "base/check.h"
#include "base/fields.h"
#include "base/text.h"
#include "fuzz/input.h"
#include "sitemap/sitemap.h"
#include "url/utf8.h"

using namespace crawld;

namespace {

constexpr std::array<std::string_view, 5> kTypes = {"", "text/xml; charset=utf-8",
                                                    "text/xml; charset=windows-1252",
                                                    "text/plain; charset=utf-16le", "text/html"};
// A parser under its bound, the pieces in front of it, and an inflater.
constexpr size_t kReaderBytesMax = kParserBytesMax + (4 << 20);

// All that is told, as text.
class Record final : public SitemapSink {
  public:
    void on_entry(const SitemapEntry& entry) override {
        CRAWLD_CHECK(!entry.loc.empty() && entry.loc.size() <= kLocBytesMax);
        CRAWLD_CHECK(is_utf8(entry.loc) && entry.loc == trim(entry.loc));
        CRAWLD_CHECK(!entry.priority || (*entry.priority >= 0 && *entry.priority <= 1));
        text.append(to_string(entry.kind)).append(" ").append(entry.loc);
        text.append(" ").append(entry.hreflang);
        if (entry.lastmod) text += " " + std::to_string(entry.lastmod->time_since_epoch().count());
        if (entry.priority) text += " " + std::to_string(*entry.priority);
        if (entry.changefreq) text.append(" ").append(to_string(*entry.changefreq));
        text += "\n";
    }
    std::string text;
};

std::string read(std::string_view bytes, std::string_view type, SitemapLimits limits,
                 size_t piece) {
    Record record;
    SitemapReader reader(record, "http://a.example/b/feed", type, limits);
    bool more = true;
    for (; !bytes.empty() && more; bytes.remove_prefix(std::min(piece, bytes.size())))
        more = reader.put(fuzz::Exact(bytes.substr(0, piece)).view());
    const SitemapResult result = reader.finish();
    CRAWLD_CHECK(result.bytes <= limits.bytes_max);
    CRAWLD_CHECK(result.urls <= limits.urls_max);
    for (const uint64_t number :
         {result.line, result.column, result.bytes, result.urls, result.others, result.skipped})
        record.text += std::to_string(number) + " ";
    return record.text.append(to_string(result.outcome)).append(result.detail);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    fuzz::Input input(data, size);
    const std::string_view type = kTypes[input.below(kTypes.size())];
    SitemapLimits limits{.bytes_max = 1 << 20, .urls_max = 1 << 10};
    if (input.flag()) limits = {.bytes_max = input.below(1 << 12), .urls_max = input.below(8)};
    const size_t piece = 1 + input.below(256);
    const fuzz::Exact file(input.rest());

    const fuzz::MemoryPeak peak;
    const std::string whole = read(file.view(), type, limits, file.view().size());
    CRAWLD_CHECK(peak.bytes() <= kReaderBytesMax + 8 * limits.bytes_max);
    fuzz::expect_same("whole and in pieces", whole, read(file.view(), type, limits, piece));
    return 0;
}
