// No input of up to 16 MiB costs a second of CPU, whatever it is and whoever reads it.
//
// A second of one machine is none of another: what is compared with is the digest of a plain page
// of the same size in the same run, which takes 0.05 s where this was written. What else the
// machine does is in the CPU time too: what looks too dear is measured again, beside a plain page
// each time.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "crawl/digest.h"
#include "crawl/robots_cache.h"
#include "crawl/sitemap_digest.h"
#include "decode/encodings.h"
#include "decode/mime.h"
#include "decode/prescan.h"
#include "faults/hostile_inputs.h"
#include "faults/hostile_rules.h"
#include "fetch/response_head.h"
#include "html/header_links.h"
#include "html/simhash.h"
#include "politeness/retry_after.h"
#include "sitemap/sitemap.h"
#include "support/cpu_time.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr size_t kBytes = 16 << 20;
constexpr double kTimesMax = 20;

class Digester {
  public:
    Digester() {
        options_.html.embeds = true;
        CanonicalOptions rules;
        rules.strip_session_ids = rules.strip_tracking = rules.sort_query = rules.fold_www = true;
        canonical_ = std::make_shared<const CanonicalRules>(rules, suffixes_);
        ScopeOptions scope{.within = ScopePreset::any};
        for (const char* pattern : {"private", "[?&]print=", "(a|b)*c$"})
            scope.rules.push_back({.name = pattern, .deny = pattern});
        scope_ = Scope::make(scope, suffixes_, canonical_).value();
    }
    HostOptions& options() { return options_; }
    DigestRequest request(std::string body, std::string type, std::string coding) const {
        return {.url = CanonicalUrl::parse("http://www.example.org/dir/page").value(),
                .content_type = std::move(type),
                .content_encoding = std::move(coding),
                .headers = {},
                .body = std::move(body),
                .options = std::make_shared<const HostOptions>(options_),
                .scope = scope_,
                .suffixes = suffixes_,
                .canonical = canonical_,
                .product = "crawld"};
    }
    double page(std::string body, std::string type = "text/html", std::string coding = "") const {
        DigestRequest made = request(std::move(body), std::move(type), std::move(coding));
        return cpu_seconds_of([&] { digest_page(std::move(made)); });
    }
    double sitemap(std::string body) const {
        DigestRequest made = request(std::move(body), "application/xml", "");
        return cpu_seconds_of([&] { digest_sitemap(std::move(made)); });
    }

  private:
    std::shared_ptr<const Suffixes> suffixes_ = std::make_shared<Suffixes>();
    std::shared_ptr<const CanonicalRules> canonical_;
    std::shared_ptr<const Scope> scope_;
    HostOptions options_;
};

double plain_seconds() {
    static const Digester digester;
    return digester.page(plain_page(kBytes));
}

// Keeps the costs of one reader, prints the highest and compares it with what a plain page costs.
class Costs {
  public:
    explicit Costs(std::string reader) : reader_(std::move(reader)) {}
    // `measure` returns seconds.
    template <class Measure>
    void add(const std::string& input, Measure measure) {
        double times = measure() / least_plain_seconds();
        for (int again = 0; again < kAgainMax && times >= kTimesMax; ++again)
            times = std::min(times, measure() / plain_seconds());
        costs_.emplace_back(times, input);
    }
    template <class Read>
    void add_all(const std::vector<HostileInput>& inputs, Read read) {
        for (const HostileInput& input : inputs)
            add(input.name, [&] { return cpu_seconds_of([&] { read(input.bytes); }); });
    }
    ~Costs() {
        std::sort(costs_.rbegin(), costs_.rend());
        std::printf("%-24s %5.3f s, %4.1f plain pages: %s", reader_.c_str(),
                    costs_[0].first * least_plain_seconds(), costs_[0].first,
                    costs_[0].second.c_str());
        for (size_t i = 1; i < std::min<size_t>(costs_.size(), 4); ++i)
            std::printf(", %s %.1f", costs_[i].second.c_str(), costs_[i].first);
        std::printf("\n");
        for (const auto& [times, input] : costs_) {
            CAPTURE(reader_);
            CAPTURE(input);
            CHECK_LT(times, kTimesMax);
        }
    }

