// crawld repair: a fresh state of what can be read of the old one, the archive and the crawl logs.
//
// The fresh one is made beside the old one, made durable, and then the two change places
// (fresh_state.h).

#include <csignal>
#include <filesystem>
#include <iostream>

#include "archive/posix_disk.h"
#include "audit/kept_lists.h"
#include "audit/repair.h"
#include "audit/set_aside.h"
#include "config/config.h"
#include "crawl/archive_rows.h"
#include "crawl/page_sink.h"
#include "daemon/commands.h"
#include "daemon/daemon.h"
#include "daemon/fresh_state.h"
#include "daemon/system.h"
#include "loop/clock.h"

namespace crawld {

namespace {

namespace fs = std::filesystem;

// What there is of the old database; null: nothing that can be read.
Result<std::unique_ptr<Store>> open_old(const std::string& database, const CrawldConfig& config) {
    auto old = Store::open_read_only(database, config.store);
    if (old) return old;
    const ErrorCode code = old.error().code;
    if (code != ErrorCode::corrupt && code != ErrorCode::no_input) return old;
    if (is_of_newer_state(old.error())) return old;
    std::cout << "the old state gives nothing: " << old.error().message << '\n';
    return std::unique_ptr<Store>();
}

Status read_lists(Repairer& repairer, Disk& disk, const std::string& directory) {
    const auto names = disk.list(directory);
    if (!names && names.error().cause == DiskCause::not_found) return {};
    if (!names) return tl::unexpected(names.error().error);
    for (const std::string& name : *names) {
        if (name.find(kPagesSuffix) == name.npos) continue;
        if (auto read = repairer.read_list(directory + "/" + name); !read) return read;
    }
    return {};
}

Status read_sources(Repairer& repairer, Disk& disk, Store* old, const CrawldConfig& config,
                    const std::vector<std::string>& logs) {
    std::vector<CommittedLength> committed;
    if (old != nullptr)
        if (auto known = committed_lengths(*old)) committed = std::move(*known);
    if (auto read = repairer.read_archive(disk, archive_directory(config), committed); !read)
        return read;
    if (old != nullptr)
        if (auto read = repairer.read_database(*old); !read) return read;
    if (repairer.misses_pages())
        if (auto read = read_lists(repairer, disk, pages_directory(config)); !read) return read;
    for (const std::string& log : logs)
        if (auto read = repairer.read_log(log); !read) return read;
    return {};
}

struct Sources {
    Disk& disk;
    const CrawldConfig& config;
    RepairArguments arguments;
    std::unique_ptr<Store> old;  // null: nothing of it can be read
};

Result<RepairCounts> fill(Store& store, const Sources& from, KeptLists& lists) {
    const CrawldConfig& config = from.config;
    auto frontier = Frontier::open(store, config.frontier);
    if (!frontier) return tl::unexpected(frontier.error());
    const auto suffixes = std::make_shared<Suffixes>();
    auto admission = Importer::make({.frontier = **frontier,
                                     .suffixes = suffixes,
                                     .crawl = config.crawl,
                                     .hosts = make_host_options_table(config),
                                     .clock = wall_now});
    if (!admission) return tl::unexpected(admission.error());
    Repairer repairer({.store = store,
                       .frontier = **frontier,
                       .suffixes = *suffixes,
                       .admission = *admission,
                       .clock = wall_now,
                       .lost = from.arguments.lost});
    if (auto read = read_sources(repairer, from.disk, from.old.get(), config, from.arguments.logs);
        !read)
        return tl::unexpected(read.error());
    auto counts = repairer.finish();
    if (!counts) return counts;
    const bool all_known =
        from.old && counts->database.unreadable == 0 && counts->gone_unnamed == 0;
    if (auto carried = lists.carry(store, from.old.get(), all_known); !carried)
        return tl::unexpected(carried.error());
    return counts;
}

// What verify finds in the fresh state: lines of lists are left out, and the rest is told, for it
// will go on to find it.
struct Left {
    std::vector<std::string> faults;
    uint64_t more = 0;
    std::string unseen;  // why nobody looked
};

void set_orphans_aside(Disk& disk, const std::string& directory, RepairCounts& counts) {
    for (const std::string& name : counts.orphans) {
        const std::string path = directory + "/" + name;
        const std::string aside = free_damaged_name(path);
        const auto renamed = disk.rename(path, aside);
        counts.told.push_back(path + ": the index of a file that is lost " +
                              (renamed ? "is kept in " + aside
                                       : "cannot be set aside: " + renamed.error().error.message));
    }
    if (counts.orphans.empty()) return;
    if (const auto synced = disk.sync_directory(directory); !synced)
        counts.told.push_back(synced.error().error.message);
}

Left look_at(const std::string& database, const CrawldConfig& config, KeptLists& lists) {
    Left left;
    const auto counts = verify_state({.config = config,
                                      .database = database,
                                      .sink =
                                          [&](const Fault& fault) {
                                              if (lists.takes(fault)) return;
                                              if (left.faults.size() < FaultList::kToldMax)
                                                  left.faults.push_back(to_line(fault));
                                              else
                                                  ++left.more;
                                          },
                                      .told_max = UINT64_MAX});
    if (!counts) left.unseen = counts.error().message;
    return left;
}

void tell(std::string_view name, const RepairCounts::Source& source) {
    std::cout << name << ": " << source.settled << " URLs known as fetched, " << source.queued
              << " queued, " << source.unreadable << " pieces that cannot be read\n";
}

void tell_gone(const RepairCounts& counts) {
    const auto tell_if = [](uint64_t pages, std::string_view what) {
        if (pages > 0) std::cout << pages << what << '\n';
    };
    tell_if(counts.gone_queued,
            " pages are fetched again, for their records in the archive are gone or damaged");
    tell_if(
        counts.gone_unnamed,
        " pages whose records are gone are not known any more: nothing that can be read has "
        "their URLs, or they do not belong to the crawl; a link that is found brings them back");
    tell_if(counts.gone_earlier,
            " pages stay known as fetched by an earlier visit, for the record of the last one is "
            "gone");
    for (const auto& [file, pages] : counts.missing)
        std::cout << "the archive file " << file << " is not there, and with it " << pages
                  << " pages, which stay known as fetched; if it was not moved away but is lost, "
                     "crawld repair --lost fetches them again\n";
}

void tell(const RepairCounts& counts) {
    tell("the archive", counts.archive);
    tell("the old state", counts.database);
    tell("the crawl logs", counts.logs);
    std::cout << counts.archive_records << " archive records and " << counts.log_lines
              << " lines of logs read, " << counts.robots << " robots.txt kept, " << counts.refused
              << " URLs left out that do not belong to the crawl\n";
    if (counts.unlinked > 0)
        std::cout
            << counts.unlinked
            << " pages of the archive are fetched again, for what was found on them cannot be "
               "read\n";
    tell_gone(counts);
    for (const std::string& what : counts.told)
        std::cout << what << '\n';
    for (const std::string& name : counts.set_aside)
        std::cout << "what cannot be read of an unfinished archive file is kept in " << name
                  << '\n';
    std::cout << "covered up to " << (counts.last_covered.empty() ? "nothing" : counts.last_covered)
              << '\n';
}

// A start has nothing against it, and verify neither.
Status refuse_whole(const std::string& database, const CrawldConfig& config, bool lost) {
    if (const auto opened = Store::open_read_only(database, config.store);
        !opened && opened.error().code == ErrorCode::corrupt)
        return {};  // without reading all of the archive
    const auto counts = verify_state(
        {.config = config, .database = database, .moved = !lost, .sink = [](const Fault&) {}});
    const uint64_t moved = counts ? counts->files.moved : 0;
    const std::string away =
        ", but for " + std::to_string(moved) +
        " files that are not there and may have been moved away; if archive files are lost, "
        "--lost fetches their pages again";
    if (counts && counts->faults == 0)
        return fail(ErrorCode::usage, "there is nothing to repair: the state in " +
                                          config.state_dir + " and its archive are whole" +
                                          (moved > 0 ? away : "") +
                                          "; --force makes a fresh state of them all the same");
    // What verify could not read may be what is to be repaired.
    const bool in_use = !counts && counts.error().code == ErrorCode::locked;
    return in_use ? tl::unexpected(counts.error()) : Status();
}

struct Made {
    RepairCounts counts;
    Left left;
};

// Complete and durable, under a name of its own.
Result<Made> make_fresh(FreshState& fresh, Sources from) {
    const CrawldConfig& config = from.config;
    KeptLists lists(
        {.disk = from.disk, .directory = pages_directory(config), .lost = from.arguments.lost});
    StoreOptions options = config.store;
    options.sync = false;  // until it is complete
    auto store = Store::open(fresh.path(), options);
    if (!store) return tl::unexpected(store.error());
    auto counts = fill(**store, from, lists);
    if (!counts) return tl::unexpected(counts.error());
    store->reset();
    if (!from.old && counts->archive_records == 0 && counts->log_lines == 0)
        return fail(ErrorCode::no_input,
                    "there is nothing to repair a state from: no database, archive or crawl log is "
                    "in " +
                        config.state_dir + "; look at state_dir in the configuration");
    from.old.reset();
    set_orphans_aside(from.disk, archive_directory(config), *counts);
    Left left = look_at(fresh.path(), config, lists);
    // A start moves what is in the log of writes to tables, and syncs.
    store = Store::open(fresh.path(), config.store);
    if (!store) return tl::unexpected(store.error());
    if (Status mended = lists.mend(**store); !mended) return tl::unexpected(mended.error());
    store->reset();
    if (Status marked = fresh.mark(); !marked) return tl::unexpected(marked.error());
    counts->told.insert(counts->told.end(), lists.told().begin(), lists.told().end());
    return Made{.counts = std::move(*counts), .left = std::move(left)};
}

void tell(const Left& left) {
    if (!left.unseen.empty())
        std::cout << "whether something is left that repair cannot mend is not known ("
                  << left.unseen << "); run crawld verify\n";
    if (left.faults.empty()) return;
    std::cout << "what repair leaves as it is, and verify goes on to tell:\n";
    for (const std::string& line : left.faults)
        std::cout << line << '\n';
    if (left.more > 0) std::cout << "and " << left.more << " more faults\n";
}

Status repair(const RepairArguments& arguments, const CrawldConfig& config) {
    PosixDisk disk;
    FreshState fresh(disk, config.state_dir, wall_now());
    std::error_code ignored;
    const bool is_new = !fs::exists(config.state_dir, ignored);  // the archive may be elsewhere
    if (fs::exists(fresh.database(), ignored))
        if (Status ours = check_state_directory(config.state_dir, crawl_log_path(config)); !ours)
            return ours;
    const auto ended = fresh.end_the_last();
    if (!ended) return tl::unexpected(ended.error());
    if (*ended) return {};
    if (!arguments.force)
        if (Status refused = refuse_whole(fresh.database(), config, arguments.lost); !refused)
            return refused;
    auto old = open_old(fresh.database(), config);
    if (!old) return tl::unexpected(old.error());
    Sources from{.disk = disk, .config = config, .arguments = arguments, .old = std::move(*old)};
    const std::string log_path = crawl_log_path(config);
    if (from.arguments.logs.empty() && !log_path.empty())
        from.arguments.logs = crawl_logs(log_path);
    const auto made = make_fresh(fresh, std::move(from));
    const Status done = made ? fresh.take_the_place() : tl::unexpected(made.error());
    if (!done && !fresh.is_in_place()) {
        fresh.abandon();
        if (is_new) fs::remove(config.state_dir, ignored);
        return done;
    }
    tell(made->counts);
    tell(made->left);
    if (!fresh.aside().empty()) std::cout << "the old state is in " << fresh.aside() << '\n';
    std::cout.flush();
    return done;
}

}  // namespace

int run_repair(const RepairArguments& arguments) {
    const auto loaded = load_config_file(arguments.config_path);
    if (!loaded) return print_config_failure(loaded.error());
    const auto lock = lock_state(loaded->config.state_dir);
    if (!lock) return fail_command(lock.error());
    signal(SIGPIPE, SIG_IGN);  // whoever reads the report may go away, and it goes on
    const Status done = repair(arguments, loaded->config);
    if (!done) return fail_command(done.error());
    const Status told = flush_output();
    return told ? 0
                : fail_command(
                      {told.error().code, "the state is repaired, and " + told.error().message});
}

}  // namespace crawld
