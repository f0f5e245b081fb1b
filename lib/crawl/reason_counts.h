// ReasonCounts: how often something was left out or skipped, by the name of the rule or limit that
// said so.
//
// Bound: names come from the configuration; at kReasonsMax further ones are counted as "other".
// Test:  tests/unit/crawl/reason_counts_test.cc
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace crawld {

class ReasonCounts {
  public:
    static constexpr size_t kReasonsMax = 1'000;

    void add(std::string_view reason, uint64_t count = 1) {
        auto it = counts_.find(reason);
        if (it == counts_.end() && counts_.size() >= kReasonsMax) reason = "other";
        if (it == counts_.end()) it = counts_.try_emplace(std::string(reason)).first;
        it->second += count;
    }
    void add(const ReasonCounts& more) {
        for (const auto& [reason, count] : more.counts_)
            add(reason, count);
    }

    uint64_t of(std::string_view reason) const {
        const auto it = counts_.find(reason);
        return it == counts_.end() ? 0 : it->second;
    }
    uint64_t total() const {
        uint64_t sum = 0;
        for (const auto& [reason, count] : counts_)
            sum += count;
        return sum;
    }
    size_t size() const { return counts_.size(); }  // names
    auto begin() const { return counts_.begin(); }  // by name
    auto end() const { return counts_.end(); }

  private:
    std::map<std::string, uint64_t, std::less<>> counts_;
};

// "limits.depth 3, nofollow 1", by name.
inline std::string to_string(const ReasonCounts& counts) {
    std::string text;
    for (const auto& [reason, count] : counts)
        text += (text.empty() ? "" : ", ") + reason + " " + std::to_string(count);
    return text;
}

}  // namespace crawld
