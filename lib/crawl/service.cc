#include "crawl/service.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/fingerprint.h"
#include "base/mutant.h"
#include "base/text.h"
#include "crawl/crawler.h"
#include "crawl/idle_watch.h"
#include "crawl/run_mark.h"
#include "crawl/seeds.h"
#include "dns/fixed_hosts.h"
#include "log/events.h"

namespace crawld {

namespace {

constexpr Duration kPollGap = milliseconds(100);
constexpr Duration kQuietPollGap = milliseconds(10);  // nothing is in flight: is that the end?
constexpr size_t kWakesPerPoll = 4'000;
constexpr size_t kWakesPerTask = 16;  // of a loop, at a time
// A retry further away than this does not keep `--until-idle` waiting.
constexpr Duration kPatience = minutes(10);

// Visits under way where politeness.global.concurrency sets no limit.
constexpr uint32_t kUnderWayMax = 20'000;

Limits limits_from(const LimitOptions& options) {
    return {options.windows, options.concurrency};
}

Limits global_limits_from(const LimitOptions& options) {
    return {options.windows, options.concurrency == 0 ? kUnderWayMax : options.concurrency};
}

// Of all windows there are.
uint64_t windows_of(const CrawlConfig& config) {
    std::string text = std::to_string(config.hosts->windows_fingerprint());
    for (const LimitOptions* limits : {&config.politeness.ip, &config.politeness.global}) {
        text += ';';
        for (const Window& window : limits->windows)
            text += to_text(window) + ' ';
    }
    return fingerprint64(text);
}

// Which URLs belong together, and which to the crawl.
struct Bounds {
    std::shared_ptr<Scope> scope;
    std::shared_ptr<const CanonicalRules> canonical;
};

Result<std::shared_ptr<const CrawlSettings>> make_settings(const CrawlConfig& config, Bounds bounds,
                                                           std::shared_ptr<RecordMaker> records,
                                                           size_t loops) {
    auto addresses = AddressPolicy::make(config.network);
    if (!addresses) return tl::unexpected(addresses.error());
    if (auto fixed = FixedHosts::make(config.network); !fixed) return tl::unexpected(fixed.error());
    auto settings = std::make_shared<CrawlSettings>();
    settings->identity = config.identity;
    settings->user_agent = "Mozilla/5.0 (compatible; " + config.identity.product + "/" +
                           config.version + "; +" + config.identity.contact + ")";
    settings->product = lowercase(config.identity.product);
    settings->hosts_loaded_max = std::max<size_t>(1, config.frontier.hosts_loaded_max / loops);
    const size_t in_process = global_limits_from(config.politeness.global).concurrency;
    settings->slots = (in_process + loops - 1) / loops;
    settings->urls_per_host_loaded = config.frontier.urls_per_host_loaded;
    settings->robots_rules_max = config.robots_rules_max;
    settings->hosts = config.hosts;
    settings->scope = std::move(bounds.scope);
    settings->canonical = std::move(bounds.canonical);
    settings->addresses = std::make_shared<AddressPolicy>(std::move(*addresses));
    settings->own_hosts = config.politeness.own_hosts;
    settings->records = std::move(records);
    settings->lists_pages = config.pages.format == PagesFormat::jsonl;
    settings->obeyed.noarchive = config.archive.noarchive == DirectivePolicy::drop;
    settings->obeyed.noindex = config.pages.noindex == DirectivePolicy::drop;
    return settings;
}

Warcinfo warcinfo_of(const CrawlConfig& config, const CrawlSettings& settings) {
    return {.software = "crawld/" + config.version,
            .operator_name = config.identity.contact,
            .robots = std::string(to_string(config.politeness.robots)),
            .user_agent = settings.user_agent,
            .host_name = config.machine,
            .configuration = digest_of(DigestAlgorithm::sha256, config.effective).label()};
}

// What the files of the archive begin with, by the latest configuration: written by the main loop,
// read by the committer.
struct LatestWarcinfo {
    std::mutex mutex;
    Warcinfo info;
};

// Says what it took, beyond reading it.
Result<std::unique_ptr<Store>> open_store(CrawlSeams& seams, Log& log, const std::string& directory,
                                          const StoreOptions& options) {
    auto store = seams.open_store(directory, options);
    if (!store) return store;
    if (const auto from = (*store)->upgraded_from())
        log.write(StateUpgraded{.from = *from, .to = kStateFormatVersion});
    if ((*store)->cut_bytes() > 0) log.write(StateCut{.bytes = (*store)->cut_bytes()});
    return store;
}

}  // namespace

struct CrawlService::State : CommitterListener, CrawlerPeers {
    explicit State(Setup s)
        : setup(std::move(s)), main_loop(setup.seams->main_loop()), listener(setup.listener) {}

