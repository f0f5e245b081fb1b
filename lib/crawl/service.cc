#include "crawl/service.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/text.h"
#include "crawl/crawler.h"
#include "crawl/run_mark.h"
#include "crawl/seeds.h"
#include "dns/cares_resolver.h"
#include "fetch/curl_fetcher.h"
#include "log/events.h"

namespace crawld {

namespace {

constexpr Duration kPollGap = milliseconds(300);
constexpr Duration kDiskCheckGap = seconds(5);
constexpr size_t kWakesPerPoll = 10'000;
// A retry further away than this does not keep `--until-idle` waiting.
constexpr Duration kPatience = minutes(10);
constexpr size_t kJobsMax = 1 << 20;  // per loop at most one commit and one load a host

Limits limits_from(const LimitOptions& options) { return {options.windows, options.concurrency}; }

size_t loop_count(const ThreadsOptions& threads) {
    if (threads.loops != 0) return threads.loops;
    const size_t cores = std::max(1U, std::thread::hardware_concurrency());
    return cores <= 4 ? 1 : cores / 4;
}

size_t worker_count(const ThreadsOptions& threads) {
    return threads.workers != 0 ? threads.workers
                                : std::max<size_t>(1, std::thread::hardware_concurrency());
}

Result<std::shared_ptr<const CrawlSettings>> make_settings(
    const CrawlConfig& config, const std::shared_ptr<const Suffixes>& suffixes,
    std::shared_ptr<Scope> scope) {
    auto addresses = AddressPolicy::make(config.network);
    if (!addresses) return tl::unexpected(addresses.error());
    if (!scope) {
        auto made = Scope::make(config.crawl.scope, suffixes);
        if (!made) return tl::unexpected(made.error());
        scope = std::move(*made);
    }
    auto settings = std::make_shared<CrawlSettings>();
    settings->identity = config.identity;
    settings->user_agent = "Mozilla/5.0 (compatible; " + config.identity.product + "/" +
                           config.version + "; +" + config.identity.contact + ")";
    settings->product = lowercase(config.identity.product);
    settings->limits = config.crawl.limits;
    settings->frontier = config.frontier;
    settings->global = config.politeness.global;
    settings->hosts = config.hosts;
    settings->scope = std::move(scope);
    settings->addresses = std::make_shared<AddressPolicy>(std::move(*addresses));
    settings->own_hosts = config.politeness.own_hosts;
    return settings;
}

}  // namespace

// One loop with all that hangs on it.
struct LoopUnit {
    std::unique_ptr<UvLoop> own_loop;  // null for the main loop
    UvLoop* loop = nullptr;
    std::unique_ptr<CaresResolver> resolver;
    std::unique_ptr<CurlFetcher> fetcher;
    std::unique_ptr<Crawler> crawler;
    std::thread thread;
};

struct CrawlService::State : CommitterListener, RobotsPeers {
    explicit State(Setup s) : setup(std::move(s)), listener(setup.listener) {}

    Status open(const CrawlConfig& config);
    void make_units(const CrawlConfig& config, SavedGates gates);
    void start_seeds(const CrawlConfig& config);
    void poll();
    void poll_units();
    void unit_answered(bool quiet);
    void check_disk();
    void unit_stopped();
    void close();
    LoopUnit& unit_of(HostKey host) { return *units[host.vshard() % units.size()]; }

    void on_woken(const std::vector<HostWake>& woken) override;
    void on_fatal(const Error& error) override;
    void robots_hop(const CanonicalUrl& url, HostKey host, const RobotsErrand& errand) override;
    void robots_answer(const RobotsErrand& errand, const RobotsAnswer& answer) override;

    Setup setup;
    CrawlListener& listener;
    std::string state_dir;
    std::shared_ptr<const Suffixes> suffixes = std::make_shared<Suffixes>();
    std::vector<SeedOption> seed_options;
    ScopeOptions scope_options;
    uint32_t disk_free_percent = 5;
    std::unique_ptr<WorkerPool> committer_thread;
    std::unique_ptr<Committer> committer;
    std::unique_ptr<SharedGates> gates;
    std::unique_ptr<CrawlContext> context;
    std::unique_ptr<WorkerPool> workers;
    std::vector<std::unique_ptr<LoopUnit>> units;
    std::unique_ptr<SeedReader> seeds;
    std::unique_ptr<Timer> poll_timer;

