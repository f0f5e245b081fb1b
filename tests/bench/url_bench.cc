// url_bench: how many links a second one core brings into canonical form, beside libcurl's parser.
//
//     url_bench [FOLDER [PAGES]]
//
// Takes the links of the HTML pages below the folder (the system's documentation by default), as
// many pages as asked for, spread evenly over all. Each link is resolved against its page's URL,
// by LinkResolver, by the parser and canonical form that LinkResolver shortens, by LinkResolver
// with all rules of crawl.canonical, and by curl. Rounds alternate; the best of each counts, in CPU
// time, so that what else the machine does matters little.
#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "html/links.h"
#include "url/canonical_rules.h"
#include "url/url.h"

namespace {

using namespace crawld;
namespace fs = std::filesystem;

constexpr int kRounds = 7;
constexpr size_t kPages = 4'000;
constexpr std::string_view kSite = "https://doc.example.org/";

struct Page {
    std::string url;
    std::vector<std::string> links;
};

std::vector<fs::path> find_pages(const fs::path& folder, size_t wanted) {
    std::vector<fs::path> all;
    const auto options = fs::directory_options::skip_permission_denied;
    for (const auto& entry : fs::recursive_directory_iterator(folder, options))
        if (entry.is_regular_file() && entry.path().extension() == ".html")
            all.push_back(entry.path());
    std::sort(all.begin(), all.end());
    std::vector<fs::path> chosen;
    const size_t count = std::min(wanted, all.size());
    for (size_t i = 0; i < count; ++i)
        chosen.push_back(all[i * all.size() / count]);
    return chosen;
}

std::vector<Page> read_pages(const fs::path& folder, size_t wanted) {
    std::vector<Page> pages;
    for (const fs::path& path : find_pages(folder, wanted)) {
        std::ifstream file(path, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        Page page{.url = std::string(kSite) + fs::relative(path, folder).string(), .links = {}};
        for (PageLink& link : find_links(text, {.options = {}, .product = "bench"}).links)
            page.links.push_back(std::move(link.href));
        if (!page.links.empty()) pages.push_back(std::move(page));
    }
    return pages;
}

// What a contestant makes of all pages: the number of URLs and their bytes, so that nothing of its
// work can be left out.
struct Yield {
    size_t urls = 0;
    size_t bytes = 0;
};

Yield by_resolver(const std::vector<Page>& pages, const CanonicalRules* rules) {
    Yield yield;
    for (const Page& page : pages) {
        LinkResolver resolver(Url::parse(page.url).value());
        resolver.rules = rules;
        resolver.url_bytes_max = kUrlInputBytesMax;  // as the others, of any length
        for (const std::string& link : page.links) {
            const auto url = resolver.resolve(link);
            if (!url) continue;
            ++yield.urls;
            yield.bytes += url->href().size();
        }
    }
    return yield;
}

Yield by_parser(const std::vector<Page>& pages) {
    Yield yield;
    for (const Page& page : pages) {
        const Url base = Url::parse(page.url).value();
        for (const std::string& link : page.links) {
            const auto parsed = Url::parse(link, &base);
            const auto url = parsed ? CanonicalUrl::from(*parsed) : std::nullopt;
            if (!url) continue;
            ++yield.urls;
            yield.bytes += url->href().size();
        }
    }
    return yield;
}

struct CurlUrlDeleter {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using CurlUrl = std::unique_ptr<CURLU, CurlUrlDeleter>;

// As curl itself follows a redirect: the handle holds the base, and a link set on it is resolved.
Yield by_curl(const std::vector<Page>& pages) {
    Yield yield;
    for (const Page& page : pages) {
        const CurlUrl base(curl_url());
        curl_url_set(base.get(), CURLUPART_URL, page.url.c_str(), CURLU_URLENCODE);
        for (const std::string& link : page.links) {
            const CurlUrl url(curl_url_dup(base.get()));
            if (curl_url_set(url.get(), CURLUPART_URL, link.c_str(), CURLU_URLENCODE) != CURLUE_OK)
                continue;
            curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
            char* text = nullptr;
            if (curl_url_get(url.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) continue;
            ++yield.urls;
            yield.bytes += std::string_view(text).size();
            curl_free(text);
        }
    }
    return yield;
}

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Contestant {
    const char* name;
    std::function<Yield()> run;
    double seconds = 1e9;  // of the best round
    Yield yield = {};
};

void compete(std::vector<Contestant>& contestants) {
    for (int round = 0; round < kRounds; ++round) {
        for (Contestant& contestant : contestants) {
            const double began = cpu_seconds();
            contestant.yield = contestant.run();
            contestant.seconds = std::min(contestant.seconds, cpu_seconds() - began);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    const fs::path folder = argc > 1 ? argv[1] : "/usr/share/doc";
    size_t wanted = kPages;
    if (argc > 2) std::from_chars(argv[2], argv[2] + std::string_view(argv[2]).size(), wanted);
    const std::vector<Page> pages = read_pages(folder, wanted);
    size_t links = 0;
    for (const Page& page : pages)
        links += page.links.size();
    if (links == 0) {
        std::printf("SKIPPED: no links below %s\n", folder.c_str());
        return 0;
    }
    const CanonicalRules rules(
        {.strip_session_ids = true, .strip_tracking = true, .sort_query = true, .fold_www = true},
        std::make_shared<Suffixes>());
    std::vector<Contestant> contestants;
    contestants.push_back({"resolver", [&] { return by_resolver(pages, nullptr); }});
    contestants.push_back({"resolver, all rules", [&] { return by_resolver(pages, &rules); }});
    contestants.push_back({"parser and canonical form", [&] { return by_parser(pages); }});
    contestants.push_back({"curl", [&] { return by_curl(pages); }});
    compete(contestants);

    const double curl_seconds = contestants.back().seconds;
    std::printf("%zu links of %zu pages, each resolved and brought into canonical form\n", links,
                pages.size());
    for (const Contestant& contestant : contestants)
        std::printf("%-26s %6.2f M links/s  %5.2f x curl  (%zu URLs, %zu bytes)\n", contestant.name,
                    static_cast<double>(links) / contestant.seconds * 1e-6,
                    curl_seconds / contestant.seconds, contestant.yield.urls,
                    contestant.yield.bytes);
    return 0;
}
