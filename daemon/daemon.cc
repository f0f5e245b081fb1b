#include "daemon/daemon.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>
#include <utility>

#include "base/check.h"
#include "config/budget.h"
#include "config/print.h"
#include "crawl/system_seams.h"
#include "daemon/fresh_state.h"
#include "daemon/system.h"
#include "log/events.h"
#include "loop/clock.h"

namespace crawld {

namespace {

constexpr Duration kGrace = seconds(20);
constexpr Duration kLastResort = milliseconds(1800);  // a second TERM ends within 2 s
constexpr Duration kTick = seconds(1);
constexpr Duration kProgressGap = seconds(60);

std::string logs_directory(const CrawldConfig& config) {
    if (!config.log.directory.empty()) return config.log.directory;
    const char* given = std::getenv("LOGS_DIRECTORY");  // by systemd
    return given != nullptr && *given != '\0' ? given : config.state_dir;
}

PagesOptions pages_options(const CrawldConfig& config) {
    PagesOptions options = config.pages;
    options.directory = pages_directory(config);
    return options;
}

CrawlConfig crawl_config(const CrawldConfig& config) {
    return {.state_dir = config.state_dir,
            .version = CRAWLD_VERSION,
            .identity = config.identity,
            .crawl = config.crawl,
            .threads = config.threads,
            .network = config.network,
            .store = config.store,
            .frontier = config.frontier,
            .politeness = config.politeness,
            .hosts = make_host_options_table(config),
            .archive = config.archive,
            .archive_directory = archive_directory(config),
            .log_directory = std::filesystem::path(crawl_log_path(config)).parent_path().string(),
            .pages = pages_options(config),
            .machine = machine_name(),
            .effective = {}};
}

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items)
        text += (text.empty() ? "" : ", ") + item;
    return text;
}

}  // namespace

std::string pages_directory(const CrawldConfig& config) {
    return (std::filesystem::path(config.state_dir) / config.pages.directory).string();
}

std::string archive_directory(const CrawldConfig& config) {
    return (std::filesystem::path(config.state_dir) / config.archive.directory).string();
}

std::string crawl_log_path(const CrawldConfig& config) {
    if (config.log.crawl_log.empty()) return {};
    const std::filesystem::path path(config.log.crawl_log);
    return path.is_absolute() ? path.string()
                              : (std::filesystem::path(logs_directory(config)) / path).string();
}

int print_config_failure(const ConfigFailure& failure) {
    for (const ConfigError& error : failure.errors)
        std::cerr << to_string(error) << '\n';
    return exit_code(failure.code);
}

Daemon::~Daemon() {
    // Whatever hangs on the loop goes before it.
    config_reader_.reset();
    tick_.reset();
    last_resort_.reset();
    service_.reset();
}

int Daemon::fail_start(const Error& error) {
    std::cerr << "crawld: " << error.message << '\n';
    return exit_code(error.code);
}

Status Daemon::open_log() {
    if (Status made = make_directory(config_.state_dir, "state directory"); !made) return made;
    auto lock = lock_state(config_.state_dir);
    if (!lock) return tl::unexpected(lock.error());
    lock_ = std::move(*lock);
    const std::string path = crawl_log_path(config_);
    const std::string log_path = path.empty() ? logs_directory(config_) + "/" : path;
    if (Status ours = check_state_directory(config_.state_dir, log_path); !ours) return ours;
    if (!path.empty()) {
        const std::string parent = std::filesystem::path(path).parent_path().string();
        if (Status made = make_directory(parent, "logs directory"); !made) return made;
    }
    auto log = Log::open({.level = config_.log.level,
                          .crawl_log_path = path,
                          .text_on_stderr = isatty(STDERR_FILENO) == 1,
                          .clock = wall_now});
    if (!log) return tl::unexpected(log.error());
    log_ = std::move(*log);
    return {};
}

Status Daemon::open() {
    const uint64_t seed = random_seed();
    log_->write(DaemonStarted{.version = CRAWLD_VERSION,
                              .pid = static_cast<uint64_t>(getpid()),
                              .config = arguments_.config_path,
                              .state_dir = config_.state_dir,
                              .seed = seed,
                              .curl = SystemSeams::curl_version()});
    if (const std::string problem = SystemSeams::curl_complaint(); !problem.empty())
        log_->write(ConfigWarned{.message = problem});
    if (const std::string left = left_by_repair(config_.state_dir); !left.empty())
        log_->write(StateLeftOver{.message = left});
    const CrawldConfig config = within_descriptors(config_);
    if (config.archive.format != ArchiveFormat::none)
        if (Status made = make_writable_directory(archive_directory(config), "archive directory");
            !made)
            return made;
    if (config.pages.format != PagesFormat::none)
        if (Status made = make_writable_directory(pages_directory(config), "directory of pages");
            !made)
            return made;
    if (config_.politeness.robots == RobotsMode::ignore)
        log_->write(RobotsIgnored{.hosts = joined(config_.politeness.own_hosts)});
    auto seams = SystemSeams::make({.main_loop = loop_,
                                    .log = *log_,
                                    .threads = config_.threads,
                                    .network = config_.network,
                                    .concurrency = config.politeness.global.concurrency,
                                    .bodies_max = config_.fetch.bodies_max});
    if (!seams) return tl::unexpected(seams.error());
    CrawlConfig wanted = crawl_config(config);
    wanted.effective = print_effective(config_);
    auto service = CrawlService::start({.seams = std::move(*seams),
                                        .log = *log_,
                                        .listener = *this,
                                        .boot_id = boot_id(),
                                        .prng_seed = seed,
                                        .disk_space = disk_space_at},
                                       wanted);
    if (!service) return tl::unexpected(service.error());
    service_ = std::move(*service);
    return {};
}

