// Events of the process and of the crawl as a whole.
//
// Test: tests/unit/log/events_test.cc
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/time.h"
#include "log/level.h"

namespace crawld {

struct DaemonStarted {
    static constexpr std::string_view kName = "daemon.started";
    static constexpr std::string_view kHelp = "The process runs; nothing is open yet.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    std::string version{};
    uint64_t pid = 0;
    std::string config{};
    std::string state_dir{};
    uint64_t seed = 0;
    std::string curl{};
};
template <class V>
void describe(V& v, const DaemonStarted& e) {
    v.field({.name = "version", .help = "Of crawld."}, e.version);
    v.field({.name = "pid", .help = "Process id."}, e.pid);
    v.field({.name = "config", .help = "Path of the configuration file."}, e.config);
    v.field({.name = "state_dir", .help = "Where the state is."}, e.state_dir);
    v.field({.name = "seed", .help = "Seed of all randomness: the same seed repeats a run."},
            e.seed);
    v.field({.name = "curl", .help = "Version of libcurl."}, e.curl);
}

struct DaemonReady {
    static constexpr std::string_view kName = "daemon.ready";
    static constexpr std::string_view kHelp =
        "State and configuration are loaded; crawling begins.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    double startup_ms = 0;
};
template <class V>
void describe(V& v, const DaemonReady& e) {
    v.field({.name = "startup_ms", .help = "Since daemon.started."}, e.startup_ms);
}

struct DaemonStopping {
    static constexpr std::string_view kName = "daemon.stopping";
    static constexpr std::string_view kHelp =
        "No new request goes out; what is in flight may finish.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    std::string reason{};
    uint64_t in_flight = 0;
};
template <class V>
void describe(V& v, const DaemonStopping& e) {
    v.field({.name = "reason", .help = "The signal, or what else asked for it."}, e.reason);
    v.field({.name = "in_flight", .help = "Requests under way, each until its page is committed."},
            e.in_flight);
}

struct DaemonStopped {
    static constexpr std::string_view kName = "daemon.stopped";
    static constexpr std::string_view kHelp = "The last event: all is committed and closed.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    uint64_t pages = 0;
    uint64_t bytes = 0;
    double duration_s = 0;
    int64_t exit_code = 0;
};
template <class V>
void describe(V& v, const DaemonStopped& e) {
    v.field({.name = "pages", .help = "Settled with a response in this run."}, e.pages);
    v.field({.name = "bytes", .help = "Received in this run."}, e.bytes);
    v.field({.name = "duration_s", .help = "How long it ran, in seconds."}, e.duration_s);
    v.field({.name = "exit_code", .help = "Of the process."}, e.exit_code);
}

struct ConfigLoaded {
    static constexpr std::string_view kName = "config.loaded";
    static constexpr std::string_view kHelp =
        "The configuration is in force, at start or after a reload.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    std::string file{};
    uint64_t changes = 0;
};
template <class V>
void describe(V& v, const ConfigLoaded& e) {
    v.field({.name = "file", .help = "Its path."}, e.file);
    v.field({.name = "changes", .help = "Options that changed; 0 at start."}, e.changes);
}

struct ConfigRejected {
    static constexpr std::string_view kName = "config.rejected";
    static constexpr std::string_view kHelp =
        "The configuration has an error; at a reload the one in force stays. One event an error.";
    static constexpr LogLevel kLevel = LogLevel::error;
    static constexpr bool kCrawlLog = false;
    std::string message{};
};
template <class V>
void describe(V& v, const ConfigRejected& e) {
    v.field({.name = "message", .help = "file:line:column and what is wrong."}, e.message);
}

struct ConfigChanged {
    static constexpr std::string_view kName = "config.changed";
    static constexpr std::string_view kHelp = "A reload changed an option.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    std::string option{};
    std::string from{};
    std::string to{};
    bool live = false;
};
template <class V>
void describe(V& v, const ConfigChanged& e) {
    v.field({.name = "option", .help = "Its path."}, e.option);
    v.field({.name = "from", .help = "The value before."}, e.from);
    v.field({.name = "to", .help = "The value after."}, e.to);
    v.field({.name = "live", .help = "In force now; otherwise after the next restart."}, e.live);
}

struct ConfigWarned {
    static constexpr std::string_view kName = "config.warned";
    static constexpr std::string_view kHelp =
        "The configuration is valid and probably not what is meant.";
    static constexpr LogLevel kLevel = LogLevel::warning;
    static constexpr bool kCrawlLog = false;
    std::string message{};
};
template <class V>
void describe(V& v, const ConfigWarned& e) {
    v.field({.name = "message", .help = "What, and where."}, e.message);
}

struct StateOpened {
    static constexpr std::string_view kName = "state.opened";
    static constexpr std::string_view kHelp = "The state directory is open and recovered.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    uint64_t known = 0;
    uint64_t queued = 0;
    uint64_t due = 0;
    uint64_t hosts = 0;
    bool clean = false;
    bool created = false;
    double open_ms = 0;
};
template <class V>
void describe(V& v, const StateOpened& e) {
    v.field({.name = "known", .help = "URLs ever seen."}, e.known);
    v.field({.name = "queued", .help = "URLs waiting for their first visit."}, e.queued);
    v.field({.name = "due", .help = "URLs waiting for a retry."}, e.due);
    v.field({.name = "hosts", .help = "Hosts with URLs waiting."}, e.hosts);
    v.field({.name = "clean", .help = "The last run ended by itself."}, e.clean);
    v.field({.name = "created", .help = "There was no state before."}, e.created);
    v.field({.name = "open_ms", .help = "How long opening took."}, e.open_ms);
}

struct StateLeftOver {
    static constexpr std::string_view kName = "state.left_over";
    static constexpr std::string_view kHelp =
        "Beside the state is what a repair left that was cut short; it is not used.";
    static constexpr LogLevel kLevel = LogLevel::warning;
    static constexpr bool kCrawlLog = false;
    std::string message{};
};
template <class V>
void describe(V& v, const StateLeftOver& e) {
    v.field({.name = "message", .help = "What, where, and what to do."}, e.message);
}

struct StateUpgraded {
    static constexpr std::string_view kName = "state.upgraded";
    static constexpr std::string_view kHelp =
        "The state was of an older format version; crawld of that version refuses it from now on.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    uint32_t from = 0;
    uint32_t to = 0;
};
template <class V>
void describe(V& v, const StateUpgraded& e) {
    v.field({.name = "from", .help = "The format version that was found."}, e.from);
    v.field({.name = "to", .help = "The one that it has now."}, e.to);
}

struct StateCut {
    static constexpr std::string_view kName = "state.cut";
    static constexpr std::string_view kHelp =
        "A power cut had torn the last writes to the state; nobody was told that they were done, "
        "and what was left of them is cut off.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    uint64_t bytes = 0;
};
template <class V>
void describe(V& v, const StateCut& e) {
    v.field({.name = "bytes", .help = "Bytes that were cut off."}, e.bytes);
}

// Files of which the state has the committed lengths, at a start.
struct FilesRecovered {
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    uint64_t files = 0;
    uint64_t cut = 0;
    uint64_t cut_bytes = 0;
    uint64_t removed = 0;
};
template <class V>
void describe(V& v, const FilesRecovered& e) {
    v.field({.name = "files", .help = "Files that the last run had not ended, or just had."},
            e.files);
    v.field({.name = "cut", .help = "Of them, those with bytes behind what was committed."}, e.cut);
    v.field({.name = "cut_bytes", .help = "Bytes that were cut off."}, e.cut_bytes);
    v.field({.name = "removed", .help = "Files of which nothing was committed."}, e.removed);
}

struct ArchiveRecovered : FilesRecovered {
    static constexpr std::string_view kName = "archive.recovered";
    static constexpr std::string_view kHelp =
        "The archive is as the state says: every committed record is there, and nothing else.";
    uint64_t left_alone = 0;
    uint64_t to_seal = 0;
};
template <class V>
void describe(V& v, const ArchiveRecovered& e) {
    describe(v, static_cast<const FilesRecovered&>(e));
    v.field({.name = "left_alone", .help = "Open files of other names; they were not touched."},
            e.left_alone);
    v.field({.name = "to_seal", .help = "Files that are sealed now."}, e.to_seal);
}

struct PagesRecovered : FilesRecovered {
    static constexpr std::string_view kName = "pages.recovered";
    static constexpr std::string_view kHelp =
        "The files of pages are as the state says: every committed line is there, and no other.";
};

struct ArchiveSealed {
    static constexpr std::string_view kName = "archive.sealed";
    static constexpr std::string_view kHelp =
        "An archive file is complete, has its index, and is not touched any more.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    std::string file{};
    uint64_t bytes = 0;
    uint64_t lines = 0;
};
template <class V>
void describe(V& v, const ArchiveSealed& e) {
    v.field({.name = "file", .help = "Its name."}, e.file);
    v.field({.name = "bytes", .help = "Its length."}, e.bytes);
    v.field({.name = "lines", .help = "Lines of its index."}, e.lines);
}

struct FileFailed {
    static constexpr LogLevel kLevel = LogLevel::error;
    static constexpr bool kCrawlLog = false;
    std::string file{};
    std::string message{};
};
template <class V>
void describe(V& v, const FileFailed& e) {
    v.field({.name = "file", .help = "Its name."}, e.file);
    v.field({.name = "message", .help = "What is wrong."}, e.message);
}

struct ArchiveFailed : FileFailed {
    static constexpr std::string_view kName = "archive.failed";
    static constexpr std::string_view kHelp =
        "An archive file could not be sealed and stays open. For want of room it is tried again by "
        "itself, otherwise by the next start; said once.";
};

struct PagesFailed : FileFailed {
    static constexpr std::string_view kName = "pages.failed";
    static constexpr std::string_view kHelp =
        "A file of pages could not be given its name; it stays open until the next start.";
};

struct SeedsRead {
    static constexpr std::string_view kName = "seeds.read";
    static constexpr std::string_view kHelp = "A source of seeds has been read to its end.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    std::string source{};
    uint64_t lines = 0;
    uint64_t added = 0;
    uint64_t known = 0;
    uint64_t rejected = 0;
};
template <class V>
void describe(V& v, const SeedsRead& e) {
    v.field({.name = "source", .help = "A file, or \"configuration\"."}, e.source);
    v.field({.name = "lines", .help = "Lines or entries read."}, e.lines);
    v.field({.name = "added", .help = "New URLs."}, e.added);
    v.field({.name = "known", .help = "URLs known before."}, e.known);
    v.field({.name = "rejected", .help = "Entries that are not URLs we can crawl."}, e.rejected);
}

struct SeedRejected {
    static constexpr std::string_view kName = "seed.rejected";
    static constexpr std::string_view kHelp = "An entry of the seeds cannot be crawled.";
    static constexpr LogLevel kLevel = LogLevel::warning;
    static constexpr bool kCrawlLog = false;
    std::string source{};
    uint64_t line = 0;
    std::string text{};
    std::string reason{};
};
template <class V>
void describe(V& v, const SeedRejected& e) {
    v.field({.name = "source", .help = "A file, or \"configuration\"."}, e.source);
    v.field({.name = "line", .help = "Line or entry in it, from 1."}, e.line);
    v.field({.name = "text", .help = "As written."}, e.text);
    v.field({.name = "reason", .help = "What is wrong with it."}, e.reason);
}

struct DiskFilled {
    static constexpr std::string_view kName = "disk.filled";
    static constexpr std::string_view kHelp =
        "There is no room for more: crawling pauses until there is.";
    static constexpr LogLevel kLevel = LogLevel::error;
    static constexpr bool kCrawlLog = false;
    std::string path{};
    uint64_t free_bytes = 0;
    std::string detail{};
};
template <class V>
void describe(V& v, const DiskFilled& e) {
    v.field({.name = "path", .help = "A directory on it."}, e.path);
    v.field({.name = "free_bytes", .help = "Bytes free now."}, e.free_bytes);
    v.field({.name = "detail", .help = "What is short, or what failed."}, e.detail);
}

struct DiskRecovered {
    static constexpr std::string_view kName = "disk.recovered";
    static constexpr std::string_view kHelp =
        "There is room again; crawling goes on unless another lack was told.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    std::string path{};
    uint64_t free_bytes = 0;
    double paused_s = 0;
};
template <class V>
void describe(V& v, const DiskRecovered& e) {
    v.field({.name = "path", .help = "A directory on it."}, e.path);
    v.field({.name = "free_bytes", .help = "Bytes free now."}, e.free_bytes);
    v.field({.name = "paused_s", .help = "How long crawling paused, in seconds."}, e.paused_s);
}

struct LoopStalled {
    static constexpr std::string_view kName = "loop.stalled";
    static constexpr std::string_view kHelp = "One turn of an event loop took too long.";
    static constexpr LogLevel kLevel = LogLevel::warning;
    static constexpr bool kCrawlLog = false;
    double turn_ms = 0;
    double cpu_ms = 0;
    std::string phase{};
};
template <class V>
void describe(V& v, const LoopStalled& e) {
    v.field({.name = "turn_ms", .help = "How long."}, e.turn_ms);
    v.field({.name = "cpu_ms",
             .help = "What the loop computed meanwhile; if little, the machine "
                     "was busy with something else."},
            e.cpu_ms);
    v.field({.name = "phase", .help = "The part of the turn that took longest."}, e.phase);
}

struct CommitFailed {
    static constexpr std::string_view kName = "commit.failed";
    static constexpr std::string_view kHelp =
        "A group of pages could not be written, to the archive or to the state database; where it "
        "is "
        "tried again, said once until one is.";
    static constexpr LogLevel kLevel = LogLevel::error;
    static constexpr bool kCrawlLog = false;
    std::string message{};
};
template <class V>
void describe(V& v, const CommitFailed& e) {
    v.field({.name = "message", .help = "What failed."}, e.message);
}

struct LogFailed {
    static constexpr std::string_view kName = "log.failed";
    static constexpr std::string_view kHelp =
        "Lines of the crawl log could not be written; said once until writing works again.";
    static constexpr LogLevel kLevel = LogLevel::error;
    static constexpr bool kCrawlLog = false;
    std::string path{};
    uint64_t lost = 0;
};
template <class V>
void describe(V& v, const LogFailed& e) {
    v.field({.name = "path", .help = "The file."}, e.path);
    v.field({.name = "lost", .help = "Lines lost until now."}, e.lost);
}

struct SocketsExhausted {
    static constexpr std::string_view kName = "sockets.exhausted";
    static constexpr std::string_view kHelp =
        "The system gave no socket for a request; its URL waits. Said once a minute.";
    static constexpr LogLevel kLevel = LogLevel::warning;
    static constexpr bool kCrawlLog = false;
    std::string detail{};
};
template <class V>
void describe(V& v, const SocketsExhausted& e) {
    v.field({.name = "detail", .help = "What the system said."}, e.detail);
}

struct BodiesWaiting {
    static constexpr std::string_view kName = "bodies.waiting";
    static constexpr std::string_view kHelp =
        "fetch.bodies_max is reached: transfers wait until bodies have been read. Said once a "
        "minute and event loop.";
    static constexpr LogLevel kLevel = LogLevel::warning;
    static constexpr bool kCrawlLog = false;
    uint64_t transfers = 0;
    uint64_t waits = 0;
    uint64_t bytes = 0;
};
template <class V>
void describe(V& v, const BodiesWaiting& e) {
    v.field({.name = "transfers", .help = "Of this event loop, that wait now."}, e.transfers);
    v.field({.name = "waits", .help = "How often one of them had to wait, in this run."}, e.waits);
    v.field({.name = "bytes", .help = "Of bodies in memory."}, e.bytes);
}

struct LogReopened {
    static constexpr std::string_view kName = "log.reopened";
    static constexpr std::string_view kHelp = "The crawl log was opened anew.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    std::string path{};
};
template <class V>
void describe(V& v, const LogReopened& e) {
    v.field({.name = "path", .help = "The file."}, e.path);
}

struct CrawlProgressed {
    static constexpr std::string_view kName = "crawl.progressed";
    static constexpr std::string_view kHelp = "Where the crawl stands, at regular times.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    uint64_t pages = 0;
    double pages_per_s = 0;
    uint64_t bytes = 0;
    uint64_t queued = 0;
    uint64_t in_flight = 0;
    uint64_t hosts_waiting = 0;
    uint64_t errors = 0;
    uint64_t known = 0;
    double turn_cpu_ms_max = 0;
    std::string paused{};
};
template <class V>
void describe(V& v, const CrawlProgressed& e) {
    v.field({.name = "pages", .help = "Settled with a response in this run."}, e.pages);
    v.field({.name = "pages_per_s", .help = "Since the last such event."}, e.pages_per_s);
    v.field({.name = "bytes", .help = "Received in this run."}, e.bytes);
    v.field({.name = "queued", .help = "URLs waiting."}, e.queued);
    v.field({.name = "in_flight", .help = "Requests under way, each until its page is committed."},
            e.in_flight);
    v.field({.name = "hosts_waiting", .help = "Hosts in memory whose limits forbid a request now."},
            e.hosts_waiting);
    v.field({.name = "errors", .help = "Requests without a usable response in this run."},
            e.errors);
    v.field({.name = "known", .help = "URLs ever seen."}, e.known);
    v.field({.name = "turn_cpu_ms_max", .help = "CPU time of the longest turn of a loop so far."},
            e.turn_cpu_ms_max);
    v.field({.name = "paused", .help = "Why, while there is no room on a disk; or empty."},
            e.paused);
}

struct CrawlIdled {
    static constexpr std::string_view kName = "crawl.idled";
    static constexpr std::string_view kHelp = "Nothing is left to crawl now.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    uint64_t pages = 0;
    uint64_t due = 0;
};
template <class V>
void describe(V& v, const CrawlIdled& e) {
    v.field({.name = "pages", .help = "Settled with a response in this run."}, e.pages);
    v.field({.name = "due", .help = "URLs waiting for a retry."}, e.due);
}

struct CrawlSummarised {
    static constexpr std::string_view kName = "crawl.summarised";
    static constexpr std::string_view kHelp = "What this run did, at its end.";
    static constexpr LogLevel kLevel = LogLevel::info;
    static constexpr bool kCrawlLog = false;
    uint64_t pages = 0;
    uint64_t hosts = 0;
    uint64_t bytes = 0;
    uint64_t errors = 0;
    uint64_t skipped = 0;
    uint64_t queued = 0;
    uint64_t known = 0;
    double turn_cpu_ms_max = 0;
    double duration_s = 0;
};
template <class V>
void describe(V& v, const CrawlSummarised& e) {
    v.field({.name = "pages", .help = "Settled with a response."}, e.pages);
    v.field({.name = "hosts", .help = "Hosts with at least one page."}, e.hosts);
    v.field({.name = "bytes", .help = "Received."}, e.bytes);
    v.field({.name = "errors", .help = "Requests without a usable response."}, e.errors);
    v.field({.name = "skipped", .help = "URLs settled without a request."}, e.skipped);
    v.field({.name = "queued", .help = "URLs left."}, e.queued);
    v.field({.name = "known", .help = "URLs ever seen."}, e.known);
    v.field({.name = "turn_cpu_ms_max", .help = "CPU time of the longest turn of a loop."},
            e.turn_cpu_ms_max);
    v.field({.name = "duration_s", .help = "How long it ran, in seconds."}, e.duration_s);
}

}  // namespace crawld
