// The catalogue of events: all that is ever logged, and the only place that names it.
//
// An event is a struct with kName ("noun.past_verb"), kLevel, kCrawlLog (the crawl log file, else
// stderr), kHelp, and fields described once, in the order in which they are written. `ts` and
// `event` come first in every line, and `level` in those that go to stderr.
// Units: a field's name ends in its unit; durations are milliseconds or seconds with a fraction.
// Test:  tests/unit/log/events_test.cc
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "log/events_daemon.h"
#include "log/events_host.h"
#include "log/events_visit.h"

namespace crawld {

using AllEvents =
    std::tuple<FetchSettled, UrlSkipped, VisitTraced, RobotsSettled, RobotsIgnored, HostPaused,
               HostSlept, HostResumed, PrefixDemoted, PrefixRestored, DnsFailed, DaemonStarted,
               DaemonReady, DaemonStopping, DaemonStopped, ConfigLoaded, ConfigRejected,
               ConfigChanged, ConfigWarned, StateOpened, StateUpgraded, StateCut, StateLeftOver,
               ArchiveRecovered, ArchiveSealed, ArchiveFailed, PagesRecovered, PagesFailed,
               SeedsRead, SeedRejected, DiskFilled, DiskRecovered, LoopStalled, CommitFailed,
               SocketsExhausted, BodiesWaiting, LogFailed, LogReopened, CrawlProgressed, CrawlIdled,
               CrawlSummarised>;

// Milliseconds with a fraction, as the *_ms fields hold them.
constexpr double in_ms(Duration duration) {
    return static_cast<double>(duration.count()) / 1e3;
}

// The catalogue for documentation.
struct EventField {
    std::string_view name;
    std::string_view type;  // text, number, true or false, time
    std::string_view help;
};
struct EventInfo {
    std::string_view name;
    std::string_view help;
    LogLevel level = LogLevel::info;
    bool crawl_log = false;
    std::vector<EventField> fields;
};
std::vector<EventInfo> list_events();
// The same as a page of plain text.
std::string render_events();

}  // namespace crawld
