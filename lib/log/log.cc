#include "log/log.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

#include "base/check.h"
#include "log/events.h"
#include "log/sinks.h"

namespace crawld {

namespace {

constexpr size_t kGatheredBytesMax = 64 * 1024;

}  // namespace

struct Log::State {
    Setup setup;
    std::atomic<LogLevel> level{LogLevel::info};
    std::atomic<uint64_t> lost{0};

    std::mutex file_mutex;  // guards the three below
    std::optional<LineFile> file;
    std::string gathered;  // whole lines, not yet in the file
    bool failing = false;  // log.failed has been said

    std::mutex stderr_mutex;  // guards the two below, and calls of setup.capture
    StderrLines stderr_lines;
    std::function<void()> before_stderr;

    bool has_crawl_log() const { return setup.capture || !setup.crawl_log_path.empty(); }

    // Needs file_mutex. The number of lines lost if log.failed is to be said now, else 0.
    uint64_t write_gathered() {
        if (gathered.empty() || !file) return 0;
        const bool written = file->append(gathered);
        const auto lines =
            static_cast<uint64_t>(std::count(gathered.begin(), gathered.end(), '\n'));
        gathered.clear();
        const bool first_failure = !written && !failing;
        failing = !written;
        if (!written) lost.fetch_add(lines, std::memory_order_relaxed);
        return first_failure ? lines : 0;
    }
};

Log::Log() : state_(std::make_unique<State>()) {}
Log::~Log() {
    flush();
}

Result<std::unique_ptr<Log>> Log::open(Setup setup) {
    CRAWLD_CHECK(setup.clock != nullptr);
    std::unique_ptr<Log> log(new Log);
    State& state = *log->state_;
    state.level = setup.level;
    state.setup = std::move(setup);
    if (state.setup.crawl_log_path.empty() || state.setup.capture) return log;
    auto file = LineFile::open(state.setup.crawl_log_path);
    if (!file) return tl::unexpected(file.error());
    state.file.emplace(std::move(*file));
    return log;
}

bool Log::wants(bool crawl_log, LogLevel level) const {
    return crawl_log ? state_->has_crawl_log() : level >= this->level();
}

Line Log::begin(std::string_view name, LogLevel level, bool crawl_log) {
    const bool text = state_->setup.text_on_stderr && !crawl_log;
    return Line({.event = name,
                 .level = level,
                 .show_level = !crawl_log,
                 .time = state_->setup.clock(),
                 .form = text ? LineForm::text : LineForm::json});
}

void Log::end(Line& line, bool crawl_log) {
    State& state = *state_;
    const std::string_view text = line.finish();
    if (state.setup.capture || !crawl_log) {
        const std::lock_guard lock(state.stderr_mutex);
        if (state.setup.capture) return state.setup.capture(text);
        if (state.before_stderr) state.before_stderr();
        state.stderr_lines.append(text);
        return;
    }
    uint64_t newly_lost = 0;
    {
        const std::lock_guard lock(state.file_mutex);
        state.gathered.append(text).push_back('\n');
        if (state.gathered.size() >= kGatheredBytesMax) newly_lost = state.write_gathered();
    }
    if (newly_lost > 0) write(LogFailed{.path = state.setup.crawl_log_path, .lost = newly_lost});
}

void Log::flush() {
    uint64_t newly_lost = 0;
    {
        const std::lock_guard lock(state_->file_mutex);
        newly_lost = state_->write_gathered();
    }
    if (newly_lost > 0) write(LogFailed{.path = state_->setup.crawl_log_path, .lost = newly_lost});
}

Status Log::reopen() {
    flush();
    if (!state_->file) return {};
    auto file = LineFile::open(state_->setup.crawl_log_path);
    if (!file) return tl::unexpected(file.error());
    const std::lock_guard lock(state_->file_mutex);
    state_->file.emplace(std::move(*file));
    state_->failing = false;
    return {};
}

void Log::set_level(LogLevel level) {
    state_->level.store(level, std::memory_order_relaxed);
}
LogLevel Log::level() const {
    return state_->level.load(std::memory_order_relaxed);
}
uint64_t Log::lost() const {
    return state_->lost.load(std::memory_order_relaxed);
}

void Log::set_before_stderr(std::function<void()> hook) {
    const std::lock_guard lock(state_->stderr_mutex);
    state_->before_stderr = std::move(hook);
}

}  // namespace crawld
