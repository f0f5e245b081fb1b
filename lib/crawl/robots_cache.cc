#include "crawl/robots_cache.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "decode/decode.h"

namespace crawld {

namespace {

// What is neither rules nor a plain "there is none" disallows everything (RFC 9309 2.3.1.4).
RobotsVerdict verdict_of(const RobotsAnswer& answer) {
    if (answer.too_many_redirects) return RobotsVerdict::allow_all;                // 2.3.1.2
    if (answer.outcome == Outcome::client_error) return RobotsVerdict::allow_all;  // 2.3.1.3
    return has_robots_rules(answer.outcome) ? RobotsVerdict::rules : RobotsVerdict::unreachable;
}

void set_rules(RobotsEntry& entry, std::shared_ptr<const RobotsRules> rules) {
    entry.rule_count = rules ? rules->rule_count() : 0;
    entry.crawl_delay = rules ? rules->crawl_delay() : std::nullopt;
    entry.rules = std::move(rules);
}

}  // namespace

// A truncated file may have lost its Disallow lines: it is no basis for a request.
bool has_robots_rules(Outcome outcome) {
    return outcome == Outcome::ok || outcome == Outcome::body_too_large;
}

RobotsAnswer read_robots(RobotsAnswer answer, std::string_view coding, std::string_view product) {
    DecodeLimits limits;
    limits.bytes_max = kRobotsBytesMax;
    Decoded decoded = decode_body(std::move(answer.body), coding, limits);
    answer.body = std::move(decoded.bytes);
    // Rules that cannot be read are no permission; of a file that is too large the beginning
    // counts.
    const bool cut =
        answer.outcome == Outcome::body_too_large || decoded.verdict == DecodeVerdict::capped;
    const bool broken = decoded.verdict == DecodeVerdict::corrupt ||
                        decoded.verdict == DecodeVerdict::unknown ||
                        (decoded.verdict == DecodeVerdict::truncated && !cut);
    if (broken && has_robots_rules(answer.outcome)) answer.outcome = Outcome::undecodable;
    // Half a line may say the opposite of the whole.
    if (cut) answer.body.resize(answer.body.find_last_of("\r\n") + 1);
    if (has_robots_rules(answer.outcome))
        answer.rules = std::make_shared<RobotsRules>(RobotsRules::parse(answer.body, product));
    return answer;
}

RobotsRecord judge_robots(RobotsEntry& entry, const RobotsAnswer& answer, Duration ttl_max,
                          WallTime now) {
    const RobotsVerdict verdict = verdict_of(answer);
    CRAWLD_CHECK(verdict != RobotsVerdict::rules || answer.rules != nullptr);
    std::string body;
    entry.fetching = false;
    entry.used = false;
    entry.status = static_cast<uint16_t>(answer.status);
    if (verdict == RobotsVerdict::unreachable) {
        if (entry.first_failure_at == WallTime{}) entry.first_failure_at = now;
        entry.failed_at = now;
        ++entry.failures;
        // A wait that the host asks for does not count against the deadline.
        entry.first_failure_at += answer.retry_after.value_or(Duration{0});
        // The last good copy serves until the file can be had again; without one, nothing is
        // allowed.
        const bool has_copy =
            entry.verdict == RobotsVerdict::rules || entry.verdict == RobotsVerdict::allow_all;
        if (!has_copy) entry.verdict = RobotsVerdict::unreachable;
        entry.expires_at = now + std::min<Duration>(ttl_max, hours(1));
    } else {
        entry.verdict = verdict;
        entry.first_failure_at = WallTime{};
        entry.failures = 0;
        entry.fetched_at = now;
        entry.expires_at = now + std::min(answer.ttl.value_or(ttl_max), ttl_max);
        if (verdict == RobotsVerdict::rules) body = answer.body;
        set_rules(entry, verdict == RobotsVerdict::rules ? answer.rules : nullptr);
    }
    return {.body = std::move(body),
            .verdict = static_cast<uint8_t>(entry.verdict),
            .status = entry.status,
            .fetched_at = entry.fetched_at,
            .expires_at = entry.expires_at,
            .first_failure_at = entry.first_failure_at};
}

RobotsEntry restore_robots(std::string authority, const RobotsRecord& record,
                           std::string_view product) {
    RobotsEntry entry;
    entry.authority = std::move(authority);
    entry.verdict = record.verdict <= static_cast<uint8_t>(RobotsVerdict::unreachable)
                        ? static_cast<RobotsVerdict>(record.verdict)
                        : RobotsVerdict::unknown;
    entry.status = record.status;
    entry.fetched_at = record.fetched_at;
    entry.expires_at = record.expires_at;
    entry.first_failure_at = record.first_failure_at;
    if (entry.verdict == RobotsVerdict::rules)
        set_rules(entry, std::make_shared<RobotsRules>(RobotsRules::parse(record.body, product)));
    return entry;
}

bool RobotsEntry::given_up(WallTime discovered, Duration deadline) const {
    return verdict == RobotsVerdict::unreachable && failures >= 2 &&
           failed_at - first_failure_at > deadline && discovered <= failed_at;
}

std::optional<Duration> cache_ttl(std::string_view cache_control) {
    std::optional<Duration> ttl;
    for (std::string_view directive : split(cache_control, ',')) {
        directive = trim(directive);
        if (iequals(directive, "no-store") || iequals(directive, "no-cache")) return Duration{0};
        constexpr std::string_view kMaxAge = "max-age=";
        if (!istarts_with(directive, kMaxAge)) continue;
        const auto age = parse_uint(directive.substr(kMaxAge.size()));
        if (age) ttl = seconds(static_cast<int64_t>(std::min<uint64_t>(*age, 31'536'000)));
    }
    return ttl;
}

}  // namespace crawld
