// Gate: all that limits requests to one key (a host, a domain, an address, the process): windows,
// concurrency, and a "not before" time.
//
// How things move in this folder: options.h says what is configured; a Gate per limiter key holds
// what is in flight and what was answered lately, and says when the next request may go. A request
// needs room at the gates of all its keys, asks each with opens_at(), and takes them together. Its
// end is told to the gates and judged by HostHealth (host_health.h), whose answer, like a server's
// Retry-After (retry_after.h), becomes a "not before" of the host's gate. Nothing here knows the
// time by itself, waits, or sends: crawl/ does.
//
// The slot rule (contract.md): a slot is taken at dispatch d(k) and becomes free at f(k) + P, where
// f(k) is the first response byte or the proof of failure. Then no interval of length P holds more
// than N requests as the server receives them, whatever delays and reorders them: suppose N+1 were
// received within less than P, the last at T; each has d <= T and f + P > T, so N+1 slots would be
// held at T. One list of answer times serves all windows of the key: window (N, P) has room when
// the requests not yet answered plus the answers younger than P are fewer than N.
//
// A request goes through three calls: take() at dispatch, answered() at f, finished() when its
// connection is idle or closed (frees the concurrency slot). A failure before the first byte is
// answered() and finished() at once.
//
// Reload: set_limits() acts on the next take, and a window new to the gate counts what was sent
//         before it too. A window that is taken away or loosened keeps counting everything until
//         the last slot taken under it has expired (contract P4). To tell those slots from later
//         ones, answered() wants to know when the request was taken; without that, the old window
//         fades only after a moment with nothing unanswered.
// Memory: the newest answers are kept, as many as the largest N. Older ones are one number and one
//         time, the latest of them: a window that reaches back further than the answers kept
//         assumes all of them were answered then, which closes it too long rather than too short.
//         A gate after a crash is the same with an unlimited number.
// Restart: save() after a clean stop gives the exact state; block_all() is for every other start.
// Time:   `now` is CLOCK_BOOTTIME; one that goes back (loops that share a gate read their clocks
//         apart) counts as the latest one seen.
// Cost:   8 to 16 bytes an answer kept; all calls O(windows) amortised.
// Test:   tests/unit/politeness/gate_test.cc, tests/conformance/politeness/
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "politeness/answer_ring.h"
#include "politeness/options.h"

namespace crawld {

struct Limits {
    std::vector<Window> windows;
    uint32_t concurrency = 0;  // 0: none
    bool operator==(const Limits&) const = default;
};

class Gate {
  public:
    explicit Gate(Limits limits);

    // When the next take() may happen: <= now means at once; kNever means not before some request
    // in flight is answered or finished.
    Instant opens_at(Instant now) const;
    bool open(Instant now) const { return opens_at(now) <= now; }

    void take(Instant now);  // precondition: open(now)
    // Precondition: a taken request was not answered yet. `taken` is the `now` its take() had.
    void answered(Instant now, std::optional<Instant> taken = std::nullopt);
    void finished();  // precondition: a taken request was not finished yet

    void set_limits(Limits limits, Instant now);
    const Limits& limits() const { return limits_; }
    void not_before(Instant when);  // keeps the later of the two
    Instant not_before() const { return not_before_; }
    // After anything but a clean stop every key counts as full: busy until start + P, per window,
    // be it a window of now or one set later.
    void block_all(Instant start);
    // Nothing is known of requests before `birth`, but that no window of then is in use: one that
    // set_limits() brings later counts as full as of then.
    void known_since(Instant birth) { known_since_ = birth; }

    uint32_t in_flight() const { return active_; }
    // Nothing in flight, no window holds a slot, no "not before" in the future: may be forgotten.
    bool idle(Instant now) const;

    void save(std::string& out) const;  // precondition: nothing in flight
    // Of the same boot, for limits that may have changed meanwhile. Bytes that cannot be read, or
    // speak of answers after `now`, give a gate as after block_all(now). A "not before" is believed
    // up to `pause_max` from now: whatever is in the bytes, a key does not stay closed for longer.
    static Gate restore(std::string_view saved, Limits limits, Instant now, Duration pause_max);
    static constexpr Duration kAnyPause = Duration::max() / 2;

  private:
    // A window of earlier limits, in force until the slots taken under it have expired.
    struct Fading {
        Window window;
        Instant replaced_at;
        Instant until;        // when the slots answered so far have expired
        uint32_t unanswered;  // at most so many slots taken under it are not answered yet
        bool over(Instant now) const { return unanswered == 0 && until <= now; }
    };

    Instant room_at(const Window& window) const;
    Instant latest_answer() const;  // kAlways: there was none
    void fade(const Window& window, Instant now);
    void forget_oldest();
    void update_kept();
    bool read(std::string_view saved, Instant now, Duration pause_max);

    Limits limits_;
    std::vector<Fading> fading_;
    AnswerRing answers_;         // the newest, at most answers_kept_
    uint32_t answers_kept_ = 0;  // the largest count of all windows
    uint32_t forgotten_ = 0;     // answers that are no longer in the ring
    Instant forgotten_latest_ = kAlways;
    Instant known_since_ = kAlways;
    Instant not_before_ = kAlways;
    uint32_t unanswered_ = 0;
    uint32_t active_ = 0;
};

}  // namespace crawld