  private:
    static constexpr int kAgainMax = 20;

    static double least_plain_seconds() {
        static const double seconds = [] {
            const double least = std::min({plain_seconds(), plain_seconds(), plain_seconds()});
            std::printf("a plain page of 16 MiB takes %.3f s\n", least);
            return least;
        }();
        return seconds;
    }

    std::string reader_;
    std::vector<std::pair<double, std::string>> costs_;  // in plain pages
};

const std::vector<HostileInput>& pages() {
    static const auto made = hostile_pages(kBytes);
    return made;
}

// As many decisions as may cost what 16 MiB of input may. What a decision takes is printed.
void cost_of_decisions(size_t count, std::vector<HostileRules> (*make)(size_t rules)) {
    constexpr size_t kRules = 10'000;
    constexpr size_t kDecisions = 200;
    Costs costs(std::to_string(count) + " decisions");
    for (const HostileRules& input : make(kRules)) {
        CAPTURE(input.name);
        const RobotsRules rules = RobotsRules::parse(input.robots, "crawld");
        REQUIRE_GT(rules.rule_count(), kRules * 9 / 10);  // 512 KiB of them are read
        costs.add(input.name, [&] {
            const double seconds = cpu_seconds_of([&] {
                for (size_t i = 0; i < kDecisions; ++i)
                    rules.decide(input.path);
            });
            const double each = seconds / static_cast<double>(kDecisions);
            std::printf("%-54s %6.1f us a decision\n", input.name.c_str(), each * 1e6);
            return each * static_cast<double>(count);
        });
    }
}

}  // namespace

TEST_CASE("pages: the whole digest, with everything on that costs") {
    const Digester digester;
    Costs costs("page");
    for (const HostileInput& input : pages())
        costs.add(input.name, [&] { return digester.page(input.bytes); });
}

TEST_CASE("pages of the most that a tree is built of") {
    Digester digester;
    digester.options().html.parser = HtmlParser::gumbo;
    Costs costs("page with a tree");
    for (const HostileInput& input : pages())
        costs.add(input.name, [&] { return digester.page(input.bytes.substr(0, kTreeBytesMax)); });
}

TEST_CASE("the readers of a page alone") {
    const LinkQuery query{.options = {.embeds = true, .links_max = 1'000'000}, .product = "crawld"};
    const auto utf8 = [](std::string_view text) { return to_utf8(std::string(text), "").text; };
    Costs scanner("scanner, all links");
    for (const HostileInput& input : pages()) {
        const std::string text = utf8(input.bytes);
        scanner.add(input.name, [&] { return cpu_seconds_of([&] { scan_links(text, query); }); });
    }
    Costs("simhash").add_all(pages(), [](const std::string& text) { simhash(text); });
    Costs("prescan").add_all(pages(), [](const std::string& text) { prescan(text); });
}

TEST_CASE("charsets of each family") {
    constexpr std::array kNames = {
        "utf-8",  "windows-1252", "koi8-r",      "gbk",      "gb18030",  "big5",       "euc-jp",
        "euc-kr", "shift_jis",    "iso-2022-jp", "utf-16le", "utf-16be", "replacement"};
    std::vector<HostileInput> inputs = {
        {"ASCII", std::string(kBytes, 'a')},
        {"NULs", std::string(kBytes, '\0')},
        {"no character", std::string(kBytes, '\xff')},
        {"lead bytes", std::string(kBytes, '\x81')},
        {"leads and ASCII", repeated("\x81\x30", kBytes)},
        {"leads and trails", repeated("\x88\xa2", kBytes)},
        {"surrogates", repeated("\xd8\x00\xdc", kBytes)},
        {"escapes", repeated("\x1b$B\x1b(J", kBytes)},
        {"half escapes", repeated("\x1b", kBytes)},
        {"double bytes", repeated("\x1b$B!!", kBytes)},
    };
    for (const char* name : kNames) {
        const Encoding* encoding = find_encoding(name);
        if (encoding == nullptr) continue;
        Costs(name).add_all(inputs, [&](const std::string& bytes) {
            const std::string text = convert_to_utf8(bytes, *encoding);
            CHECK_LE(text.size(), 3 * kBytes + 3);
        });
    }
    const Digester digester;
    for (const char* name : kNames) {
        Costs costs("page in " + std::string(name));
        const std::string type = "text/html; charset=" + std::string(name);
        for (const HostileInput& input : inputs)
            costs.add(input.name, [&] { return digester.page(input.bytes, type); });
        const std::string links = repeated("<a href='?\xe2\x82\xac%d'>", kBytes);
        costs.add("different links", [&] { return digester.page(links, type); });
    }
}

