// Response heads, line by line as the HTTP library passes them on, and the headers that crawld
// reads itself: Link, Refresh, X-Robots-Tag, Retry-After.
#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "fetch/response_head.h"
#include "fuzz/input.h"
#include "html/header_links.h"
#include "politeness/retry_after.h"
#include "robots/directives.h"

using namespace crawld;

namespace {

constexpr WallTime kNow{seconds(1'700'000'000)};
constexpr Duration kCentury = 24 * 366 * 100 * seconds(3600);

void check_head(std::string_view text, uint64_t bytes_max) {
    ResponseHead head;
    head.clear(bytes_max);
    bool going_on = true;
    while (!text.empty() && going_on) {
        const size_t newline = std::min(text.find('\n'), text.size() - 1);
        const std::string_view line = text.substr(0, newline + 1);
        text.remove_prefix(line.size());
        going_on = head.add(fuzz::Exact(line).view());
        CRAWLD_CHECK(going_on == (head.problem() == ResponseHead::Problem::none));
        CRAWLD_CHECK(!going_on || head.bytes() <= bytes_max);
    }
    if (head.complete()) CRAWLD_CHECK(head.status() >= 101 && head.status() <= 999);
    for (const HttpHeader& header : head.headers()) {
        using namespace std::string_view_literals;
        CRAWLD_CHECK(!header.name.empty());
        CRAWLD_CHECK(header.name.find_first_of("\r\n\0 :"sv) == std::string::npos);
        CRAWLD_CHECK(header.value.find_first_of("\r\n\0"sv) == std::string::npos);
        CRAWLD_CHECK(head.find(header.name) <= &header);
    }
}

void check_links(std::string_view value, const HtmlOptions& options) {
    PageLinks page;
    add_link_header(value, options, page);
    CRAWLD_CHECK(page.links.size() <= options.links_max);
    for (const LinkLanguage& language : page.languages)
        CRAWLD_CHECK(page.links.at(language.link).kind == LinkKind::alternate);
    add_refresh_header(value, page);
    for (const PageLink& link : page.links) {
        CRAWLD_CHECK(!link.href.empty());
        fuzz::expect_same("a link and itself trimmed", link.href, trim(link.href));
        CRAWLD_CHECK(options.embeds || link.kind != LinkKind::embed);
    }
}

void check_directives(std::string_view value) {
    for (const PageDirectives& found :
         {parse_x_robots_tag(value, "crawld"), parse_meta_robots(value)}) {
        CRAWLD_CHECK(parse_meta_robots(to_string(found)) == found);
        CRAWLD_CHECK(parse_x_robots_tag(to_string(found), "crawld") == found);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    fuzz::Input input(data, size);
    const uint64_t bytes_max = 1 + input.below(1 << 12);
    const HtmlOptions options{.embeds = input.flag(),
                              .links_max = static_cast<uint32_t>(input.below(8))};
    const fuzz::Exact text(input.rest());
    check_head(text.view(), bytes_max);
    check_links(text.view(), options);
    check_directives(text.view());
    const auto pause = parse_retry_after(text.view(), kNow);
    CRAWLD_CHECK(!pause || (*pause > Duration{0} && *pause < kCentury));
    return 0;
}
