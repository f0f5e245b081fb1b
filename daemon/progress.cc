#include "daemon/progress.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <utility>
#include <vector>

namespace crawld {

namespace {

constexpr Duration kPlainLineGap = seconds(10);
constexpr size_t kReasonsShown = 10;

// "1234567" as "1,234,567".
std::string grouped(uint64_t number) {
    std::string digits = std::to_string(number);
    for (size_t at = digits.size(); at > 3; at -= 3)
        digits.insert(at - 3, ",");
    return digits;
}

std::string human_bytes(uint64_t bytes) {
    constexpr std::array<const char*, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes);
    size_t unit = 0;
    while (value >= 1000 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
    return out.data();
}

std::string one_decimal(double value) {
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), "%.1f", value);
    return out.data();
}

// The outcomes of a kind with their counts, "timeout 3, truncated 1"; empty if there are none.
std::string listed(const TallyCounts& run, bool (*wanted)(Outcome)) {
    std::string text;
    for (size_t i = 0; i < kOutcomes; ++i) {
        const auto outcome = static_cast<Outcome>(i);
        if (run.outcomes[i] == 0 || !wanted(outcome)) continue;
        text += (text.empty() ? "" : ", ") + std::string(to_string(outcome)) + " " +
                grouped(run.outcomes[i]);
    }
    return text;
}

uint64_t sum_of(const TallyCounts& run, bool (*wanted)(Outcome)) {
    uint64_t sum = 0;
    for (size_t i = 0; i < kOutcomes; ++i)
        if (wanted(static_cast<Outcome>(i))) sum += run.outcomes[i];
    return sum;
}

// "  (limits.depth 3, nofollow 1)", the most frequent first; empty if there are none.
std::string reasons_listed(const ReasonCounts& counts) {
    if (counts.size() == 0) return {};
    std::vector<std::pair<uint64_t, std::string_view>> reasons;
    for (const auto& [reason, count] : counts)
        reasons.emplace_back(count, reason);
    std::sort(reasons.rbegin(), reasons.rend());
    std::string text;
    for (size_t i = 0; i < std::min(reasons.size(), kReasonsShown); ++i)
        text +=
            (i == 0 ? "" : ", ") + std::string(reasons[i].second) + " " + grouped(reasons[i].first);
    if (reasons.size() > kReasonsShown) text += ", ...";
    return "  (" + text + ")";
}

std::string ending(const CrawlProgress& progress, bool nothing_left) {
    if (progress.page_limit_reached) return "crawl.limits.pages is reached";
    if (!nothing_left) return "stopped";
    if (progress.queued + progress.due == 0) return "nothing is left to fetch";
    return "the URLs left belong to hosts that do not answer or forbid all, and stay queued";
}

}  // namespace

uint64_t errors_of(const TallyCounts& run) {
    return sum_of(run, is_error);
}

uint64_t pages_of(const TallyCounts& run) {
    return sum_of(run, is_answered);
}

uint64_t skipped_of(const TallyCounts& run) {
    return sum_of(run, is_withheld);
}

std::string ProgressView::line(const CrawlProgress& progress, Instant now) {
    const uint64_t pages = pages_of(progress.run);
    const Duration since = now - (measured_at_ == Instant{} ? started_ : measured_at_);
    if (since >= milliseconds(500)) {
        pages_per_s_ = static_cast<double>(pages - measured_pages_) / to_seconds(since);
        measured_at_ = now;
        measured_pages_ = pages;
    }
    return one_decimal(pages_per_s_) + " pages/s, " + grouped(pages) + " pages, " +
           grouped(progress.queued + progress.due) + " queued, " + grouped(progress.in_flight) +
           " in flight, " + grouped(progress.hosts_waiting) + " hosts waiting, " +
           grouped(errors_of(progress.run)) + " errors" +
           (progress.paused.empty() ? "" : ", paused: " + progress.paused);
}

void ProgressView::show(const CrawlProgress& progress, Instant now) {
    if (terminal_) {
        std::cout << "\r\033[K" << line(progress, now) << std::flush;
        drawn_ = true;
        return;
    }
    if (now - printed_at_ < kPlainLineGap) return;
    printed_at_ = now;
    std::cout << line(progress, now) << std::endl;
}

void ProgressView::erase() {
    if (!drawn_) return;
    std::cout << "\r\033[K" << std::flush;
    drawn_ = false;
}

void ProgressView::summarise(const CrawlProgress& progress, const End& end) {
    erase();
    const TallyCounts& run = progress.run;
    const auto row = [](const char* name, const std::string& text) {
        if (!text.empty()) std::cout << "  " << name << text << '\n';
    };
    std::cout << "Crawl ended after " << one_decimal(to_seconds(end.now - started_))
              << " s: " << ending(progress, end.nothing_left) << ".\n";
    const std::string answers =
        listed(run, [](Outcome o) { return is_answered(o) && !is_error(o); });
    row("pages      ", grouped(pages_of(run)) + (answers.empty() ? "" : "  (" + answers + ")"));
    row("hosts      ", grouped(run.hosts_fetched));
    row("received   ", human_bytes(run.bytes_wire));
    row("links      ", grouped(run.links_found) + " found, " + grouped(run.links_new) + " new, " +
                           grouped(run.links_left_out.total()) + " left out" +
                           reasons_listed(run.links_left_out));
    const uint64_t skipped = skipped_of(run);
    row("skipped    ", grouped(skipped) + reasons_listed(run.reasons));
    const uint64_t errors = errors_of(run);
    row("errors     ", grouped(errors) + (errors == 0 ? "" : "  (" + listed(run, is_error) + ")"));
    row("left       ", grouped(progress.queued + progress.due) + " URLs queued");
    row("log        ", end.log_path);
    row("state      ", end.state_dir);
    std::cout << std::flush;
}

}  // namespace crawld
