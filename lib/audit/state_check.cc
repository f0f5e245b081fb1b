#include "audit/state_check.h"

#include "base/bytes.h"
#include "exchange/export.h"
#include "frontier/format.h"

namespace crawld {

namespace {

class StateCheck {
  public:
    StateCheck(Store& store, FaultList& faults) : store_(store), faults_(faults) {}

    Result<StateCounts> run(const Suffixes& suffixes, const std::string& temporary_directory) {
        if (!passed(store_.verify_checksums())) return counts_;
        const auto known = export_known_urls({.store = store_,
                                              .suffixes = suffixes,
                                              .crawl_logs = {},
                                              .temporary_directory = temporary_directory,
                                              .sink = [](std::string_view) { return Status(); }});
        if (!known) {
            // A full disk of temporary files is no fault of the state's.
            if (known.error().code != ErrorCode::corrupt) return tl::unexpected(known.error());
            fault(known.error().message);
            return counts_;
        }
        counts_.urls = known->urls;
        if (passed(check_hosts()) && passed(check_robots())) passed(check_totals(*known));
        return counts_;
    }

  private:
    void fault(std::string what) {
        faults_.add(
            {.file = std::string(kStateName), .offset = {}, .url = {}, .what = std::move(what)});
    }
    bool passed(const Status& status) {
        if (!status) fault(status.error().message);
        return status.has_value();
    }
    Status check_hosts();
    Status check_robots();
    Status check_totals(const ExportCounts& known);

    Store& store_;
    FaultList& faults_;
    StateCounts counts_;
    uint64_t queued_ = 0;
    uint64_t hosts_queued_ = 0;
};

Status StateCheck::check_hosts() {
    const auto rows = store_.scan(Family::host, "", "", Caching::spare);
    for (; rows->valid(); rows->next()) {
        const auto row = format::decode_host(rows->value());
        if (!row || rows->key().size() != format::kHostKeyBytes)
            return format::damaged("the row of a host");
        ++counts_.hosts;
        if (row->queued == 0) continue;
        queued_ += row->queued;
        ++hosts_queued_;
        ByteReader key(rows->key());
        const auto wake = store_.get(Family::due, format::due_key({.kind = format::DueKind::wake,
                                                                   .at = row->wake_at,
                                                                   .host = HostKey{key.u64()}}));
        if (!wake) return tl::unexpected(wake.error());
        if (!*wake) fault("the host " + row->facts.name + " has URLs queued and would never wake");
    }
    return rows->status();
}

Status StateCheck::check_robots() {
    const auto rows = store_.scan(Family::robots, "", "", Caching::spare);
    for (; rows->valid(); rows->next())
        if (!format::decode_robots(rows->value())) return format::damaged("a robots.txt");
    return rows->status();
}

Status StateCheck::check_totals(const ExportCounts& known) {
    const auto value = store_.get(Family::meta, format::kCountsKey);
    if (!value) return tl::unexpected(value.error());
    format::Counts totals;
    if (*value) {
        const auto decoded = format::decode_counts(**value);
        if (!decoded) return format::damaged("the totals");
        totals = *decoded;
    }
    const auto compare = [&](std::string_view what, uint64_t there, uint64_t told) {
        if (there != told)
            fault("it has " + std::to_string(there) + " " + std::string(what) + ", and counted " +
                  std::to_string(told));
    };
    compare("known URLs", known.urls, totals.known);
    compare("queued URLs", known.queued, totals.queued);
    compare("due URLs", known.due, totals.due);
    compare("settled URLs", known.urls - known.queued - known.due, totals.done);
    compare("queued URLs by its hosts", queued_, totals.queued);
    compare("hosts with queued URLs", hosts_queued_, totals.hosts);
    return {};
}

}  // namespace

Result<StateCounts> check_state(Store& store, const Suffixes& suffixes,
                                const std::string& temporary_directory, FaultList& faults) {
    return StateCheck(store, faults).run(suffixes, temporary_directory);
}

}  // namespace crawld