    Status open(const CrawlConfig& config);
    Status open_archive(const CrawlConfig& config, const CrawlSettings& settings);
    Status open_pages(const PagesOptions& options);
    Status make_crawlers();
    Result<Bounds> make_bounds(const CrawlOptions& options) const;
    Result<Bounds> changed_bounds(const CrawlOptions& options) const;
    bool same_seed_sets(const CrawlOptions& options) const;
    void start_seeds();
    void scope_is_known();
    void poll();
    size_t wakes_wanted() const;
    void poll_crawlers();
    void crawler_answered(const LoopRest& rest);
    void emptied();
    void check_disk();
    void crawler_stopped();
    void close();
    size_t unit_of(HostKey host) const { return host.vshard() % crawlers.size(); }
    Loop& loop_of(size_t unit) { return setup.seams->unit(unit).loop; }

    void on_woken(const std::vector<HostWake>& woken) override;
    void on_fatal(const Error& error) override;
    void room_made(size_t loop, std::optional<uint64_t> ip_key) override;
    void robots_hop(const CanonicalUrl& url, HostKey host, const RobotsErrand& errand) override;
    void robots_answer(const RobotsErrand& errand, const RobotsAnswer& answer) override;

    Setup setup;
    Loop& main_loop;
    CrawlListener& listener;
    std::string state_dir;
    const std::string& directory_of(Committer::Part part) const;

    std::string archive_directory;  // empty: nothing is archived
    std::string pages_directory;    // empty: pages are not listed
    std::shared_ptr<const Suffixes> suffixes = std::make_shared<Suffixes>();
    CrawlOptions crawl_options;
    std::string seed_versions;  // of the files, as they were when reading them began
    Bounds bounds;              // as configured; in force as soon as they know the seeds
    uint32_t disk_free_percent = 5;
    uint64_t windows = 0;                  // windows_of() what is in force
    std::shared_ptr<RecordMaker> records;  // null: nothing is archived
    std::shared_ptr<LatestWarcinfo> latest_warcinfo = std::make_shared<LatestWarcinfo>();
    std::unique_ptr<Committer> committer;
    std::unique_ptr<SharedGates> gates;
    std::unique_ptr<CrawlContext> context;
    std::vector<std::unique_ptr<Crawler>> crawlers;  // one a unit
    std::unique_ptr<SeedReader> seeds;
    std::unique_ptr<Timer> poll_timer;