CrawldConfig Daemon::within_descriptors(CrawldConfig config) {
    uint32_t& concurrency = config.politeness.global.concurrency;
    const uint32_t wanted = concurrency;
    concurrency = in_flight_within(config, std::thread::hardware_concurrency(), descriptors_);
    if (concurrency != wanted)
        log_->write(ConfigWarned{
            .message =
                "politeness.global.concurrency: " + std::to_string(wanted) +
                " is more than the limit of " + std::to_string(descriptors_) +
                " open files allows; " + std::to_string(concurrency) +
                " is used. Raise the limit (LimitNOFILE= in the unit, ulimit -n in a shell)"});
    return config;
}

int Daemon::run() {
    auto loaded = load_config_file(arguments_.config_path);
    if (!loaded) return print_config_failure(loaded.error());
    config_ = std::move(loaded->config);
    signal(SIGPIPE, SIG_IGN);
    watch_signals();  // one that comes during the start is obeyed when the loop runs
    descriptors_ = raise_descriptor_limit();
    if (Status opened = open_log(); !opened) return fail_start(opened.error());
    started_ = loop_.now();
    for (const std::string& warning : loaded->warnings)
        log_->write(ConfigWarned{.message = warning});
    if (Status opened = open(); !opened) {
        service_.reset();
        return fail_start(opened.error());
    }
    const bool terminal = isatty(STDOUT_FILENO) == 1;
    if (terminal || arguments_.until_idle)
        view_ = std::make_unique<ProgressView>(terminal, started_);
    if (terminal) log_->set_before_stderr([this] { view_->erase(); });
    tick_ = loop_.make_timer("tick", [this] { tick(); });
    tick_->arm(loop_.now());
    loop_.update_now();
    reported_ = loop_.now();
    log_->write(ConfigLoaded{.file = arguments_.config_path});
    log_->write(DaemonReady{.startup_ms = in_ms(loop_.now() - started_)});
    notify_.ready("crawling");
    loop_.run();

    const CrawlProgress progress = service_->progress();
    if (view_)
        view_->summarise(progress, {.now = loop_.now(),
                                    .nothing_left = nothing_left_,
                                    .log_path = crawl_log_path(config_),
                                    .state_dir = config_.state_dir});
    log_->set_before_stderr([] {});
    log_->write(CrawlSummarised{.pages = pages_of(progress.run),
                                .hosts = progress.run.hosts_fetched,
                                .bytes = progress.run.bytes_wire,
                                .errors = errors_of(progress.run),
                                .skipped = skipped_of(progress.run),
                                .queued = progress.queued + progress.due,
                                .known = progress.known,
                                .turn_cpu_ms_max = in_ms(progress.longest_turn),
                                .duration_s = to_seconds(loop_.now() - started_)});
    service_.reset();
    log_->write(DaemonStopped{.pages = pages_of(progress.run),
                              .bytes = progress.run.bytes_wire,
                              .duration_s = to_seconds(loop_.now() - started_),
                              .exit_code = exit_code_});
    log_->flush();
    return exit_code_;
}

void Daemon::watch_signals() {
    loop_.on_signal(SIGTERM, [this] { stop("SIGTERM"); });
    loop_.on_signal(SIGINT, [this] { stop("SIGINT"); });
    loop_.on_signal(SIGHUP, [this] { reload(); });
    loop_.on_signal(SIGUSR1, [this] { reopen_logs(); });
    loop_.on_signal(SIGUSR2, [this] { report_progress(); });
}

void Daemon::stop(const std::string& reason) {
    if (stopping_) {
        // The second time: no more grace, and an end even if something hangs. What is committed
        // is safe; the next start recovers the rest.
        service_->hurry();
        if (last_resort_) return;
        last_resort_ = loop_.make_timer("last_resort", [this] {
            log_->flush();
            std::_Exit(0);
        });
        last_resort_->arm(loop_.now() + kLastResort);
        return;
    }
    stopping_ = true;
    log_->write(DaemonStopping{.reason = reason, .in_flight = service_->progress().in_flight});
    notify_.stopping("finishing what is in flight");
    service_->stop(kGrace);
}