TEST_CASE("content codings") {
    const Digester digester;
    Costs costs("coded page");
    for (const HostileInput& input : hostile_codings(kBytes))
        costs.add(input.name, [&] { return digester.page(input.bytes, "text/html", input.name); });
}

// The largest that is read, which is more than 16 MiB: so much may come out of much less.
TEST_CASE("sitemaps") {
    const Digester digester;
    Costs costs("sitemap");
    for (const HostileInput& input : hostile_sitemaps(SitemapLimits{}.bytes_max))
        costs.add(input.name, [&] { return digester.sitemap(input.bytes); });
}

TEST_CASE("robots.txt, of the largest size that is read and beyond") {
    Costs parse("robots.txt");
    for (const size_t bytes : {kRobotsBytesMax, kBytes})
        parse.add_all(hostile_robots(bytes),
                      [](const std::string& text) { RobotsRules::parse(text, "crawld"); });
}

TEST_CASE("robots.txt: decisions by 10,000 rules full of wildcards") {
    cost_of_decisions(5'000, hostile_rules);
    cost_of_decisions(5'000, most_hostile_rules);
    cost_of_decisions(400, longest_hostile_rules);
}

TEST_CASE("values of headers") {
    // All headers together are no longer, whatever the configuration says.
    const auto values = hostile_values(300 << 10);
    Costs("MIME type").add_all(values, [](const std::string& value) { parse_mime(value); });
    Costs("X-Robots-Tag").add_all(values, [](const std::string& value) {
        parse_x_robots_tag(value, "crawld");
    });
    Costs("Link").add_all(values, [](const std::string& value) {
        PageLinks page;
        add_link_header(value, {.embeds = true}, page);
        add_refresh_header(value, page);
    });
    Costs("Retry-After").add_all(values, [](const std::string& value) {
        parse_retry_after(value, WallTime{});
    });
    Costs("Cache-Control").add_all(values, [](const std::string& value) { cache_ttl(value); });
}

TEST_CASE("URLs, without the bound that links have") {
    const CanonicalUrl from = CanonicalUrl::parse("http://www.example.org/").value();
    Costs("URL").add_all(hostile_values(kBytes),
                         [&](const std::string& value) { redirect_target(from, value); });
}

TEST_CASE("heads of responses, with no bound on them but the body's") {
    Costs costs("head");
    for (const auto& [name, line] : {std::pair{"fields", "a: b\r\n"},
                                     {"folded lines", " \r\n"},
                                     {"no fields", "x\r\n"},
                                     {"interim heads", "\r\nHTTP/1.1 103 Early Hints\r\n"},
                                     {"lengths", "Content-Length: 5\r\n"},
                                     {"codings", "Transfer-Encoding: chunked\r\n"}}) {
        const std::string text = repeated(line, kBytes);
        costs.add(name, [&] {
            ResponseHead head;
            head.clear(2 * kBytes);
            head.add("HTTP/1.1 103 Early Hints\r\n");
            return cpu_seconds_of([&] {
                for (size_t at = 0, end = 0; at < text.size(); at = end) {
                    end = std::min(text.find('\n', at), text.size() - 1) + 1;
                    if (!head.add(std::string_view(text).substr(at, end - at))) return;
                }
            });
        });
    }
}
