#include "robots/robots.h"

#include <algorithm>

#include "base/fingerprint.h"
#include "base/text.h"
#include "robots/pattern.h"

namespace crawld {

namespace {

// A leading UTF-8 byte order mark is not part of the first line, nor is what is left of one.
std::string_view without_bom(std::string_view body) {
    for (const char byte : std::string_view("\xef\xbb\xbf")) {
        if (!body.starts_with(byte)) break;
        body.remove_prefix(1);
    }
    return body;
}

// What is beyond the limit is not read, and neither is the line that it cuts.
std::string_view capped(std::string_view body) {
    if (body.size() <= kRobotsBytesMax) return body;
    body = body.substr(0, kRobotsBytesMax);
    const size_t end = body.find_last_of("\r\n");
    return body.substr(0, end == std::string_view::npos ? 0 : end);
}

std::string_view trim_blanks(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\0'; };
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return text;
}

// RFC 9309 2.2.1: a product token is letters, '_' and '-'; what follows it (a version) is not part.
std::string_view token_of(std::string_view value) {
    return value.substr(0,
                        span_of(value, [](char c) { return is_alpha(c) || c == '_' || c == '-'; }));
}

std::optional<Duration> parse_delay(std::string_view value) {
    const size_t whole_size = span_of(value, is_digit);
    const auto whole =
        whole_size == 0 ? std::optional<uint64_t>(0) : parse_uint(value.substr(0, whole_size));
    if (!whole || *whole > 31'536'000) return std::nullopt;
    value.remove_prefix(whole_size);
    int64_t us = static_cast<int64_t>(*whole) * 1'000'000;
    if (value.starts_with('.')) {
        value.remove_prefix(1);
        int64_t unit = 100'000;
        for (; !value.empty() && is_digit(value.front()); value.remove_prefix(1), unit /= 10)
            us += unit * (value.front() - '0');
    } else if (whole_size == 0) {
        return std::nullopt;
    }
    if (!value.empty()) return std::nullopt;
    return Duration{us};
}

uint64_t literal_key(std::string_view literal) {
    return fingerprint64(literal);
}

}  // namespace

// Reads the lines of one file in order. Groups for us and for "*" are kept apart; which of the two
// counts is known at the end.
class RobotsParser {
  public:
    explicit RobotsParser(std::string_view product) : product_(product) {}

    void line(std::string_view text, int number) {
        text = text.substr(0, text.find('#'));
        const size_t colon = text.find(':');
        if (colon == std::string_view::npos) return;
        const std::string_view key = trim_blanks(text.substr(0, colon));
        const std::string_view value = trim_blanks(text.substr(colon + 1));
        if (iequals(key, "user-agent"))
            user_agent(value);
        else if (iequals(key, "allow"))
            rule(key, value, number, true);
        else if (iequals(key, "disallow"))
            rule(key, value, number, false);
        else if (iequals(key, "crawl-delay"))
            delay(value);
        else if (iequals(key, "sitemap") && !value.empty())
            sitemaps_.emplace_back(value);
    }

    RobotsRules take() {
        Group& group = ours_.named ? ours_ : everybody_;
        RobotsRules rules;
        rules.rules_ = std::move(group.rules);
        rules.crawl_delay_ = group.delay;
        rules.sitemaps_ = std::move(sitemaps_);
        rules.index();
        return rules;
    }

  private:
    struct Group {
        bool named = false;
        std::vector<RobotsRules::Rule> rules;
        std::optional<Duration> delay;
    };

    // RFC 9309 2.2.1: consecutive user-agent lines begin one group; groups for the same token are
    // merged.
    void user_agent(std::string_view value) {
        if (!in_agents_) for_us_ = for_everybody_ = false;
        in_agents_ = true;
        const bool star =
            !value.empty() && value.front() == '*' && (value.size() == 1 || is_space(value[1]));
        if (star) {
            for_everybody_ = true;
        } else if (iequals(token_of(value), product_)) {
            for_us_ = true;
            ours_.named = true;
        }
    }

