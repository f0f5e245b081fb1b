// Log: where events go. One JSON object a line; no free text about the crawl.
//
// How things move in this folder: an event is a struct of the catalogue (events.h) whose fields are
// described once; write() encodes it (line.h, over json.h) and hands the line to its sink
// (sinks.h): events with kCrawlLog go to the crawl log file, the others to stderr (JSON, or text on
// a terminal). Untrusted text passes only through the encoder: everything outside printable ASCII
// becomes \uXXXX, invalid UTF-8 the replacement character, a string is cut so that the line stays
// within 8 KiB.
//
// Crawl log lines gather in memory and are written whole lines at a time, at flush() and when 64
// KiB have gathered, so a reader that follows the file never sees half a line. After a crash or a
// full disk has left half a line in the file, the next write begins with a newline.
//
// Thread: write() from any (a mutex a sink). Crawl log lines are buffered: flush() once a commit.
// Errors: a line that cannot be written is counted (lost()) and reported by log.failed on stderr,
//         once until writing or reopen() succeeds again; logging never stops the crawl and never
//         blocks it for longer than one write().
// Test:   tests/unit/log/
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/result.h"
#include "base/time.h"
#include "log/level.h"
#include "log/line.h"

namespace crawld {

struct LogOptions {
    LogLevel level = LogLevel::info;
    std::string crawl_log = "crawl.jsonl";
    std::string directory;  // empty: $LOGS_DIRECTORY, else state_dir
};
template <class V>
void describe(V& v, LogOptions& o) {
    v.field({.name = "level",
             .help = "Least level of events on stderr: debug, info, warning, error.",
             .per_host = false},
            o.level);
    v.field({.name = "crawl_log",
             .help = "File of the crawl log, one JSON object a settled request, relative to the "
                     "logs directory; reopened on SIGUSR1; empty switches it off.",
             .live = false,
             .per_host = false},
            o.crawl_log);
    v.field({.name = "directory",
             .help = "Logs directory; empty means $LOGS_DIRECTORY (set by systemd), else "
                     "state_dir.",
             .live = false,
             .per_host = false},
            o.directory);
}

class Log {
  public:
    struct Setup {
        LogLevel level = LogLevel::info;
        std::string crawl_log_path{};  // empty: none
        bool text_on_stderr = false;   // a terminal
        std::function<WallTime()> clock{};
        // Tests: gets every encoded line (crawl log and others) instead of files and stderr,
        // one at a time. It must not write to the log.
        std::function<void(std::string_view line)> capture{};
    };
    static Result<std::unique_ptr<Log>> open(Setup setup);
    ~Log();

    // E is an event of the catalogue.
    template <class E>
    void write(const E& event) {
        if (!wants(E::kCrawlLog, E::kLevel)) return;
        Line line = begin(E::kName, E::kLevel, E::kCrawlLog);
        describe(line, event);
        end(line, E::kCrawlLog);
    }

    void flush();
    Status reopen();  // SIGUSR1: the crawl log's path again
    void set_level(LogLevel level);
    LogLevel level() const;
    uint64_t lost() const;
    // stderr lines are held back while a progress line is drawn; see daemon/progress.
    void set_before_stderr(std::function<void()> hook);

  private:
    Log();
    bool wants(bool crawl_log, LogLevel level) const;
    Line begin(std::string_view name, LogLevel level, bool crawl_log);
    void end(Line& line, bool crawl_log);
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace crawld
