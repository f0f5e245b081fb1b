#include "scenarios/invariants.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "url/suffixes.h"

namespace crawld {

namespace {

constexpr size_t kComplaintsMax = 20;

class Checker {
  public:
    Checker(const Scenario& scenario, const Rig& rig) : scenario_(scenario), rig_(rig) {}

    std::vector<Complaint> check() {
        check_limits();
        check_robots_first();
        check_done_stays_done();
        check_links_are_followed();
        check_one_line_a_request();
        check_visit_ids();
        check_crashes();
        check_errors();
        return std::move(complaints_);
    }

  private:
    using Requests = std::vector<const SimRequest*>;
    using LimitsOf = std::function<LimitOptions(const SimRequest&)>;

    void complain(const std::string& what) {
        if (complaints_.size() < kComplaintsMax) complaints_.push_back({0, what});
    }
    std::string at(Instant when) const {
        return std::to_string(to_seconds(when - rig_.began())) + "s";
    }
    const Epoch& epoch(const SimRequest& request) const { return rig_.epochs()[request.epoch]; }

    void check_limits();
    void check_windows(const std::string& key, Requests requests, const LimitsOf& limits);
    bool forgotten(const SimRequest& first, const SimRequest& last) const;
    void check_concurrency(const std::string& key, const Requests& requests,
                           const LimitsOf& limits);
    void check_robots_first();
    void check_done_stays_done();
    void check_links_are_followed();
    void check_one_line_a_request();
    void check_visit_ids();
    void check_crashes();
    void check_crash(Duration started, Duration crashed);
    void check_errors();

