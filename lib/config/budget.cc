#include "config/budget.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "archive/options.h"

namespace crawld {

namespace {

// Descriptors.
constexpr uint64_t kStoreFiles = 256 + 16;  // tables kept open, logs, manifest, locks
constexpr uint64_t kLoopFiles = 16;         // epoll, wake-ups, signals, DNS sockets
constexpr uint64_t kKeptEach = 2;           // CurlFetcher's bound: open ones, of its connections
constexpr uint64_t kReserveFiles = 64;      // logs, seeds, archive, notify, a shell's own

// Bytes. Measured with libcurl 7.88 and OpenSSL 3.0: 67 KB a TLS transfer, 51 KB an idle one.
constexpr uint64_t kTransferBytes = 67'000;
constexpr uint64_t kIdleBytes = 51'000;
constexpr uint64_t kPageBytes = 100'000;        // an ordinary page
constexpr uint64_t kHostBytes = 1'500;          // of a loaded host: gate, health, robots reference
constexpr uint64_t kHostRowBytes = 400;         // of a host that is not loaded
constexpr uint64_t kUrlsUsual = 8;              // waiting in memory, of a usual host
constexpr uint64_t kRulesUsual = 4'000;         // of the robots.txt of a usual host
constexpr uint64_t kHeadUsual = 2'000;          // of an ordinary response's head
constexpr uint64_t kHeadFieldsMax = 2'000;      // ResponseHead's bound
constexpr uint64_t kHeadFieldBytes = 120;       // of each of its fields, beside its text
constexpr uint64_t kFoundUsual = 20'000;        // of the URLs of an ordinary page
constexpr uint64_t kRecordsUsual = 2'000;       // of the links of an ordinary page, compressed
constexpr uint64_t kNameBytes = 250;            // in the DNS cache
constexpr uint64_t kProcessBytes = 40'000'000;  // program, libraries, tables of ICU and OpenSSL

uint64_t sum(const std::vector<BudgetLine>& lines, uint64_t BudgetLine::*part) {
    uint64_t total = 0;
    for (const BudgetLine& line : lines)
        total += line.*part;
    return total;
}

unsigned loops_of(const ThreadsOptions& threads, unsigned cores) {
    if (threads.loops > 0) return threads.loops;
    return cores <= 4 ? 1 : cores / 4;
}

std::string in_mib(uint64_t bytes) {
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), "%.0f MiB", static_cast<double>(bytes) / (1 << 20));
    return out.data();
}

// Of one compressor: zlib's 268 KB; what libzstd 1.5.4 estimates of its level 3.
uint64_t compressor_bytes(RecordCoding coding) {
    switch (coding) {
        case RecordCoding::none:
            return 0;
        case RecordCoding::gzip:
            return 270'000;
        case RecordCoding::zstd:
            return 1'300'000;
    }
    return 0;
}

struct ArchiveShape {
    uint64_t workers = 0;
    uint64_t in_flight = 0;
    uint64_t found_total = 0;  // bytes of the URLs found, of all pages at once
};

// A response's record is as long as its body and head at most, and takes their place.
std::vector<BudgetLine> memory_of_archive(const ArchiveOptions& options,
                                          const ArchiveShape& shape) {
    if (options.format == ArchiveFormat::none) return {};
    const uint64_t compressors = shape.workers * compressor_bytes(options.compression);
    return {
        // Of the file that is open, and of one that is being sealed.
        {"index of the archive", "archive.file_max", kIndexBytesMax / 2, 2 * kIndexBytesMax},
        {"compressors of the archive", "threads.workers, archive.compression", compressors,
         compressors},
        {"links in records, not yet on disk", "html.links_max, threads.loops",
         std::min(shape.in_flight / 4 * kRecordsUsual, shape.found_total), shape.found_total},
    };
}

void render(std::string& out, std::string_view title, const std::vector<BudgetLine>& lines,
            std::string (*text)(uint64_t)) {
    const auto row = [&](std::string_view what, uint64_t usual, uint64_t most,
                         std::string_view from) {
        std::array<char, 256> line{};
        std::snprintf(line.data(), line.size(), "  %-34.*s %12s %12s   %.*s\n",
                      static_cast<int>(what.size()), what.data(), text(usual).c_str(),
                      text(most).c_str(), static_cast<int>(from.size()), from.data());
        out += line.data();
    };
    std::array<char, 128> head{};
    std::snprintf(head.data(), head.size(), "%-36.*s %12s %12s   %s\n",
                  static_cast<int>(title.size()), title.data(), "usual", "at most", "from");
    out += head.data();
    for (const BudgetLine& line : lines)
        row(line.what, line.usual, line.most, line.from);
    row("total", total_usual(lines), total_most(lines), "");
}

}  // namespace

uint64_t total_usual(const std::vector<BudgetLine>& lines) {
    return sum(lines, &BudgetLine::usual);
}
uint64_t total_most(const std::vector<BudgetLine>& lines) {
    return sum(lines, &BudgetLine::most);
}

