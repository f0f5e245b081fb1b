// scanner_bench: how many bytes a second one core reads for links with the scanner, beside Gumbo's
// tree in the same run, over the HTML documentation that is installed.
//
//     scanner_bench
//
// Of each corpus pages are taken evenly up to kScannerBytes, and of those up to kGumboBytes for
// Gumbo; all are in memory before the clock starts. Rounds alternate; the best of each counts, in
// CPU time, so that what else the machine does matters little. Fails below the bound.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "conformance/html/corpora.h"
#include "html/links.h"

namespace {

using namespace crawld;

constexpr int kRounds = 7;
constexpr int kGumboRounds = 2;
constexpr size_t kScannerBytes = 64 << 20;
constexpr size_t kGumboBytes = 8 << 20;
constexpr double kBound = 400;  // MB/s over all corpora

const LinkQuery kQuery = {.options = {.links_max = 1'000'000}, .product = "crawld"};

using Pages = std::vector<std::string>;

Pages read_pages(const corpora::Corpus& corpus) {
    const auto files = corpora::html_files(corpus);
    size_t bytes = 0;
    for (const auto& file : files)
        bytes += std::filesystem::file_size(file);
    const size_t every = bytes / kScannerBytes + 1;
    Pages pages;
    for (size_t i = 0; i < files.size(); i += every)
        pages.push_back(corpora::read_page(files[i]));
    return pages;
}

// Evenly as well.
Pages some_of(const Pages& pages) {
    size_t bytes = 0;
    for (const std::string& page : pages)
        bytes += page.size();
    const size_t every = bytes / kGumboBytes + 1;
    Pages some;
    for (size_t i = 0; i < pages.size(); i += every)
        some.push_back(pages[i]);
    return some;
}

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Reading {
    size_t bytes = 0;
    size_t links = 0;
    double seconds = 1e9;  // of the best round

    double rate() const { return static_cast<double>(bytes) * 1e-6 / seconds; }
    void run(const Pages& pages, PageLinks (*read)(const std::string&)) {
        bytes = links = 0;
        const double began = cpu_seconds();
        for (const std::string& page : pages) {
            bytes += page.size();
            links += read(page).links.size();
        }
        seconds = std::min(seconds, cpu_seconds() - began);
    }
};

PageLinks by_scanner(const std::string& page) {
    return scan_links(page, kQuery);
}
PageLinks by_gumbo(const std::string& page) {
    return tree_links(page, kQuery);
}

void add(Reading& total, const Reading& part) {
    if (total.bytes == 0) total.seconds = 0;
    total.bytes += part.bytes;
    total.links += part.links;
    total.seconds += part.seconds;
}

void print(const char* name, size_t pages, const Reading& scanner, const Reading& gumbo) {
    std::printf(
        "%-18s %6zu pages %7.1f MB %8zu links  scanner %6.0f MB/s  Gumbo %5.1f MB/s  "
        "%4.0f x\n",
        name, pages, static_cast<double>(scanner.bytes) * 1e-6, scanner.links, scanner.rate(),
        gumbo.rate(), scanner.rate() / gumbo.rate());
}

}  // namespace

int main() {
    Reading all_scanner, all_gumbo;
    size_t all_pages = 0;
    for (const corpora::Corpus& corpus : corpora::kInstalled) {
        const std::string package(corpus.package);
        const Pages pages = read_pages(corpus);
        if (pages.empty()) {
            std::printf("SKIPPED: %s is not installed\n", package.c_str());
            continue;
        }
        const Pages some = some_of(pages);
        Reading scanner, gumbo;
        for (int round = 0; round < kRounds; ++round) {
            scanner.run(pages, by_scanner);
            if (round < kGumboRounds) gumbo.run(some, by_gumbo);
        }
        print(package.c_str(), pages.size(), scanner, gumbo);
        add(all_scanner, scanner);
        add(all_gumbo, gumbo);
        all_pages += pages.size();
    }
    if (all_pages == 0) return 0;
    print("all", all_pages, all_scanner, all_gumbo);
    const bool passed = all_scanner.rate() >= kBound;
    std::printf("  %s scanner, MB/s on one core: %.0f (at least %.0f)\n", passed ? "PASS" : "FAIL",
                all_scanner.rate(), kBound);
    return passed ? 0 : 1;
}
