#include "robots/groups.h"

#include <algorithm>

#include "base/text.h"

namespace crawld {

namespace {

constexpr uint64_t kCrawlDelaySecondsMax = 366 * 24 * 3600;

// RFC 9309 2.2.1: a product token is letters, '_' and '-'; what follows it (a version) is not part.
std::string_view product_token(std::string_view value) {
    return value.substr(0,
                        span_of(value, [](char c) { return is_alpha(c) || c == '_' || c == '-'; }));
}

bool names_everybody(std::string_view value) {
    return value.starts_with('*') && (value.size() == 1 || is_space(value[1]));
}

void keep_longest(std::optional<Duration>& kept, Duration delay) {
    kept = std::max(kept.value_or(delay), delay);
}

void append_usage(std::string& list, std::string_view value) {
    const size_t separator = list.empty() ? 0 : 2;
    if (value.empty() || list.size() + separator + value.size() > kUsageLinesBytesMax) return;
    list.append(separator == 0 ? "" : "; ").append(value);
}

}  // namespace

std::optional<Duration> parse_crawl_delay(std::string_view value) {
    const size_t point = std::min(value.find('.'), value.size());
    const std::string_view whole = value.substr(0, point);
    const std::string_view fraction = value.substr(std::min(point + 1, value.size()));
    if (whole.empty() && fraction.empty()) return std::nullopt;
    if (span_of(whole, is_digit) != whole.size() || span_of(fraction, is_digit) != fraction.size())
        return std::nullopt;
    const uint64_t whole_seconds =
        whole.empty() ? 0 : parse_uint(whole).value_or(kCrawlDelaySecondsMax);
    Duration delay = seconds(static_cast<int64_t>(std::min(whole_seconds, kCrawlDelaySecondsMax)));
    Duration unit = milliseconds(100);
    for (const char digit : fraction) {
        delay += unit * (digit - '0');
        unit /= 10;
    }
    if (delay == Duration{0}) return std::nullopt;
    return delay;
}

void RobotsGroups::take(const RobotsLine& line) {
    if (iequals(line.key, "user-agent"))
        take_user_agent(line.value);
    else if (iequals(line.key, "allow"))
        take_rule(line, true);
    else if (iequals(line.key, "disallow"))
        take_rule(line, false);
    else if (iequals(line.key, "crawl-delay"))
        take_crawl_delay(line.value);
    else if (iequals(line.key, "content-usage"))
        take_usage(line.value);
    else if (iequals(line.key, "sitemap"))
        take_sitemap(line.value);
}

// Consecutive user-agent lines share what follows; the first one behind a rule begins anew.
void RobotsGroups::take_user_agent(std::string_view value) {
    if (rules_began_) rule_for_ = {};
    if (delays_began_) delay_for_ = {};
    if (usages_began_) usage_for_ = {};
    rules_began_ = delays_began_ = usages_began_ = false;
    const bool us = iequals(product_token(value), product_) && !product_.empty();
    const bool everybody = names_everybody(value);
    named_ |= us;
    for (Addressees* addressees : {&rule_for_, &delay_for_, &usage_for_}) {
        addressees->us |= us;
        addressees->everybody |= everybody;
    }
}

void RobotsGroups::take_rule(const RobotsLine& line, bool allow) {
    rules_began_ = delays_began_ = usages_began_ = true;
    // "Disallow:" forbids nothing, but is a rule of its group.
    if (line.value.empty() || (!rule_for_.us && !rule_for_.everybody)) return;
    Rule rule{.pattern = Pattern::parse(line.value),
              .text = std::string(line.key) + ": " + std::string(line.value),
              .line = line.number,
              .allow = allow};
    if (rule_for_.us && rule_for_.everybody) everybody_.rules.push_back(rule);
    RobotsGroup& group = rule_for_.us ? us_ : everybody_;
    group.rules.push_back(std::move(rule));
}

void RobotsGroups::take_crawl_delay(std::string_view value) {
    delays_began_ = usages_began_ = true;
    const auto delay = parse_crawl_delay(value);
    if (!delay) return;
    if (delay_for_.us) keep_longest(us_.crawl_delay, *delay);
    if (delay_for_.everybody) keep_longest(everybody_.crawl_delay, *delay);
}

void RobotsGroups::take_usage(std::string_view value) {
    usages_began_ = true;
    if (usage_for_.us) append_usage(us_.usage, value);
    if (usage_for_.everybody) append_usage(everybody_.usage, value);
}

void RobotsGroups::take_sitemap(std::string_view value) {
    if (!value.empty()) sitemaps_.emplace_back(value);
}

RobotsGroup RobotsGroups::ours() && {
    return std::move(named_ ? us_ : everybody_);
}

}  // namespace crawld
