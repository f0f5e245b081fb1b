// What the readers cost: no input takes long, however it is made. An input here says how to make a
// long one: a beginning, a piece that is repeated, an end; with a number in each piece if they are
// to differ. Where 16 KiB of it are suspiciously slow, 256 KiB may take a second, under the
// sanitizers, which slow a reader down some ten times; and if it takes more than half a second, not
// many times what the size explains.
#include <array>

#include "base/check.h"
#include "decode/decode.h"
#include "decode/mime.h"
#include "decode/prescan.h"
#include "fuzz/input.h"
#include "html/header_links.h"
#include "html/links.h"
#include "politeness/retry_after.h"
#include "robots/robots.h"
#include "sitemap/sitemap.h"
#include "url/canonical_rules.h"
#include "url/utf8.h"

using namespace crawld;

namespace {

constexpr size_t kFirstBytes = 16 << 10;
constexpr size_t kBytes = 256 << 10;
constexpr double kSuspiciousSeconds = 0.005;
constexpr double kSecondsMax = 1;
constexpr double kSecondsNoticed = 0.5;
// What is too dear is so each time; virtual machines count others' time as ours now and then.
constexpr int kTimesMeasured = 8;
constexpr double kGrowthMax = 3.0 * kBytes / kFirstBytes;

struct Ignore final : SitemapSink {
    void on_entry(const SitemapEntry&) override {}
};

void read_url(std::string_view text) {
    static const CanonicalRules rules(
        {.strip_session_ids = true, .strip_tracking = true, .sort_query = true, .fold_www = true},
        std::make_shared<const Suffixes>());
    LinkResolver resolver(*Url::parse("http://www.example.org/a/b?c"));
    resolver.url_bytes_max = kUrlInputBytesMax;
    resolver.rules = &rules;
    resolver.resolve(text);
}

void read_robots(std::string_view text) {
    const std::string_view path = text.substr(0, 2000);
    RobotsRules::parse("User-agent: *\n" + std::string(text), "crawld").decide(path);
}

void read_sitemap(std::string_view text) {
    Ignore ignore;
    SitemapReader reader(ignore);
    reader.put(text);
    reader.finish();
}

void read_link_header(std::string_view text) {
    PageLinks page;
    add_link_header(text, {.embeds = true}, page);
    add_refresh_header(text, page);
}

template <size_t coding>
void read_coded(std::string_view text) {
    constexpr std::array<std::string_view, 4> kCodings = {"gzip", "deflate", "br", "zstd"};
    decode_body(std::string(text), kCodings[coding], {});
}

template <size_t charset>
void read_charset(std::string_view text) {
    constexpr std::array<std::string_view, 5> kTypes = {
        "text/html", "a/b;charset=iso-2022-jp", "a/b;charset=gb18030", "a/b;charset=utf-16le",
        "a/b;charset=utf-8"};
    to_utf8(std::string(text), kTypes[charset]);
}

using Reader = void (*)(std::string_view);
constexpr std::array<Reader, 18> kReaders = {
    read_url,
    read_robots,
    read_sitemap,
    read_link_header,
    read_coded<0>,
    read_coded<1>,
    read_coded<2>,
    read_coded<3>,
    read_charset<0>,
    read_charset<1>,
    read_charset<2>,
    read_charset<3>,
    read_charset<4>,
    [](std::string_view text) { scan_links(to_utf8(text), {.options = {.embeds = true}}); },
    [](std::string_view text) { tree_links(to_utf8(text), {.options = {.embeds = true}}); },
    [](std::string_view text) { parse_mime(text); },
    [](std::string_view text) { parse_x_robots_tag(text, "crawld"); },
    [](std::string_view text) { parse_retry_after(text, WallTime{}); },
};

double seconds_for(Reader reader, std::string_view text) {
    const double start = fuzz::cpu_seconds();
    reader(text);
    return fuzz::cpu_seconds() - start;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    fuzz::Input input(data, size);
    const Reader reader = kReaders[input.below(kReaders.size())];
    const size_t begin_bytes = input.below(32);
    const size_t piece_bytes = 1 + input.below(32);
    const size_t number_at = input.flag() ? input.below(piece_bytes) : std::string::npos;
    const std::string_view begin = input.rest().substr(0, begin_bytes);
    const std::string_view piece = input.rest().substr(begin.size(), piece_bytes);
    const std::string_view end = input.rest().substr(begin.size() + piece.size());
    if (piece.empty()) return 0;

    const auto made = [&](size_t bytes) {
        std::string text(begin);
        for (size_t number = 0; text.size() + end.size() < bytes; ++number) {
            text += piece.substr(0, number_at);
            if (number_at >= piece.size()) continue;
            text += std::to_string(number);
            text += piece.substr(number_at);
        }
        return text += end;
    };
    const auto is_too_dear = [&] {
        const double first = seconds_for(reader, made(kFirstBytes));
        if (first < kSuspiciousSeconds) return false;
        const double seconds = seconds_for(reader, made(kBytes));
        return seconds >= kSecondsMax ||
               (seconds >= kSecondsNoticed && seconds >= kGrowthMax * first);
    };
    int times_too_dear = 0;
    while (times_too_dear < kTimesMeasured && is_too_dear())
        ++times_too_dear;
    CRAWLD_CHECK(times_too_dear < kTimesMeasured);
    return 0;
}
