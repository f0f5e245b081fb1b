// CrawlContext: what the crawlers of all loops share and a reload may replace.
//
// Thread: current() from any; replace() from the main loop. A snapshot stays valid while held.
// Test:   tests/unit/crawl/
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "crawl/options.h"
#include "crawl/record_maker.h"
#include "crawl/robots_cache.h"
#include "crawl/shared_gates.h"
#include "crawl/tally.h"
#include "dns/address_policy.h"
#include "frontier/frontier.h"
#include "log/log.h"
#include "url/canonical_rules.h"
#include "url/keys.h"
#include "url/scope.h"
#include "url/suffixes.h"

namespace crawld {

// One consistent set of options; immutable.
struct CrawlSettings {
    IdentityOptions identity;
    std::string user_agent;
    std::string product;          // robots token, lower case
    size_t hosts_loaded_max = 0;  // of one loop
    size_t slots = 0;             // of one loop, of politeness.global.concurrency
    size_t urls_per_host_loaded = 0;
    uint64_t robots_rules_max = 0;  // bytes, of one loop
    std::shared_ptr<const HostOptionsTable> hosts;
    std::shared_ptr<Scope> scope;
    std::shared_ptr<const CanonicalRules> canonical;
    std::shared_ptr<const AddressPolicy> addresses;
    std::shared_ptr<RecordMaker> records;  // null: nothing is archived
    bool lists_pages = false;              // in the files of pages (page_sink.h)
    PageDirectives obeyed;                 // noarchive, noindex: by archive and list of pages
    std::vector<std::string> own_hosts;    // where robots: ignore may take effect
};

class CrawlContext {
  public:
    CrawlContext(Log& the_log, std::shared_ptr<const Suffixes> the_suffixes, SharedGates& the_gates,
                 Instant blocked, std::shared_ptr<const CrawlSettings> settings)
        : log(the_log),
          suffixes(std::move(the_suffixes)),
          gates(the_gates),
          blocked_since(blocked),
          settings_(std::move(settings)) {}

    std::shared_ptr<const CrawlSettings> current() const {
        const std::lock_guard lock(mutex_);
        return settings_;
    }
    void replace(std::shared_ptr<const CrawlSettings> settings) {
        const std::lock_guard lock(mutex_);
        settings_ = std::move(settings);
    }

    Log& log;
    const std::shared_ptr<const Suffixes> suffixes;
    SharedGates& gates;
    // Start of the last run of this boot that did not follow a clean stop; kAlways: there was none
    // (contract D4).
    // Or of the reload that brought other windows than keys without a gate may have been used
    // under.
    std::atomic<Instant> blocked_since;
    Tally tally;
    std::atomic<bool> low_disk{false};    // no new visits while set
    std::atomic<uint64_t> last_visit{0};  // the id given last: one sequence for all loops
    // Called on a loop that has nothing under way any more; set before the loops start.
    std::function<void()> on_emptied = [] {};

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const CrawlSettings> settings_;
};

struct RobotsErrand;

// What a crawler tells those of other loops; posted to the loop that it is for. A hop of a
// robots.txt fetch goes to the loop that has the host, the answer back to the one that asked.
class CrawlerPeers {
  public:
    virtual ~CrawlerPeers() = default;
    // There may be room at an address, or (nullopt) in the process as a whole.
    virtual void room_made(size_t loop, std::optional<uint64_t> ip_key) = 0;
    virtual void robots_hop(const CanonicalUrl& url, HostKey host, const RobotsErrand& errand) = 0;
    virtual void robots_answer(const RobotsErrand& errand, const RobotsAnswer& answer) = 0;
};

}  // namespace crawld