    const Scenario& scenario_;
    const Rig& rig_;
    std::vector<Instant> starts_unclean_;
    std::vector<Complaint> complaints_;
};

void Checker::check_limits() {
    for (const SimEvent& event : rig_.events())
        if (event.name == "state.opened" && event.field("clean") == "false")
            starts_unclean_.push_back(rig_.began() + event.at);
    const Suffixes suffixes;
    std::map<std::string, Requests> keys;
    for (const SimRequest& request : rig_.requests()) {
        keys["host " + request.host].push_back(&request);
        keys["domain " + std::string(suffixes.registrable_domain(request.host))].push_back(
            &request);
        keys["ip " + std::to_string(request.address.limiter_key())].push_back(&request);
        keys["global"].push_back(&request);
    }
    for (const auto& [key, requests] : keys) {
        const LimitsOf limits = [&, kind = key.substr(0, key.find(' ')),
                                 name = key.substr(key.find(' ') + 1)](const SimRequest& request) {
            const PolitenessOptions& process = epoch(request).config.politeness;
            if (kind == "global") return process.global;
            if (kind == "ip") return process.ip;
            const PolitenessOptions& own = epoch(request).hosts->for_host(name)->politeness;
            return kind == "host" ? own.host : own.domain;
        };
        check_windows(key, requests, limits);
        check_concurrency(key, requests, limits);
    }
}

// After a crash or a boot nothing is known of the requests before it, but that there may have been
// some: the windows of the new process count from its start.
bool Checker::forgotten(const SimRequest& first, const SimRequest& last) const {
    const auto start =
        std::upper_bound(starts_unclean_.begin(), starts_unclean_.end(), *first.received);
    return start != starts_unclean_.end() && *start <= *last.received;
}

// A pair of requests is held to the windows in force at either.
void Checker::check_windows(const std::string& key, Requests requests, const LimitsOf& limits) {
    std::erase_if(requests, [](const SimRequest* request) { return !request->received; });
    std::stable_sort(
        requests.begin(), requests.end(),
        [](const SimRequest* a, const SimRequest* b) { return *a->received < *b->received; });
    const auto check_pair = [&](size_t first, size_t last, const Window& window) {
        const Duration apart = *requests[last]->received - *requests[first]->received;
        if (apart < window.period)
            complain("P1: " + key + " got " + std::to_string(window.count + 1) + " requests in " +
                     to_text(apart) + " against " + to_text(window) + ", from " +
                     at(*requests[first]->received) + " " + requests[first]->url + " to " +
                     requests[last]->url);
    };
    for (size_t i = 0; i < requests.size(); ++i) {
        for (const Window& window : limits(*requests[i]).windows) {
            if (i + window.count < requests.size() &&
                !forgotten(*requests[i], *requests[i + window.count]))
                check_pair(i, i + window.count, window);
            if (i >= window.count) check_pair(i - window.count, i, window);
        }
    }
}

void Checker::check_concurrency(const std::string& key, const Requests& requests,
                                const LimitsOf& limits) {
    std::multiset<Instant> ends;
    for (const SimRequest* request : requests) {  // by dispatch
        ends.erase(ends.begin(), ends.upper_bound(request->dispatched));
        ends.insert(request->ended.value_or(kNever));
        const uint32_t most = limits(*request).concurrency;
        if (most != 0 && ends.size() > most)
            complain("concurrency: " + key + " had " + std::to_string(ends.size()) +
                     " requests in flight at " + at(request->dispatched) + ", of " +
                     std::to_string(most));
    }
}

void Checker::check_robots_first() {
    std::map<std::string, Instant> asked;  // authority, end of the first request
    for (const SimRequest& request : rig_.requests())
        if (request.is_robots() && request.ended && !request.lost)
            asked.emplace(request.authority, *request.ended);
    for (const SimRequest& request : rig_.requests()) {
        if (request.is_robots()) continue;
        const PolitenessOptions& options = epoch(request).hosts->for_host(request.host)->politeness;
        const auto& own = epoch(request).config.politeness.own_hosts;
        if (options.robots == RobotsMode::ignore &&
            std::find(own.begin(), own.end(), request.host) != own.end())
            continue;
        const auto robots = asked.find(request.authority);
        if (robots == asked.end() || robots->second > request.dispatched)
            complain("D5: " + request.url + " was asked for at " + at(request.dispatched) +
                     " before its robots.txt");
    }
}

// Unless the configuration wants it fetched again, or it is a sitemap that was not there, and then
// not before its time.
void Checker::check_done_stays_done() {
    struct Done {
        Duration at{};
        Duration again{};  // after this
    };
    std::map<std::string, std::vector<Done>> done;  // by time
    const auto again_after = [&](const SimEvent& settled) {
        const auto options = rig_.epochs().back().hosts->for_host(settled.field("host"));
        const Duration after = options->fetch.refetch_after;
        if (after != Duration{0}) return after;
        const bool missing_sitemap =
            settled.field("path") == "M" && settled.field("outcome") == "client_error";
        return missing_sitemap ? options->politeness.robots_ttl_max : Duration::max();
    };
    for (const SimEvent& event : rig_.events()) {
        const std::string outcome = event.field("outcome");
        const bool final_one =
            outcome == "ok" || outcome == "redirect" || outcome == "client_error";
        const bool settled = event.name == "fetch.settled" && event.field("kind") == "page";
        if (settled && event.field("ts").empty()) complain("a line without a time");
        if (!settled || !final_one) continue;
        std::vector<Done>& times = done[event.field("url")];
        if (!times.empty() && event.at - times.back().at < times.back().again)
            complain("D6: settled twice: " + event.to_text());
        times.push_back({event.at, again_after(event)});
    }
    for (const SimRequest& request : rig_.requests()) {
        const auto it = done.find(request.url);
        if (it == done.end() || request.is_robots()) continue;
        const Duration when = request.dispatched - rig_.began();
        for (const Done& last : it->second)
            if (when > last.at && when - last.at < last.again)
                complain("D6: " + request.url + " was settled at " +
                         std::to_string(to_seconds(last.at)) + "s and asked for again at " +
                         at(request.dispatched));
    }
}

void Checker::check_links_are_followed() {
    const CrawlOptions& crawl = rig_.epochs().back().config.crawl;
    const bool all_in_scope = crawl.scope.within == ScopePreset::any && crawl.scope.rules.empty() &&
                              crawl.limits.depth == 0;
    const auto last = std::find_if(rig_.events().rbegin(), rig_.events().rend(),
                                   [](const SimEvent& e) { return e.name == "process.counted"; });
    const bool nothing_left =
        last != rig_.events().rend() && last->field("queued") == "0" && last->field("due") == "0";
    if (!all_in_scope || !nothing_left) return;
    std::set<std::string> handled;
    std::set<std::string> done;
    for (const SimEvent& event : rig_.events()) {
        if (event.name == "fetch.settled" || event.name == "url.skipped")
            handled.insert(event.field("url"));
        if (event.name == "fetch.settled" && event.field("outcome") == "ok")
            done.insert(event.field("url"));
    }
    for (const SimRequest& request : rig_.requests())
        handled.insert(request.url);
    for (const SimRequest& request : rig_.requests()) {
        if (request.outcome != Outcome::ok || !done.contains(request.url)) continue;
        const auto page = Url::parse(request.url);
        for (const std::string& link : request.links) {
            const auto url = Url::parse(link, &*page);
            const auto target = url ? CanonicalUrl::from(*url) : std::nullopt;
            if (target && !handled.contains(target->href()))
                complain("D1: " + target->href() + " is lost, a link of " + request.url);
        }
    }
}

// A failed connect may have been followed by one to the next address, whose line speaks for both.
void Checker::check_one_line_a_request() {
    struct Account {
        size_t requests = 0;
        size_t optional = 0;
        size_t lines = 0;
    };
    std::vector<Duration> crashes;
    for (const SimEvent& event : rig_.events())
        if (event.name == "process.crashed") crashes.push_back(event.at);
    std::map<std::string, Account> accounts;
    for (const SimRequest& request : rig_.requests()) {
        Account& account = accounts[request.url];
        const Duration ended = request.ended.value_or(kNever) - rig_.began();
        // Ended, and its commit was still under way: two seconds are long for that.
        const bool uncommitted = std::any_of(crashes.begin(), crashes.end(), [&](Duration crash) {
            return ended <= crash && crash - ended <= seconds(2);
        });
        if (request.lost || request.outcome == Outcome::canceled) continue;
        if (!request.received || uncommitted)
            ++account.optional;
        else
            ++account.requests;
    }
    for (const SimEvent& event : rig_.events())
        if (event.name == "fetch.settled" && !event.field("ip").empty())
            ++accounts[event.field("url")].lines;
    for (const auto& [url, account] : accounts) {
        if (account.lines >= account.requests &&
            account.lines <= account.requests + account.optional)
            continue;
        complain("lines: " + url + " has " + std::to_string(account.requests) + " to " +
                 std::to_string(account.requests + account.optional) + " requests and " +
                 std::to_string(account.lines) + " lines");
    }
}

// Lines of one process are told apart by it, whatever loop they come from.
void Checker::check_visit_ids() {
    std::set<std::string> seen;
    for (const SimEvent& event : rig_.events()) {
        if (event.name == "process.started") seen.clear();
        const bool ends_a_visit = event.name == "fetch.settled" || event.name == "url.skipped";
        if (ends_a_visit && !seen.insert(event.field("visit")).second)
            complain("the id of an earlier visit: " + event.to_text());
    }
}

// What a crash may cause to be asked for again was under way, and that has a bound.
void Checker::check_crashes() {
    Duration started{};
    for (const SimEvent& event : rig_.events()) {
        if (event.name == "process.started") started = event.at;
        if (event.name == "process.crashed") check_crash(started, event.at);
    }
}

// Requests that their server received in this life of the process, less those with a line.
void Checker::check_crash(Duration started, Duration crashed) {
    int64_t under_way = 0;
    uint32_t most = 0;
    for (const SimRequest& request : rig_.requests()) {
        const Duration dispatched = request.dispatched - rig_.began();
        if (dispatched < started || dispatched > crashed) continue;
        const uint32_t limit = epoch(request).config.politeness.global.concurrency;
        most = std::max(most, limit == 0 ? UINT32_MAX : limit);
        const bool canceled = request.outcome == Outcome::canceled && !request.lost;
        if (request.received && !canceled) ++under_way;
    }
    for (const SimEvent& event : rig_.events()) {
        const bool in_this_life = event.at >= started && event.at <= crashed;
        const bool of_a_request = event.name == "fetch.settled" && !event.field("ip").empty() &&
                                  !event.field("outcome").starts_with("connect_");
        if (in_this_life && of_a_request) --under_way;
    }
    if (under_way > most)
        complain("D2: " + std::to_string(under_way) + " requests were under way at the crash at " +
                 std::to_string(to_seconds(crashed)) + "s, of " + std::to_string(most));
}

void Checker::check_errors() {
    for (const SimEvent& event : rig_.events()) {
        const auto& allowed = scenario_.errors_allowed;
        const bool is_error = event.field("level") == "error" || event.name == "process.failed";
        if (is_error && std::find(allowed.begin(), allowed.end(), event.name) == allowed.end())
            complain("an error: " + event.to_text());
        const bool counted = event.name == "process.counted";
        if (counted && event.field("in_flight") != "0") complain("under way: " + event.to_text());
    }
}

}  // namespace

std::vector<Complaint> check_invariants(const Scenario& scenario, const Rig& rig) {
    return Checker(scenario, rig).check();
}

}  // namespace crawld