    void rule(std::string_view key, std::string_view value, int number, bool allow) {
        in_agents_ = false;
        if (value.empty()) return;  // "Disallow:" allows all, as no rule does
        RobotsRules::Rule made;
        made.pattern = normalise_escapes(value);
        made.text = std::string(key) + ": " + std::string(value);
        made.literal = literal_prefix(made.pattern);
        made.line = number;
        made.allow = allow;
        if (for_everybody_) everybody_.rules.push_back(made);
        if (for_us_) ours_.rules.push_back(std::move(made));
    }

    void delay(std::string_view value) {
        in_agents_ = false;
        const auto parsed = parse_delay(value);
        if (!parsed) return;
        // Of several the longest: the polite reading.
        if (for_everybody_)
            everybody_.delay = std::max(everybody_.delay.value_or(*parsed), *parsed);
        if (for_us_) ours_.delay = std::max(ours_.delay.value_or(*parsed), *parsed);
    }

    const std::string_view product_;
    Group ours_;
    Group everybody_;
    std::vector<std::string> sitemaps_;
    bool in_agents_ = false;
    bool for_us_ = false;
    bool for_everybody_ = false;
};

RobotsRules RobotsRules::parse(std::string_view body, std::string_view product) {
    RobotsParser parser(product);
    std::string_view rest = capped(without_bom(body));
    for (int number = 1; !rest.empty(); ++number) {
        const size_t end = rest.find_first_of("\r\n");
        parser.line(rest.substr(0, end), number);
        if (end == std::string_view::npos) break;
        const bool pair = rest[end] == '\r' && end + 1 < rest.size() && rest[end + 1] == '\n';
        rest.remove_prefix(end + (pair ? 2 : 1));
    }
    return parser.take();
}

void RobotsRules::index() {
    for (uint32_t i = 0; i < rules_.size(); ++i) {
        const std::string_view literal =
            std::string_view(rules_[i].pattern).substr(0, rules_[i].literal);
        by_literal_[literal_key(literal)].push_back(i);
        literal_sizes_.push_back(literal.size());
    }
    std::sort(literal_sizes_.begin(), literal_sizes_.end());
    literal_sizes_.erase(std::unique(literal_sizes_.begin(), literal_sizes_.end()),
                         literal_sizes_.end());
    // The longest pattern first, and of equal ones the allowing: the first match decides.
    const auto stronger = [this](uint32_t a, uint32_t b) {
        const Rule& x = rules_[a];
        const Rule& y = rules_[b];
        if (x.pattern.size() != y.pattern.size()) return x.pattern.size() > y.pattern.size();
        return x.allow != y.allow ? x.allow : x.line < y.line;
    };
    for (auto& [key, indexes] : by_literal_)
        std::sort(indexes.begin(), indexes.end(), stronger);
}

RobotsDecision RobotsRules::decide(std::string_view path_and_query) const {
    const std::string path = normalise_escapes(path_and_query);
    const Rule* best = nullptr;
    for (const size_t size : literal_sizes_) {
        if (size > path.size()) break;
        const auto found = by_literal_.find(literal_key(std::string_view(path).substr(0, size)));
        if (found == by_literal_.end()) continue;
        for (const uint32_t index : found->second) {
            const Rule& rule = rules_[index];
            // RFC 9309 2.2.2: the longest match wins, allow wins ties.
            const bool weaker =
                best != nullptr &&
                (rule.pattern.size() < best->pattern.size() ||
                 (rule.pattern.size() == best->pattern.size() && (best->allow || !rule.allow)));
            if (weaker) break;
            if (!pattern_matches(rule.pattern, path)) continue;
            best = &rule;
            break;
        }
    }
    if (best == nullptr) return {};
    return {.allowed = best->allow, .line = best->line, .rule = best->text};
}

size_t RobotsRules::bytes() const {
    size_t sum = 0;
    for (const Rule& rule : rules_)
        sum += sizeof rule + rule.pattern.size() + rule.text.size();
    for (const std::string& sitemap : sitemaps_)
        sum += sizeof sitemap + sitemap.size();
    return sum;
}

}  // namespace crawld