    bool scope_known = false;  // some scope that knows its seeds is in force
    bool relearning = false;   // `bounds` is not in force yet
    bool seeds_finished = false;
    bool polling = false;
    IdleWatch idle_watch;
    bool stopping = false;
    size_t crawlers_stopped = 0;
    std::shared_ptr<const SavedGates> earlier_gates;  // of the last run
    SavedGates saved_gates;                           // of this one
    Instant polled_at = kAlways;
    std::unique_ptr<DiskWatch> disk_watch;
};

Status CrawlService::State::open(const CrawlConfig& config) {
    const Instant began = main_loop.now();
    state_dir = config.state_dir;
    crawl_options = config.crawl;
    disk_free_percent = config.crawl.limits.disk_free_percent;
    std::vector<std::string> directories{state_dir};
    if (config.archive.format != ArchiveFormat::none) archive_directory = config.archive_directory;
    if (!archive_directory.empty()) directories.push_back(archive_directory);
    if (config.pages.format != PagesFormat::none) pages_directory = config.pages.directory;
    if (!pages_directory.empty()) directories.push_back(pages_directory);
    if (!config.log_directory.empty()) directories.push_back(config.log_directory);
    disk_watch = std::make_unique<DiskWatch>(setup.log, setup.disk_space, std::move(directories));
    if (Status seeds_ok = SeedReader::check(crawl_options.seeds); !seeds_ok) return seeds_ok;
    auto made = make_bounds(crawl_options);
    if (!made) return tl::unexpected(made.error());
    bounds = std::move(*made);
    if (config.archive.format == ArchiveFormat::warc)
        records = std::make_shared<RecordMaker>(
            config.archive.compression, config.archive.digest, config.archive.dedup,
            [this](const Digest& payload) { return committer->find_original(payload); });
    auto settings = make_settings(config, bounds, records, setup.seams->unit_count());
    if (!settings) return tl::unexpected(settings.error());

    auto store = open_store(*setup.seams, setup.log, state_dir + "/db", config.store);
    if (!store) return tl::unexpected(store.error());
    auto frontier = Frontier::open(**store, config.frontier);
    if (!frontier) return tl::unexpected(frontier.error());
    committer = std::make_unique<Committer>(std::move(*store), std::move(*frontier),
                                            setup.seams->committer(), *this, (*settings)->product);
    if (Status totals = committer->open_totals(); !totals) return totals;
    if (Status opened = open_archive(config, **settings); !opened) return opened;
    if (Status opened = open_pages(config.pages); !opened) return opened;

    auto saved = committer->meta(kRunMarkName);
    if (!saved) return tl::unexpected(saved.error());
    const auto mark = *saved ? RunMark::decode(**saved) : std::nullopt;
    main_loop.update_now();
    const Instant now = main_loop.now();
    windows = windows_of(config);
    const bool exact = mark && mark->exact_for(setup.boot_id, now) && mark->windows == windows;
    Instant blocked_since = now;
    if (exact) blocked_since = mark->blocked_since;
    if (committer->store_was_new() || mutant(Mutant::forget_slots)) blocked_since = kAlways;
    gates =
        std::make_unique<SharedGates>(limits_from(config.politeness.ip),
                                      global_limits_from(config.politeness.global), blocked_since);
    gates->set_pages(committer->totals().pages, config.crawl.limits.pages);
    if (exact) gates->restore(mark->shared_gates, now);
    context = std::make_unique<CrawlContext>(setup.log, suffixes, *gates, blocked_since,
                                             std::move(*settings));
    earlier_gates = std::make_shared<const SavedGates>(exact ? mark->gates : SavedGates{});
    // From here on a crash means that every key counts as full at the next start.
    const RunMark dirty{.clean = false,
                        .boot_id = setup.boot_id,
                        .windows = windows,
                        .shared_gates = {},
                        .gates = {}};
    if (Status marked = committer->put_meta(kRunMarkName, dirty.encode()); !marked) return marked;

    const FrontierCounts& counts = committer->counts();
    setup.log.write(StateOpened{.known = counts.known,
                                .queued = counts.queued,
                                .due = counts.due,
                                .hosts = counts.hosts,
                                .clean = exact,
                                .created = committer->store_was_new(),
                                .open_ms = in_ms(now - began)});
    context->on_emptied = [this] { main_loop.post([this] { emptied(); }); };
    return make_crawlers();
}

Status CrawlService::State::open_archive(const CrawlConfig& config, const CrawlSettings& settings) {
    if (!records) return {};
    ArchiveWriterOptions options{.directory = config.archive_directory,
                                 .names = {.name = config.archive.name,
                                           .prefix = config.archive.prefix,
                                           .host = config.machine,
                                           .coding = config.archive.compression},
                                 .file_max = config.archive.file_max,
                                 .file_age_max = config.archive.file_age_max};
    const auto ids = std::make_shared<Prng>(~setup.prng_seed);
    latest_warcinfo->info = warcinfo_of(config, settings);
    auto warcinfo = [maker = records, ids, latest = latest_warcinfo](const std::string& name,
                                                                     WallTime now) {
        const RecordId id{ids->next(), ids->next()};
        const std::lock_guard lock(latest->mutex);
        return maker->compress(warcinfo_record(id, now, name, latest->info, maker->digests()));
    };
    return committer->open_archive({.disk = setup.seams->disk(),
                                    .workers = setup.seams->workers(),
                                    .log = setup.log,
                                    .options = std::move(options),
                                    .make_warcinfo = std::move(warcinfo),
                                    .disk_budget = config.archive.disk_budget.bytes});
}

Status CrawlService::State::open_pages(const PagesOptions& options) {
    if (options.format == PagesFormat::none) return {};
    return committer->open_pages({.disk = setup.seams->disk(),
                                  .log = setup.log,
                                  .options = {.directory = options.directory,
                                              .names = page_file_names(),
                                              .file_max = options.file_max,
                                              .file_age_max = options.file_age_max}});
}

Status CrawlService::State::make_crawlers() {
    for (size_t i = 0; i < setup.seams->unit_count(); ++i) {
        const CrawlUnit unit = setup.seams->unit(i);
        crawlers.push_back(
            std::make_unique<Crawler>(CrawlerSetup{.loop = unit.loop,
                                                   .resolver = unit.resolver,
                                                   .fetcher = unit.fetcher,
                                                   .workers = setup.seams->workers(),
                                                   .committer = *committer,
                                                   .context = *context,
                                                   .peers = *this,
                                                   .index = i,
                                                   .prng_seed = setup.prng_seed + i}));
        crawlers.back()->restore_gates(earlier_gates);
    }
    return setup.seams->start_loops();
}

Result<Bounds> CrawlService::State::make_bounds(const CrawlOptions& options) const {
    auto canonical = std::make_shared<const CanonicalRules>(options.canonical, suffixes);
    auto scope = Scope::make(options.scope, suffixes, canonical);
    if (!scope) return tl::unexpected(scope.error());
    return Bounds{std::move(*scope), std::move(canonical)};
}

// Whether what a scope has learnt of the seeds serves these options too.
bool CrawlService::State::same_seed_sets(const CrawlOptions& options) const {
    return options.canonical == crawl_options.canonical &&
           options.scope.within == crawl_options.scope.within;
}

Result<Bounds> CrawlService::State::changed_bounds(const CrawlOptions& options) const {
    if (!same_seed_sets(options)) return make_bounds(options);
    if (options.scope.rules == crawl_options.scope.rules) return bounds;
    auto scope = bounds.scope->with_rules(options.scope.rules);
    if (!scope) return tl::unexpected(scope.error());
    return Bounds{std::move(*scope), bounds.canonical};
}

void CrawlService::State::start_seeds() {
    seeds_finished = false;
    seed_versions = SeedReader::versions(crawl_options.seeds);
    seeds = std::make_unique<SeedReader>(
        SeedReader::Setup{.loop = main_loop,
                          .workers = setup.seams->workers(),
                          .committer = *committer,
                          .log = setup.log,
                          .scope = bounds.scope,
                          .suffixes = suffixes,
                          .canonical = bounds.canonical},
        crawl_options.seeds,
        SeedReader::Listener{.scope_known = [this] { scope_is_known(); },
                             .finished = [this] { seeds_finished = true; }});
    seeds->start();
}

void CrawlService::State::scope_is_known() {
    scope_known = true;
    if (!std::exchange(relearning, false)) return;
    auto settings = std::make_shared<CrawlSettings>(*context->current());
    settings->scope = bounds.scope;
    settings->canonical = bounds.canonical;
    context->replace(std::move(settings));
}

// Hosts that sleep on disk, and whether anything is left to do.
void CrawlService::State::poll() {
    polled_at = main_loop.now();
    poll_timer->arm(polled_at + kPollGap);
    check_disk();
    if (!scope_known || polling || stopping) return;
    polling =
        committer->wake(main_loop.wall(), wakes_wanted(), main_loop, [this] { poll_crawlers(); });
}

// How many sleeping hosts are to be told. Of several loops some may be full: their hosts stay
// asleep, and must not stand before those of the loops that have room.
size_t CrawlService::State::wakes_wanted() const {
    const size_t loaded_max = context->current()->hosts_loaded_max;
    size_t room = 0;  // of the loop that has most
    for (const auto& crawler : crawlers)
        room = std::max(room, loaded_max - std::min<size_t>(loaded_max, crawler->numbers().hosts));
    if (room == 0) return 0;
    return crawlers.size() == 1 ? std::min(room, kWakesPerPoll) : kWakesPerPoll;
}

// A loop has run out of work: is that the end? Not asked more often than a poll may cost.
void CrawlService::State::emptied() {
    if (!stopping) poll_timer->arm(std::max(main_loop.now(), polled_at + kQuietPollGap));
}

// The answers come through every loop, behind whatever the committer told them before.
void CrawlService::State::poll_crawlers() {
    idle_watch.begin();
    for (size_t i = 0; i < crawlers.size(); ++i) {
        loop_of(i).post([this, crawler = crawlers[i].get()] {
            main_loop.post([this, rest = crawler->rest()] { crawler_answered(rest); });
        });
    }
}

void CrawlService::State::crawler_answered(const LoopRest& rest) {
    idle_watch.answer(rest);
    if (idle_watch.answers() < crawlers.size()) return;
    polling = false;
    const bool something_soon = committer->next_due() - main_loop.wall() < kPatience;
    const bool nothing_else = seeds_finished && (gates->pages_used_up() || !something_soon);
    if (stopping) return;
    if (idle_watch.came_to_rest(nothing_else)) listener.on_idle();
    if (idle_watch.may_have_come_to_rest()) poll_timer->arm(main_loop.now() + kQuietPollGap);
}

const std::string& CrawlService::State::directory_of(Committer::Part part) const {
    if (part == Committer::Part::archive) return archive_directory;
    return part == Committer::Part::pages ? pages_directory : state_dir;
}

void CrawlService::State::check_disk() {
    DiskWatch::Known known;
    if (auto refusal = committer->refusal())
        known.refusal = {directory_of(refusal->by), refusal->message};
    if (committer->archive_is_over_budget()) known.over_budget = archive_directory;
    disk_watch->check(main_loop.now(), disk_free_percent, known);
    context->low_disk = disk_watch->is_short();
}

void CrawlService::State::on_woken(const std::vector<HostWake>& woken) {
    std::vector<std::vector<HostWake>> shares(crawlers.size());
    const auto tell = [&](size_t unit) {
        if (shares[unit].empty()) return;
        loop_of(unit).post(
            [crawler = crawlers[unit].get(), share = std::exchange(shares[unit], {})] {
                for (const HostWake& host : share)
                    crawler->wake(host);
            });
    };
    for (const HostWake& host : woken) {
        const size_t unit = unit_of(host.key);
        shares[unit].push_back(host);
        if (shares[unit].size() == kWakesPerTask) tell(unit);
    }
    for (size_t unit = 0; unit < shares.size(); ++unit)
        tell(unit);
}

void CrawlService::State::on_fatal(const Error& error) {
    main_loop.post([this, error] { listener.on_failed(error); });
}

void CrawlService::State::room_made(size_t loop, std::optional<uint64_t> ip_key) {
    loop_of(loop).post([crawler = crawlers[loop].get(), ip_key] { crawler->room_made(ip_key); });
}

void CrawlService::State::robots_hop(const CanonicalUrl& url, HostKey host,
                                     const RobotsErrand& errand) {
    const size_t unit = unit_of(host);
    loop_of(unit).post([crawler = crawlers[unit].get(), url, host, errand] {
        crawler->start_robots_hop(url, host, errand);
    });
}

void CrawlService::State::robots_answer(const RobotsErrand& errand, const RobotsAnswer& answer) {
    const size_t unit = unit_of(errand.owner);
    loop_of(unit).post([crawler = crawlers[unit].get(), errand, answer] {
        crawler->take_robots_answer(errand, answer);
    });
}

void CrawlService::State::crawler_stopped() {
    if (++crawlers_stopped < crawlers.size()) return;
    close();
    listener.on_stopped();
}

// All visits have ended and nothing refers to a loop any more: the last write says so.
void CrawlService::State::close() {
    setup.seams->stop_loops();
    setup.seams->finish_jobs();
    if (Status closed = committer->close_archive(); !closed)
        setup.log.write(CommitFailed{.message = closed.error().message});
    // What did not come up in this run is where the last one left it.
    const Instant now = main_loop.now();
    for (const auto& [key, gate] : *earlier_gates)
        if (!Gate::restore(gate, Limits{}, now, Gate::kAnyPause).idle(now))
            saved_gates.try_emplace(key, gate);
    RunMark mark{.clean = true,
                 .boot_id = setup.boot_id,
                 .windows = windows,
                 .blocked_since = context->blocked_since,
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
    state_->setup.seams->stop_loops();
    state_->setup.seams->finish_jobs();
    state_->crawlers.clear();
}

Result<std::unique_ptr<CrawlService>> CrawlService::start(Setup setup, const CrawlConfig& config) {
    std::unique_ptr<CrawlService> service(new CrawlService);
    service->state_ = std::make_unique<State>(std::move(setup));
    State& state = *service->state_;
    if (Status opened = state.open(config); !opened) return tl::unexpected(opened.error());
    state.poll_timer = state.main_loop.make_timer("poll", [&state] { state.poll(); });
    state.poll_timer->arm(state.main_loop.now());
    state.start_seeds();
    return service;
}

Status CrawlService::reload(const CrawlConfig& config) {
    State& state = *state_;
    if (Status seeds_ok = SeedReader::check(config.crawl.seeds); !seeds_ok) return seeds_ok;
    auto bounds = state.changed_bounds(config.crawl);
    if (!bounds) return tl::unexpected(bounds.error());
    // Until a new scope has read the seeds the old one stays: without them all would be out of it.
    const auto old = state.context->current();
    const bool relearning = state.relearning || !state.same_seed_sets(config.crawl);
    auto settings = make_settings(config, relearning ? Bounds{old->scope, old->canonical} : *bounds,
                                  state.records, state.crawlers.size());
    if (!settings) return tl::unexpected(settings.error());
    {
        const std::lock_guard lock(state.latest_warcinfo->mutex);
        state.latest_warcinfo->info = warcinfo_of(config, **settings);
    }
    state.context->replace(std::move(*settings));
    const bool same_seeds = config.crawl.seeds == state.crawl_options.seeds &&
                            SeedReader::versions(config.crawl.seeds) == state.seed_versions;
    const bool same_sets = state.same_seed_sets(config.crawl);
    state.relearning = relearning;
    state.bounds = std::move(*bounds);
    state.crawl_options = config.crawl;
    state.disk_free_percent = config.crawl.limits.disk_free_percent;
    state.committer->set_archive_budget(config.archive.disk_budget.bytes);
    const uint64_t windows = windows_of(config);
    const bool others = std::exchange(state.windows, windows) != windows;
    if (others) state.context->blocked_since = state.main_loop.now();
    state.gates->set_limits(limits_from(config.politeness.ip),
                            global_limits_from(config.politeness.global), state.main_loop.now());
    state.gates->set_pages(state.committer->totals().pages, config.crawl.limits.pages);
    const auto addresses = state.context->current()->addresses;
    for (size_t i = 0; i < state.crawlers.size(); ++i) {
        state.loop_of(i).post([&state, i, addresses, others, network = config.network] {
            state.setup.seams->set_network(i, network, addresses);
            state.crawlers[i]->reload(others);
        });
    }
    if (!same_seeds || !same_sets) state.start_seeds();
    return {};
}

void CrawlService::stop(Duration grace) {
    State& state = *state_;
    if (std::exchange(state.stopping, true)) return;
    state.seeds.reset();
    const Instant deadline = state.main_loop.now() + grace;
    for (size_t i = 0; i < state.crawlers.size(); ++i) {
        state.loop_of(i).post([&state, deadline, crawler = state.crawlers[i].get()] {
            crawler->stop(deadline, [&state](SavedGates saved) {
                state.main_loop.post([&state, gates = std::move(saved)]() mutable {
                    state.saved_gates.merge(gates);
                    state.crawler_stopped();
                });
            });
        });
    }
}

void CrawlService::hurry() {
    for (size_t i = 0; i < state_->crawlers.size(); ++i)
        state_->loop_of(i).post([crawler = state_->crawlers[i].get()] { crawler->hurry(); });
}

CrawlProgress CrawlService::progress() const {
    const State& state = *state_;
    const FrontierCounts& counts = state.committer->counts();
    CrawlProgress progress{.pages = state.committer->totals().pages,
                           .bytes = state.committer->totals().bytes,
                           .known = counts.known,
                           .queued = counts.queued,
                           .due = counts.due,
                           .in_flight = state.gates->under_way(),
                           .run = state.context->tally.counts(),
                           .longest_turn = state.setup.seams->longest_turn(),
                           .page_limit_reached = state.gates->pages_used_up(),
                           .paused = state.disk_watch->reason()};
    for (const auto& crawler : state.crawlers) {
        const Crawler::Numbers& numbers = crawler->numbers();
        progress.hosts += numbers.hosts;
        progress.hosts_waiting += numbers.hosts_waiting;
        progress.rules_bytes_most =
            std::max<uint64_t>(progress.rules_bytes_most, numbers.rules_bytes_most);
        progress.rules_read += numbers.rules_read;
    }
    return progress;
}

}  // namespace crawld