void Daemon::on_idle() {
    const CrawlProgress progress = service_->progress();
    if (!nothing_left_)
        log_->write(CrawlIdled{.pages = pages_of(progress.run), .due = progress.due});
    nothing_left_ = true;
    if (arguments_.until_idle)
        stop(progress.page_limit_reached ? "crawl.limits.pages is reached" : "nothing is left");
}

void Daemon::on_stopped() {
    loop_.update_now();
    loop_.stop();
}

void Daemon::on_failed(const Error& error) {
    log_->write(CommitFailed{.message = error.message});
    exit_code_ = exit_code(error.code);
    loop_.stop();
}

struct Daemon::ConfigRead {
    std::vector<ConfigError> errors;  // none: the rest is good
    CrawldConfig config;              // what needs a restart is as it was
    std::vector<ConfigChange> changes;
    std::string effective;
};

Daemon::ConfigRead Daemon::read_config(const std::string& path, const CrawldConfig& running) {
    auto loaded = load_config_file(path);
    if (!loaded)
        return {.errors = loaded.error().errors, .config = {}, .changes = {}, .effective = {}};
    // What needs a restart stays as it is, and the next reload tells it again.
    ConfigRead read{.errors = {},
                    .config = reloaded(running, loaded->config),
                    .changes = diff(running, loaded->config),
                    .effective = {}};
    read.effective = print_effective(read.config);
    return read;
}

void Daemon::reload() {
    if (stopping_) return;
    notify_.reloading();
    if (config_reader_) {
        read_again_ = true;
        return;
    }
    auto reader = WorkerPool::make({.name = "config", .threads = 1, .queue_max = 1});
    if (!reader) {
        log_->write(ConfigRejected{.message = reader.error().message});
        notify_.ready("crawling");
        return;
    }
    config_reader_ = std::move(*reader);
    const bool begun =
        config_reader_->try_submit([this, path = arguments_.config_path, running = config_] {
            const auto read = std::make_shared<ConfigRead>(read_config(path, running));
            loop_.post([this, read] { take_config(std::move(*read)); });
        });
    CRAWLD_CHECK(begun);
}

void Daemon::take_config(ConfigRead read) {
    config_reader_.reset();
    if (stopping_) return;
    for (const ConfigError& error : read.errors)
        log_->write(ConfigRejected{.message = to_string(error)});
    if (read.errors.empty()) {
        CrawlConfig wanted = crawl_config(within_descriptors(read.config));
        wanted.effective = std::move(read.effective);
        const Status taken = service_->reload(wanted);
        if (taken)
            config_is_taken(std::move(read));
        else
            log_->write(ConfigRejected{.message = taken.error().message});
    }
    if (std::exchange(read_again_, false)) return reload();
    notify_.ready("crawling");
}

void Daemon::config_is_taken(ConfigRead read) {
    for (const ConfigChange& change : read.changes)
        log_->write(ConfigChanged{
            .option = change.option, .from = change.from, .to = change.to, .live = change.live});
    log_->set_level(read.config.log.level);
    log_->write(ConfigLoaded{.file = arguments_.config_path, .changes = read.changes.size()});
    config_ = std::move(read.config);
    nothing_left_ = false;
}

void Daemon::reopen_logs() {
    if (Status reopened = log_->reopen(); !reopened)
        log_->write(LogFailed{.path = crawl_log_path(config_), .lost = log_->lost()});
    else
        log_->write(LogReopened{.path = crawl_log_path(config_)});
}

void Daemon::tick() {
    tick_->arm(loop_.now() + kTick);
    notify_.alive();
    const CrawlProgress progress = service_->progress();
    if (view_ && !stopping_) view_->show(progress, loop_.now());
    if (!view_ && loop_.now() - reported_ >= kProgressGap) report_progress();
}

void Daemon::report_progress() {
    const CrawlProgress progress = service_->progress();
    const uint64_t pages = pages_of(progress.run);
    const double since = std::max(0.001, to_seconds(loop_.now() - reported_));
    log_->write(CrawlProgressed{.pages = pages,
                                .pages_per_s = static_cast<double>(pages - reported_pages_) / since,
                                .bytes = progress.run.bytes_wire,
                                .queued = progress.queued + progress.due,
                                .in_flight = progress.in_flight,
                                .hosts_waiting = progress.hosts_waiting,
                                .errors = errors_of(progress.run),
                                .known = progress.known,
                                .turn_cpu_ms_max = in_ms(progress.longest_turn),
                                .paused = progress.paused});
    reported_ = loop_.now();
    reported_pages_ = pages;
    notify_.status(std::to_string(pages) + " pages, " +
                   std::to_string(progress.queued + progress.due) + " queued, " +
                   std::to_string(progress.in_flight) + " in flight" +
                   (progress.paused.empty() ? "" : "; paused: " + progress.paused));
}

}  // namespace crawld
