#include "log/sinks.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <fstream>
#include <utility>

namespace crawld {

namespace {

// The line is complete when it comes here: spdlog adds nothing but `end_of_line`.
std::unique_ptr<spdlog::formatter> bare_formatter(std::string end_of_line) {
    return std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc,
                                                       std::move(end_of_line));
}

bool ends_in_mid_line(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    char last = '\n';
    if (file.seekg(-1, std::ios::end)) file.get(last);
    return last != '\n';
}

}  // namespace

struct LineFile::State {
    spdlog::logger logger{"crawl_log"};
    bool failed = false;    // set by the logger's error handler during append()
    bool mid_line = false;  // the file may end in half a line
};

LineFile::LineFile() : state_(std::make_unique<State>()) {}
LineFile::~LineFile() = default;
LineFile::LineFile(LineFile&&) noexcept = default;
LineFile& LineFile::operator=(LineFile&&) noexcept = default;

Result<LineFile> LineFile::open(const std::string& path) {
    LineFile file;
    State* state = file.state_.get();
    try {
        state->mid_line = ends_in_mid_line(path);
        auto sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(path);
        sink->set_formatter(bare_formatter(""));
        state->logger.sinks().push_back(std::move(sink));
        state->logger.set_error_handler([state](const std::string&) { state->failed = true; });
    } catch (const std::exception& error) {
        return fail(ErrorCode::cannot_create, "cannot open the log file " + path + ": " +
                                                  error.what() +
                                                  "; create its directory or change log.crawl_log");
    }
    return file;
}

bool LineFile::append(std::string_view lines) {
    State& state = *state_;
    state.failed = false;
    if (state.mid_line) state.logger.log(spdlog::level::critical, "\n");
    state.logger.log(spdlog::level::critical, lines);
    state.logger.flush();
    state.mid_line = state.failed;
    return !state.failed;
}

struct StderrLines::State {
    spdlog::logger logger{"stderr", std::make_shared<spdlog::sinks::stderr_sink_st>()};
};

StderrLines::StderrLines() : state_(std::make_unique<State>()) {
    state_->logger.set_formatter(bare_formatter("\n"));
    // A closed stderr leaves nowhere to report to.
    state_->logger.set_error_handler([](const std::string&) {});
}
StderrLines::~StderrLines() = default;

void StderrLines::append(std::string_view line) {
    state_->logger.log(spdlog::level::critical, line);
}

}  // namespace crawld
