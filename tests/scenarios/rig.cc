#include "scenarios/rig.h"

#include <algorithm>
#include <fstream>

#include "base/text.h"
#include "scenarios/web_text.h"
#include "store/store_env.h"

namespace crawld {

namespace {

constexpr Duration kGrace = seconds(20);
constexpr Duration kPatience = hours(24 * 30);
constexpr Duration kStopsWithin = hours(1);

CrawlConfig crawl_config(const Epoch& epoch, const Scenario& scenario) {
    const CrawldConfig& config = epoch.config;
    PagesOptions pages = config.pages;
    pages.directory = kPagesDirectory;
    return {.state_dir = config.state_dir,
            .version = "0",
            .identity = config.identity,
            .crawl = config.crawl,
            .threads = config.threads,
            .network = config.network,
            .store = config.store,
            .frontier = config.frontier,
            .politeness = config.politeness,
            .hosts = epoch.hosts,
            .robots_rules_max = scenario.robots_rules_max.value_or(kRobotsRulesMax),
            .archive = config.archive,
            .archive_directory = std::string(kArchiveDirectory),
            .log_directory = {},
            .pages = std::move(pages),
            .machine = "sim",
            .effective = ""};
}

test::Fault fault_named(const std::string& kind, const Words& words) {
    if (kind == "io_error") return test::Fault::io_error;
    if (kind == "no_space") return test::Fault::no_space;
    if (kind == "power_cut") return test::Fault::power_cut;
    words.fail("no such fault: " + kind);
}

bool has_key(const std::string& yaml, const std::string& key) {
    return ("\n" + yaml).find("\n" + key + ":") != std::string::npos;
}

// The lines of a section begin under its name: without that indentation they are YAML.
std::string unindented(const std::string& text) {
    const size_t indent = text.find_first_not_of(' ');
    if (indent == 0 || indent == std::string::npos) return text;
    std::string out;
    for (std::string_view line : split(text, '\n'))
        out.append(line.substr(std::min(indent, line.size()))) += '\n';
    return out;
}

}  // namespace

Rig::Rig(const Scenario& scenario)
    : scenario_(scenario), began_(loop_.now()), web_(scenario.seed), power_prng_(scenario.seed) {
    auto log = Log::open({.clock = [this] { return loop_.wall(); },
                          .capture =
                              [this](std::string_view line) {
                                  SimEvent event = event_of_line(line);
                                  event.at = loop_.now() - began_;
                                  events_.push_back(std::move(event));
                              }});
    log_ = std::move(*log);
    for (const auto& [name, text] : scenario.files)
        std::ofstream(dir_ / name) << text;
    for (const ScenarioLine& line : scenario.section("web"))
        if (!apply_web_line(line, web_, false)) throw ScenarioError(line.number, "unknown word");
    load_config(scenario.config, 0);
}

Rig::~Rig() {
    if (seams_ != nullptr) seams_->kill();
}

void Rig::load_config(std::string text, int line) {
    text = unindented(text);
    if (!has_key(text, "version")) text += "\nversion: 1\n";
    if (!has_key(text, "archive")) text += "\narchive: {format: none}\n";
    if (!has_key(text, "identity")) text += "\nidentity: {contact: \"https://crawler.example/\"}\n";
    auto loaded = load_config_text(text, dir_ / "crawld.yaml");
    if (!loaded) {
        std::string what = "the configuration has errors";
        for (const ConfigError& error : loaded.error().errors)
            what += "\n    " + to_string(error);
        throw ScenarioError(line, what);
    }
    CrawldConfig config = std::move(loaded->config);
    config.state_dir = dir_ / "state";
    config.store.cache = mib(4);
    std::filesystem::create_directories(config.state_dir);
    auto hosts = make_host_options_table(config);
    epochs_.push_back({std::move(config), std::move(hosts)});
    web_.set_epoch(epochs_.size() - 1);
}

void Rig::run() {
    for (const ScenarioLine& line : scenario_.section("steps"))
        do_step(line);
    if (service_) stop(kGrace);
    gather_requests();
}

void Rig::do_step(const ScenarioLine& line) {
    if (failed_ && !faults_->is_failing()) return;
    if (apply_web_line(line, web_, true)) return;
    Words words(line);
    if (do_process_step(words)) return;
    if (!service_) start();
    if (words.take_if("run")) {
        loop_.run_for(scenario_duration(words.take("a duration"), words));
    } else if (words.take_if("until")) {
        do_until(words);
    } else if (words.take_if("reload")) {
        reload(line);
    } else if (words.take_if("term")) {
        stopping_ = true;
        service_->stop(scenario_duration(words.take("grace"), words));
    } else if (words.take_if("hurry")) {
        service_->hurry();
    } else if (words.take_if("disk")) {
        double& free = words.take_if("archive") ? archive_disk_free_ : disk_free_;
        free = static_cast<double>(parse_uint(words.take("percent")).value_or(0)) / 100;
    } else if (words.take_if("clock")) {
        std::string by = words.take("a duration");
        const bool back = by.starts_with("-");
        const Duration jump = scenario_duration(back ? by.substr(1) : by, words);
        loop_.jump_wall(back ? -jump : jump);
    } else {
        words.fail("unknown step: " + line.text);
    }
}

bool Rig::do_process_step(Words& words) {
    if (words.take_if("start")) {
        stop(kGrace);
        start();
    } else if (words.take_if("stop")) {
        stop(words.empty() ? kGrace : scenario_duration(words.take("grace"), words));
    } else if (words.take_if("restart")) {
        stop(kGrace);
        start();
    } else if (words.take_if("reboot")) {
        stop(kGrace);
        ++boots_;
        start();
    } else if (words.take_if("crash")) {
        crash();
    } else if (words.take_if("fault")) {
        const std::string kind = words.take("kind");
        faults_->fail_at(parse_uint(words.take("number")).value_or(0), fault_named(kind, words));
    } else if (words.take_if("power")) {
        (void)words.take("off");
        power_off(words.take_if("torn") ? test::Unsynced::torn : test::Unsynced::dropped);
    } else if (words.take_if("older")) {
        make_older();
    } else if (words.take_if("go")) {
        go();
    } else {
        return false;
    }
    return true;
}

template <class Condition>
bool Rig::run_until(Condition condition, Duration limit) {
    const Instant end = loop_.now() + limit;
    while (!condition())
        if (!loop_.step(end)) return condition();
    return true;
}

void Rig::do_until(Words& words) {
    std::vector<std::string> rest = words.rest();
    Duration limit = kPatience;
    if (rest.size() > 2 && rest[rest.size() - 2] == "within") {
        limit = scenario_duration(rest.back(), words);
        rest.resize(rest.size() - 2);
    }
    std::string text;
    for (const std::string& word : rest)
        text += word + " ";
    bool seen = false;
    if (text == "idle ") {
        idle_ = false;
        const size_t requests = web_.requests().size();
        loop_.run_for(seconds(2));  // it says so once, and may have done so before
        if (web_.requests().size() == requests && seams_->in_flight() == 0) idle_ = true;
        seen = run_until([this] { return idle_ || failed_; }, limit);
        note_progress();
    } else {
        Words pattern_words(ScenarioLine{.number = 0, .text = text, .block = {}});
        const EventPattern pattern = EventPattern::read(pattern_words);
        size_t at = events_.size();
        size_t request = web_.requests().size();
        const auto matched = [&] {
            bool found = failed_;
            for (; at < events_.size(); ++at)
                found = found || pattern.matches(events_[at]);
            for (; request < web_.requests().size(); ++request)
                found = found || pattern.matches(event_of(web_.requests()[request]));
            return found;
        };
        seen = run_until(matched, limit);
    }
    if (!seen) words.fail("did not come within " + crawld::to_text(limit) + ": " + text);
}

void Rig::reload(const ScenarioLine& line) {
    load_config(line.block, line.number);
    if (Status taken = service_->reload(crawl_config(epochs_.back(), scenario_)); !taken)
        throw ScenarioError(line.number, "the reload was refused: " + taken.error().message);
    note("process.reloaded");
}

void Rig::start() {
    const Epoch& epoch = epochs_.back();
    auto open_store = [this](const std::string& directory, const StoreOptions& options) {
        return open_store_on(*env_, directory, options);
    };
    auto seams = std::make_unique<SimSeams>(loop_, web_, disk_, std::move(open_store),
                                            std::max<size_t>(1, epoch.config.threads.loops));
    seams_ = seams.get();
    idle_ = stopped_ = false;
    note("process.started");
    auto service = CrawlService::start(
        {.seams = std::move(seams),
         .log = *log_,
         .listener = *this,
         .boot_id = "boot-" + std::to_string(boots_),
         .prng_seed = scenario_.seed + ++starts_,
         .disk_space =
             [this](const std::string& directory) {
                 const bool archive = directory == kArchiveDirectory;
                 const double free = archive ? archive_disk_free_ : disk_free_;
                 return DiskSpace{.device = archive ? 2u : 1u,
                                  .free_bytes = static_cast<uint64_t>(free * 1e9),
                                  .free_fraction = free};
             }},
        crawl_config(epoch, scenario_));
    if (!service) {
        seams_ = nullptr;
        const Error& error = service.error();
        if (!faults_->is_failing() || error.code == ErrorCode::corrupt)
            throw ScenarioError(0, "the service did not start: " + error.message);
        on_failed(error);
        return;
    }
    service_ = std::move(*service);
}

void Rig::stop(Duration grace) {
    if (!service_) return;
    if (!stopping_) service_->stop(grace);
    if (!run_until([this] { return stopped_ || failed_; }, kStopsWithin))
        throw ScenarioError(0, "the process does not stop");
    if (seams_->in_flight() > 0 && !failed_)
        throw ScenarioError(0, "the process stopped with requests in flight");
    if (!failed_) note_progress();
    service_.reset();
    seams_ = nullptr;
    stopping_ = false;
}

// No fault is left for the next process.
void Rig::crash() {
    if (service_) {
        note("process.crashed");
        seams_->kill();
        service_.reset();
        seams_ = nullptr;
    }
    faults_->stop_failing();
    failed_ = stopping_ = false;
}

void Rig::power_off(test::Unsynced unsynced) {
    crash();
    ++boots_;
    disk_.lose_power(unsynced, power_prng_);
    state_disk_->lose_power(unsynced, power_prng_);
}

void Rig::make_older() {
    const auto store = open_store();
    Batch batch;
    batch.put(Family::meta, "store/format", std::string("\0\0\0\1", 4));
    if (service_ || !store || !(*store)->write(batch))
        throw ScenarioError(0, "the state cannot be changed");
}

void Rig::go() {
    if (!service_) start();
    idle_ = false;
    const auto over = [this] { return idle_ || failed_ || faults_->is_dead(); };
    if (!run_until(over, kPatience)) throw ScenarioError(0, "the crawl does not end");
    if (failed_ || faults_->is_dead())
        crash();
    else
        note_progress();
}

Result<std::unique_ptr<Store>> Rig::open_store() {
    const CrawldConfig& config = epochs_.back().config;
    return open_store_on(*env_, config.state_dir + "/db", config.store);
}

void Rig::on_idle() {
    idle_ = true;
    note("process.idled");
}

void Rig::on_stopped() {
    stopped_ = true;
    note("process.stopped");
}

void Rig::on_failed(const Error& error) {
    failed_ = true;
    note("process.failed");
    events_.back().fields["message"] = error.message;
}

void Rig::note(std::string name) {
    events_.push_back({.at = loop_.now() - began_, .name = std::move(name), .fields = {}});
}

void Rig::note_progress() {
    note("process.counted");
    const CrawlProgress progress = service_->progress();
    const auto put = [&](const char* key, uint64_t value) {
        events_.back().fields[key] = std::to_string(value);
    };
    put("pages", progress.pages);
    put("known", progress.known);
    put("queued", progress.queued);
    put("due", progress.due);
    put("in_flight", progress.in_flight);
    put("hosts", progress.hosts);
    put("hosts_fetched", progress.run.hosts_fetched);
    put("robots_fetches", progress.run.robots_fetches);
    put("rules_bytes_most", progress.rules_bytes_most);
    put("rules_read", progress.rules_read);
    put("page_limit_reached", progress.page_limit_reached ? 1 : 0);
}

SimEvent Rig::event_of(const SimRequest& request) const {
    return {.at = request.received.value_or(request.dispatched) - began_,
            .name = "request",
            .fields = {{"url", request.url},
                       {"host", request.host},
                       {"authority", request.authority},
                       {"ip", request.address.to_string()},
                       {"robots", request.is_robots() ? "yes" : "no"},
                       {"received", request.received ? "yes" : "no"},
                       {"user_agent", request.user_agent},
                       {"outcome", std::string(to_string(request.outcome))}}};
}

void Rig::gather_requests() {
    for (const SimRequest& request : web_.requests())
        events_.push_back(event_of(request));
    std::stable_sort(events_.begin(), events_.end(),
                     [](const SimEvent& a, const SimEvent& b) { return a.at < b.at; });
}

}  // namespace crawld
