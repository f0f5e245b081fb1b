// What a Frontier owns. Private to frontier/.
#pragma once

#include <string>
#include <vector>

#include "frontier/format.h"
#include "frontier/frontier.h"
#include "frontier/host_table.h"
#include "frontier/known_filter.h"
#include "frontier/link_filter.h"
#include "frontier/recent_urls.h"
#include "frontier/state_clock.h"
#include "store/store.h"

namespace crawld {

// Where the first entry of one kind in `due` may be. No iterator seeks below it, because what was
// erased there would be read again and again.
class DueStart {
  public:
    explicit DueStart(format::DueKind kind) : key_(format::due_from(kind, WallTime{})) {}
    const std::string& key() const { return key_; }
    void raise(std::string key) { key_ = std::move(key); }
    void lower(const std::string& key) {
        if (key < key_) key_ = key;
    }

  private:
    std::string key_;
};

struct Frontier::State {
    State(Store& the_store, const FrontierOptions& options)
        : store(the_store),
          recent(options.recent_urls),
          known(options.known_filter_urls),
          hosts(options.host_rows_cached) {}

    void publish();
    // Brings the rows of these hosts into `hosts`; a host without a row gets an empty entry.
    Status fetch_rows(std::vector<HostKey>& keys);
    Result<HostEntry*> row_of(HostKey key);
    // Ends a host's stay without a write: what is on disk of it holds, as after a crash.
    void abandon(HostEntry& entry);
    // Which of these URLs are new (link_filter.h). After a start this also goes on filling `known`.
    Result<std::vector<FoundUrl>> find_new(std::span<const FoundIn> places);
    Status fill_known();

    Store& store;
    RecentUrls recent;
    KnownFilter known;
    HostTable hosts;
    DueStart retries{format::DueKind::retry};
    DueStart wakes{format::DueKind::wake};
    StateClock clock;
    format::Counts totals;  // as on disk
    FrontierCounts counts;  // the same for other threads
};

}  // namespace crawld