    bool scope_known = false;
    bool seeds_finished = false;
    bool polling = false;
    size_t quiet_answers = 0;
    size_t answers = 0;
    int quiet_polls = 0;
    bool stopping = false;
    size_t units_stopped = 0;
    SavedGates saved_gates;
    Instant disk_checked_at = kAlways;
    Instant disk_full_since = kNever;
};

Status CrawlService::State::open(const CrawlConfig& config) {
    const Instant began = setup.main_loop.now();
    state_dir = config.state_dir;
    seed_options = config.crawl.seeds;
    scope_options = config.crawl.scope;
    disk_free_percent = config.crawl.limits.disk_free_percent;
    if (Status seeds_ok = SeedReader::check(seed_options); !seeds_ok) return seeds_ok;
    auto settings = make_settings(config, suffixes, nullptr);
    if (!settings) return tl::unexpected(settings.error());

    auto store = Store::open(state_dir + "/db", config.store);
    if (!store) return tl::unexpected(store.error());
    auto frontier = Frontier::open(**store, config.frontier, setup.main_loop.wall());
    if (!frontier) return tl::unexpected(frontier.error());
    committer_thread = std::make_unique<WorkerPool>(
        WorkerPoolOptions{.name = "committer", .threads = 1, .queue_max = kJobsMax});
    committer = std::make_unique<Committer>(std::move(*store), std::move(*frontier),
                                            *committer_thread, *this);
    if (Status totals = committer->open_totals(); !totals) return totals;

    auto saved = committer->meta(kRunMarkName);
    if (!saved) return tl::unexpected(saved.error());
    const auto mark = *saved ? RunMark::decode(**saved) : std::nullopt;
    const bool exact = mark && mark->clean && mark->boot_id == setup.boot_id;
    setup.main_loop.update_now();
    const Instant now = setup.main_loop.now();
    const bool blocked = !exact && !committer->store_was_new();
    gates = std::make_unique<SharedGates>(limits_from(config.politeness.ip),
                                          limits_from(config.politeness.global),
                                          blocked ? now : kAlways);
    if (exact) gates->restore(mark->shared_gates, now);
    context = std::make_unique<CrawlContext>(setup.log, suffixes, *gates,
                                             blocked ? now : kAlways, std::move(*settings));
    // From here on a crash means that every key counts as full at the next start.
    const RunMark dirty{.clean = false, .boot_id = setup.boot_id, .shared_gates = {}, .gates = {}};
    if (Status marked = committer->put_meta(kRunMarkName, dirty.encode()); !marked) return marked;

    const FrontierCounts& counts = committer->counts();
    setup.log.write(StateOpened{.known = counts.known,
                                .queued = counts.queued,
                                .due = counts.due,
                                .hosts = counts.hosts,
                                .clean = exact,
                                .created = committer->store_was_new(),
                                .open_ms = in_ms(now - began)});
    make_units(config, exact ? mark->gates : SavedGates{});
    return {};
}

void CrawlService::State::make_units(const CrawlConfig& config, SavedGates saved) {
    workers = std::make_unique<WorkerPool>(WorkerPoolOptions{
        .name = "worker", .threads = worker_count(config.threads), .queue_max = 1024});
    const size_t count = loop_count(config.threads);
    const uint32_t concurrency = config.politeness.global.concurrency;
    for (size_t i = 0; i < count; ++i) {
        auto unit = std::make_unique<LoopUnit>();
        if (i > 0) unit->own_loop = std::make_unique<UvLoop>();
        unit->loop = i > 0 ? unit->own_loop.get() : &setup.main_loop;
        unit->resolver = std::make_unique<CaresResolver>(*unit->loop, config.network);
        unit->fetcher = std::make_unique<CurlFetcher>(
            *unit->loop, context->current()->addresses,
            CurlFetcherOptions{.connections_max = concurrency == 0 ? 4096 : concurrency});
        unit->crawler = std::make_unique<Crawler>(CrawlerSetup{.loop = *unit->loop,
                                                               .resolver = *unit->resolver,
                                                               .fetcher = *unit->fetcher,
                                                               .workers = *workers,
                                                               .committer = *committer,
                                                               .context = *context,
                                                               .peers = *this,
                                                               .prng_seed = setup.prng_seed + i});
        unit->crawler->restore_gates(saved);
        const auto stalled = [this](Duration busy, std::string_view phase) {
            setup.log.write(LoopStalled{.turn_ms = in_ms(busy), .phase = std::string(phase)});
        };
        unit->loop->set_stall_listener(milliseconds(50), stalled);
        units.push_back(std::move(unit));
    }
    for (auto& unit : units)
        if (unit->own_loop) unit->thread = std::thread([loop = unit->loop] { loop->run(); });
}

void CrawlService::State::start_seeds(const CrawlConfig& config) {
    seeds_finished = false;
    seeds = std::make_unique<SeedReader>(
        SeedReader::Setup{.loop = setup.main_loop,
                          .workers = *workers,
                          .committer = *committer,
                          .log = setup.log,
                          .scope = context->current()->scope,
                          .suffixes = suffixes},
        config.crawl.seeds,
        SeedReader::Listener{.scope_known = [this] { scope_known = true; },
                             .finished = [this] { seeds_finished = true; }});
    seeds->start();
}

// Hosts that sleep on disk, and whether anything is left to do.
void CrawlService::State::poll() {
    poll_timer->arm(setup.main_loop.now() + kPollGap);
    check_disk();
    if (!scope_known || polling || stopping) return;
    size_t loaded = 0;
    for (const auto& unit : units) loaded += unit->crawler->numbers().hosts;
    const size_t loaded_max = context->current()->frontier.hosts_loaded_max * units.size();
    const size_t room = loaded < loaded_max ? loaded_max - loaded : 0;
    polling = committer->wake(setup.main_loop.wall(), std::min(room, kWakesPerPoll),
                              setup.main_loop, [this] { poll_units(); });
}

// The answers come through every loop, behind whatever the committer told them before.
void CrawlService::State::poll_units() {
    quiet_answers = answers = 0;
    for (auto& unit : units) {
        unit->loop->post([this, crawler = unit->crawler.get()] {
            setup.main_loop.post([this, quiet = crawler->quiet()] { unit_answered(quiet); });
        });
    }
}

void CrawlService::State::unit_answered(bool quiet) {
    if (quiet) ++quiet_answers;
    if (++answers < units.size()) return;
    polling = false;
    const bool something_soon = committer->next_due() - setup.main_loop.wall() < kPatience;
    const bool limit_reached = units.front()->crawler->page_limit_reached();
    const bool idle = quiet_answers == units.size() && seeds_finished &&
                      (limit_reached || !something_soon);
    quiet_polls = idle ? quiet_polls + 1 : 0;
    // Twice in a row: what one poll woke has then had its turn.
    if (quiet_polls == 2 && !stopping) listener.on_idle();
}

void CrawlService::State::check_disk() {
    const Instant now = setup.main_loop.now();
    if (now - disk_checked_at < kDiskCheckGap) return;
    disk_checked_at = now;
    const DiskSpace space = setup.disk_space();
    const double low = static_cast<double>(disk_free_percent) / 100;
    const bool was_low = context->low_disk;
    const bool is_low = was_low ? space.free_fraction < low * 1.2 : space.free_fraction < low;
    if (is_low == was_low) return;
    context->low_disk = is_low;
    if (is_low) {
        disk_full_since = now;
        setup.log.write(DiskFilled{.path = state_dir,
                                   .free_bytes = space.free_bytes,
                                   .detail = "less than limits.disk_free_percent is free"});
    } else {
        setup.log.write(DiskRecovered{.path = state_dir,
                                      .free_bytes = space.free_bytes,
                                      .paused_s = to_seconds(now - disk_full_since)});
    }
}

void CrawlService::State::on_woken(const std::vector<HostWake>& woken) {
    std::vector<std::vector<HostWake>> shares(units.size());
    for (const HostWake& host : woken) shares[host.key.vshard() % units.size()].push_back(host);
    for (size_t i = 0; i < shares.size(); ++i) {
        if (shares[i].empty()) continue;
        units[i]->loop->post([crawler = units[i]->crawler.get(), share = std::move(shares[i])] {
            for (const HostWake& host : share) crawler->wake(host);
        });
    }
}

void CrawlService::State::on_fatal(const Error& error) {
    setup.main_loop.post([this, error] { listener.on_failed(error); });
}

void CrawlService::State::robots_hop(const CanonicalUrl& url, HostKey host,
                                     const RobotsErrand& errand) {
    LoopUnit& unit = unit_of(host);
    unit.loop->post([crawler = unit.crawler.get(), url, host, errand] {
        crawler->start_robots_hop(url, host, errand);
    });
}

void CrawlService::State::robots_answer(const RobotsErrand& errand, const RobotsAnswer& answer) {
    LoopUnit& unit = unit_of(errand.owner);
    unit.loop->post([crawler = unit.crawler.get(), errand, answer] {
        crawler->take_robots_answer(errand, answer);
    });
}

void CrawlService::State::unit_stopped() {
    if (++units_stopped < units.size()) return;
    close();
    listener.on_stopped();
}

// All visits have ended and nothing refers to a loop any more: the last write says so.
void CrawlService::State::close() {
    for (auto& unit : units) {
        if (unit->own_loop) unit->own_loop->stop();
        if (unit->thread.joinable()) unit->thread.join();
    }
    committer_thread.reset();  // finishes its jobs
    RunMark mark{.clean = true,
                 .boot_id = setup.boot_id,
                 .shared_gates = {},
                 .gates = std::move(saved_gates)};
    gates->save(mark.shared_gates);
    if (Status marked = committer->put_meta(kRunMarkName, mark.encode()); !marked)
        setup.log.write(CommitFailed{.message = marked.error().message});
}

CrawlService::CrawlService() = default;

CrawlService::~CrawlService() {
    if (!state_) return;
    state_->seeds.reset();
    state_->poll_timer.reset();
    for (auto& unit : state_->units) {
        if (unit->own_loop) unit->own_loop->stop();
        if (unit->thread.joinable()) unit->thread.join();
    }
    state_->workers.reset();
    state_->committer_thread.reset();
    for (auto& unit : state_->units) {
        unit->crawler.reset();
        unit->fetcher.reset();
        unit->resolver.reset();
    }
}

Result<std::unique_ptr<CrawlService>> CrawlService::start(Setup setup, const CrawlConfig& config) {
    std::unique_ptr<CrawlService> service(new CrawlService);
    service->state_ = std::make_unique<State>(std::move(setup));
    State& state = *service->state_;
    if (Status opened = state.open(config); !opened) return tl::unexpected(opened.error());
    state.poll_timer = state.setup.main_loop.make_timer("poll", [&state] { state.poll(); });
    state.poll_timer->arm(state.setup.main_loop.now());
    state.start_seeds(config);
    return service;
}

Status CrawlService::reload(const CrawlConfig& config) {
    State& state = *state_;
    if (Status seeds_ok = SeedReader::check(config.crawl.seeds); !seeds_ok) return seeds_ok;
    // A scope that did not change keeps the seeds it has learnt.
    const auto old = state.context->current();
    const bool same_scope = config.crawl.scope.within == state.scope_options.within &&
                            config.crawl.scope.rules == state.scope_options.rules;
    auto settings = make_settings(config, state.suffixes, same_scope ? old->scope : nullptr);
    if (!settings) return tl::unexpected(settings.error());
    state.context->replace(std::move(*settings));
    state.scope_options = config.crawl.scope;
    state.disk_free_percent = config.crawl.limits.disk_free_percent;
    state.gates->set_limits(limits_from(config.politeness.ip),
                            limits_from(config.politeness.global), state.setup.main_loop.now());
    const auto addresses = state.context->current()->addresses;
    for (auto& unit : state.units) {
        unit->loop->post([&unit = *unit, addresses, network = config.network] {
            unit.resolver->set_options(network);
            unit.fetcher->set_policy(addresses);
            unit.crawler->reload();
        });
    }
    const bool same_seeds = config.crawl.seeds == state.seed_options;
    state.seed_options = config.crawl.seeds;
    if (!same_seeds || !same_scope) state.start_seeds(config);
    return {};
}

void CrawlService::stop(Duration grace) {
    State& state = *state_;
    if (std::exchange(state.stopping, true)) return;
    state.seeds.reset();
    const Instant deadline = state.setup.main_loop.now() + grace;
    for (auto& unit : state.units) {
        unit->loop->post([&state, deadline, &unit = *unit] {
            unit.crawler->stop(deadline, [&state, &unit] {
                SavedGates gates;
                unit.crawler->save_gates(gates);
                state.setup.main_loop.post([&state, gates = std::move(gates)]() mutable {
                    state.saved_gates.merge(gates);
                    state.unit_stopped();
                });
            });
        });
    }
}

void CrawlService::hurry() {
    for (auto& unit : state_->units)
        unit->loop->post([crawler = unit->crawler.get()] { crawler->hurry(); });
}

CrawlProgress CrawlService::progress() const {
    const State& state = *state_;
    const FrontierCounts& counts = state.committer->counts();
    CrawlProgress progress{.pages = state.committer->totals().pages,
                           .bytes = state.committer->totals().bytes,
                           .known = counts.known,
                           .queued = counts.queued,
                           .due = counts.due,
                           .run = state.context->tally.counts()};
    for (const auto& unit : state.units) {
        const Crawler::Numbers& numbers = unit->crawler->numbers();
        progress.in_flight += numbers.in_flight;
        progress.hosts += numbers.hosts;
        progress.hosts_waiting += numbers.hosts_waiting;
        progress.page_limit_reached |= unit->crawler->page_limit_reached();
    }
    return progress;
}

}  // namespace crawld
