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

bool is_error(Outcome outcome) {
    switch (outcome) {
        case Outcome::ok:
        case Outcome::redirect:
        case Outcome::not_modified:
        case Outcome::client_error:
        case Outcome::robots_denied:
        case Outcome::robots_unreachable:
        case Outcome::skipped:
        case Outcome::given_up:
        case Outcome::canceled:
            return false;
        case Outcome::server_error:
        case Outcome::odd_status:
        case Outcome::throttled:
        case Outcome::dns_not_found:
        case Outcome::dns_failed:
        case Outcome::dns_timeout:
        case Outcome::address_refused:
        case Outcome::connect_refused:
        case Outcome::connect_timeout:
        case Outcome::connect_failed:
        case Outcome::tls_failed:
        case Outcome::tls_certificate:
        case Outcome::timeout:
        case Outcome::too_slow:
        case Outcome::empty_reply:
        case Outcome::connection_lost:
        case Outcome::truncated:
        case Outcome::bad_response:
        case Outcome::headers_too_large:
        case Outcome::body_too_large:
        case Outcome::undecodable:
            return true;
    }
    return true;
}

// The outcomes of a kind with their counts, "timeout 3, truncated 1"; empty if there are none.
template <class Wanted>
std::string listed(const TallyCounts& run, Wanted wanted) {
    std::string text;
    for (size_t i = 0; i < kOutcomes; ++i) {
        const auto outcome = static_cast<Outcome>(i);
        if (run.outcomes[i] == 0 || !wanted(outcome)) continue;
        text += (text.empty() ? "" : ", ") + std::string(to_string(outcome)) + " " +
                grouped(run.outcomes[i]);
    }
    return text;
}

std::string reasons_listed(const TallyCounts& run) {
    std::vector<std::pair<uint64_t, std::string_view>> reasons;
    for (const auto& [reason, count] : run.reasons)
        reasons.emplace_back(count, reason);
    std::sort(reasons.rbegin(), reasons.rend());
    std::string text;
    for (size_t i = 0; i < std::min(reasons.size(), kReasonsShown); ++i)
        text +=
            (i == 0 ? "" : ", ") + std::string(reasons[i].second) + " " + grouped(reasons[i].first);
    if (reasons.size() > kReasonsShown) text += ", ...";
    return text;
}

std::string ending(const CrawlProgress& progress, bool nothing_left) {
    if (progress.page_limit_reached) return "crawl.limits.pages is reached";
    if (!nothing_left) return "stopped";
    if (progress.queued + progress.due == 0) return "nothing is left to fetch";
    return "the URLs left belong to hosts that do not answer or forbid all, and stay queued";
}

}  // namespace

uint64_t errors_of(const TallyCounts& run) {
    uint64_t sum = 0;
    for (size_t i = 0; i < kOutcomes; ++i)
        if (is_error(static_cast<Outcome>(i))) sum += run.outcomes[i];
    return sum;
}

uint64_t skipped_of(const TallyCounts& run) {
    return run.of(Outcome::skipped) + run.of(Outcome::robots_denied) +
           run.of(Outcome::robots_unreachable) + run.of(Outcome::given_up);
}

uint64_t pages_of(const TallyCounts& run) {
    return run.of(Outcome::ok) + run.of(Outcome::redirect) + run.of(Outcome::not_modified) +
           run.of(Outcome::client_error) + run.of(Outcome::server_error) +
           run.of(Outcome::odd_status) + run.of(Outcome::throttled) +
           run.of(Outcome::body_too_large) + run.of(Outcome::undecodable);
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
           grouped(errors_of(progress.run)) + " errors";
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
    const std::string answers = listed(run, [](Outcome o) {
        return o != Outcome::canceled && !is_error(o) && o < Outcome::robots_denied;
    });
    row("pages      ", grouped(pages_of(run)) + (answers.empty() ? "" : "  (" + answers + ")"));
    row("hosts      ", grouped(run.hosts_fetched));
    row("received   ", human_bytes(run.bytes_wire));
    row("links      ", grouped(run.links_found) + " found, " + grouped(run.links_new) + " new, " +
                           grouped(run.links_out_of_scope) + " out of scope");
    const uint64_t skipped = skipped_of(run);
    row("skipped    ", grouped(skipped) + (skipped == 0 ? "" : "  (" + reasons_listed(run) + ")"));
    const uint64_t errors = errors_of(run);
    row("errors     ", grouped(errors) + (errors == 0 ? "" : "  (" + listed(run, is_error) + ")"));
    row("left       ", grouped(progress.queued + progress.due) + " URLs queued");
    row("log        ", end.log_path);
    row("state      ", end.state_dir);
    std::cout << std::flush;
}

}  // namespace crawld
