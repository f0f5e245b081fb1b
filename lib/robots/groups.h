// RobotsGroups: which records of a robots.txt are for us.
//
// Two groups are collected: the records that name us, and those for "*". Which of the two counts is
// known at the end of the file.
//
// Bound:  kUsageLinesBytesMax.
// Source: RFC 9309 2.2.1, 2.2.4; draft-ietf-aipref-attach (Content-Usage).
// Test:   tests/unit/robots/groups_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "robots/lines.h"
#include "robots/rule_table.h"

namespace crawld {

inline constexpr size_t kUsageLinesBytesMax = 512;

struct RobotsGroup {
    std::vector<Rule> rules;
    std::optional<Duration> crawl_delay;
    std::string usage;  // its Content-Usage lines, as written, joined by "; "
};

class RobotsGroups {
  public:
    // `product` has to live as long as this.
    explicit RobotsGroups(std::string_view product) : product_(product) {}

    void take(const RobotsLine& line);

    // The group that applies to us. Once only.
    RobotsGroup ours() &&;
    std::vector<std::string> sitemaps() && { return std::move(sitemaps_); }

  private:
    // Whom the records that come now are for.
    struct Addressees {
        bool us = false;
        bool everybody = false;
    };
    void take_user_agent(std::string_view value);
    void take_rule(const RobotsLine& line, bool allow);
    void take_crawl_delay(std::string_view value);
    void take_usage(std::string_view value);
    void take_sitemap(std::string_view value);

    const std::string_view product_;
    RobotsGroup us_;
    RobotsGroup everybody_;
    bool named_ = false;  // some group names us
    std::vector<std::string> sitemaps_;

    Addressees rule_for_;
    Addressees delay_for_;
    Addressees usage_for_;
    bool rules_began_ = false;   // a rule since the last user-agent line
    bool delays_began_ = false;  // a rule or a Crawl-delay since then
    bool usages_began_ = false;  // a rule, a Crawl-delay or a Content-Usage since then
};

// "10", "0.5", ".5", in seconds; nullopt for what is not such a number, or is zero.
std::optional<Duration> parse_crawl_delay(std::string_view value);

}  // namespace crawld