Budget budget_of(const CrawldConfig& config, unsigned cores) {
    const uint64_t loops = loops_of(config.threads, cores);
    const uint64_t workers = config.threads.workers > 0 ? config.threads.workers : cores;
    const uint64_t in_flight = config.politeness.global.concurrency;
    const uint64_t body = config.fetch.body_max.bytes;
    const uint64_t hosts = config.frontier.hosts_loaded_max;
    const uint64_t urls = config.frontier.urls_per_host_loaded;
    const uint64_t rows = config.frontier.host_rows_cached;
    const uint64_t sitemap = kSitemapBytesMax;
    const uint64_t largest = std::max(body, sitemap);
    const uint64_t found = found_held_max(config.html.links_max);
    const uint64_t head = config.fetch.headers_max.bytes + kHeadFieldsMax * kHeadFieldBytes;
    const std::string concurrency = "politeness.global.concurrency";

    Budget out;
    out.descriptors = {
        {"requests in flight", concurrency, in_flight, in_flight},
        {"connections kept alive", concurrency + ", threads.loops", in_flight / 2,
         kKeptEach * loops * in_flight},
        {"state database", "", kStoreFiles / 2, kStoreFiles},
        {"event loops", "threads.loops", loops * kLoopFiles, loops * kLoopFiles},
        {"logs, seeds and the like", "", kReserveFiles / 4, kReserveFiles},
    };
    out.memory = {
        {"the program", "", kProcessBytes, kProcessBytes},
        {"state database", "store.cache, store.memtables",
         config.store.cache.bytes + config.store.memtables.bytes,
         config.store.cache.bytes + config.store.memtables.bytes},
        {"URLs seen recently", "frontier.recent_urls", config.frontier.recent_urls * uint64_t{8},
         config.frontier.recent_urls * uint64_t{8}},
        {"filter of known URLs", "frontier.known_filter_urls",
         config.frontier.known_filter_urls * uint64_t{10} / 8,
         config.frontier.known_filter_urls * uint64_t{10} / 8},
        {"hosts and their next URLs", "frontier.hosts_loaded_max, frontier.urls_per_host_loaded",
         hosts / 10 * (kHostBytes + std::min(urls, kUrlsUsual) * kLoadedUrlBytes),
         hosts * (kHostBytes + urls * kLoadedUrlBytes)},
        // And of each loop those of a file that is being parsed.
        {"rules of robots.txt files", "frontier.hosts_loaded_max, threads.loops",
         std::min(hosts / 10 * kRulesUsual, loops * kRobotsRulesMax),
         loops * (kRobotsRulesMax + kRobotsRulesOfFile)},
        {"records of further hosts", "frontier.host_rows_cached", rows / 4 * kHostRowBytes,
         rows * kHostRowBytes},
        {"connections", concurrency, in_flight / 4 * (kTransferBytes + kIdleBytes),
         in_flight * (kTransferBytes + kIdleBytes)},
        {"heads of responses", concurrency + ", fetch.headers_max",
         in_flight / 4 * std::min(kHeadUsual, head), in_flight * head},
        {"bodies in flight", "fetch.bodies_max, " + concurrency + ", threads.loops",
         std::min(config.fetch.bodies_max.bytes, in_flight / 4 * std::min(kPageBytes, body)),
         std::min(config.fetch.bodies_max.bytes + loops * largest, in_flight * largest)},
        {"pages being parsed", "threads.workers, fetch.body_max",
         workers * 10 * std::min(kPageBytes, body), workers * std::max(7 * body, 2 * sitemap)},
        // Of each loop, and what one of them has in the write to disk.
        {"URLs found, not yet on disk", "html.links_max, threads.loops",
         std::min(in_flight / 4 * kFoundUsual, found), (loops + 1) * found},
        {"DNS cache", "network.dns_cache_max", config.network.dns_cache_max / 10 * kNameBytes,
         config.network.dns_cache_max * kNameBytes},
    };
    for (BudgetLine& line : memory_of_archive(
             config.archive,
             {.workers = workers, .in_flight = in_flight, .found_total = (loops + 1) * found}))
        out.memory.push_back(std::move(line));
    return out;
}

uint32_t in_flight_within(const CrawldConfig& config, unsigned cores, uint64_t descriptors) {
    const uint64_t each = 1 + kKeptEach * loops_of(config.threads, cores);
    const uint64_t wanted = config.politeness.global.concurrency;
    CrawldConfig none = config;
    none.politeness.global.concurrency = 0;
    const uint64_t others = total_most(budget_of(none, cores).descriptors);
    const uint64_t allowed = descriptors > others ? (descriptors - others) / each : 0;
    return static_cast<uint32_t>(std::min(wanted, std::max<uint64_t>(allowed, kInFlightMin)));
}

std::string render_budget(const Budget& budget) {
    std::string out;
    render(out, "file descriptors", budget.descriptors,
           [](uint64_t n) { return std::to_string(n); });
    out += '\n';
    render(out, "memory", budget.memory, in_mib);
    return out;
}

}  // namespace crawld
