#include "crawl/committer.h"

#include <set>
#include <utility>

#include "base/bytes.h"
#include "base/mutant.h"

namespace crawld {

namespace {
constexpr std::string_view kTotalsName = "totals";
constexpr size_t kRulesReadBytesMax = kRobotsBytesMax;  // of files that one job parses, about

void put_last(std::vector<NewUrl>& found, const DemotedPrefixes& demoted) {
    for (NewUrl& url : found)
        if (url.priority != Priority::urgent && url.discovery != Discovery::manifest &&
            demoted.have(url.key.host, url.url.path_and_query()))
            url.priority = Priority::embed;
}

// As it must not be.
Status commit_in_two(Frontier& frontier, std::vector<Settled>& settled, Batch& extra, WallTime now,
                     std::vector<HostWake>& woken) {
    std::vector<NewUrl> links;
    for (Settled& visit : settled)
        for (NewUrl& link : std::exchange(visit.found, {}))
            links.push_back(std::move(link));
    if (Status done = frontier.commit(settled, extra, now, woken); !done) return done;
    Batch nothing_else;
    const auto added = frontier.add(links, "", nothing_else, now, woken);
    return added ? Status() : tl::unexpected(added.error());
}

}  // namespace

Committer::Committer(std::unique_ptr<Store> store, std::unique_ptr<Frontier> frontier,
                     Executor& thread, CommitterListener& listener, std::string product)
    : store_(std::move(store)),
      frontier_(std::move(frontier)),
      thread_(thread),
      listener_(listener),
      product_(std::move(product)) {}

Committer::~Committer() = default;

Status Committer::open_totals() {
    auto saved = frontier_->meta(kTotalsName);
    if (!saved) return tl::unexpected(saved.error());
    if (!*saved) return {};
    ByteReader in(**saved);
    totals_.pages = in.u64();
    totals_.bytes = in.u64();
    if (in.failed())
        return fail(ErrorCode::corrupt, "the record of totals in the state is damaged");
    return {};
}

Status Committer::open_archive(ArchiveKeeper::Setup setup) {
    auto opened = ArchiveKeeper::open(std::move(setup), *store_);
    if (!opened) return tl::unexpected(opened.error());
    archive_ = std::move(*opened);
    return {};
}

void Committer::set_archive_budget(uint64_t bytes) {
    if (archive_) archive_->set_budget(bytes);
}
bool Committer::archive_is_over_budget() const {
    return archive_ && archive_->is_over_budget();
}

std::optional<Original> Committer::find_original(const Digest& payload) {
    if (dead_) return std::nullopt;
    auto found = ArchiveKeeper::find_original(*store_, payload);
    if (found) return *std::move(found);
    // Without a descriptor or memory to read it, the body is kept once more.
    if (found.error().code != ErrorCode::os_limit) give_up(found.error());
    return std::nullopt;
}

Status Committer::open_pages(PageSink::Setup setup) {
    auto opened = PageSink::open(std::move(setup), *store_);
    if (!opened) return tl::unexpected(opened.error());
    pages_ = std::move(*opened);
    return {};
}

Status Committer::close_archive() {
    if (dead_) return {};
    // Each is ended though the other cannot be.
    const Status pages = pages_ ? pages_->finish(*store_) : Status();
    const Status archive = archive_ ? archive_->finish(*store_) : Status();
    return archive ? pages : archive;
}

bool Committer::is_full() const {
    return store_->no_space() || (archive_ && archive_->out_of_room()) ||
           (pages_ && pages_->out_of_room());
}

// Of a write. Damage that it came upon is none of the disk's fullness.
bool Committer::failed(const Status& status) {
    if (status) return false;
    if (is_full() && status.error().code != ErrorCode::corrupt) {
        const std::lock_guard lock(refusal_mutex_);
        if (!no_space_) refusal_ = {refusing_part(), status.error().message};
        no_space_ = true;
    } else {
        give_up(status.error());
    }
    return true;
}

Committer::Part Committer::refusing_part() const {
    if (store_->no_space()) return Part::state;
    return archive_ && archive_->out_of_room() ? Part::archive : Part::pages;
}

std::optional<Committer::Refusal> Committer::refusal() const {
    if (!no_space_) return std::nullopt;
    const std::lock_guard lock(refusal_mutex_);
    return refusal_;
}

// What cannot be read ends it also while the disk is full: a read needs no space, so it would not
// go better later, and whoever asked waits for an answer.
void Committer::give_up(const Error& error) {
    if (!dead_.exchange(true)) listener_.on_fatal(error);
}

// After a full disk the database takes no writes until it has been resumed, which is tried once a
// second.
Status Committer::make_writable(WallTime now) {
    if (!store_->no_space()) return {};
    if (now - resume_tried_at_ >= seconds(1) || now < resume_tried_at_) {
        resume_tried_at_ = now;
        Status resumed = store_->resume();
        if (resumed) {
            no_space_ = is_full();
            return {};
        }
        failed(resumed);
    }
    return fail(ErrorCode::io, "the disk of the state directory is full");
}

void Committer::tell_woken(std::vector<HostWake>& woken) {
    if (!woken.empty()) listener_.on_woken(woken);
}

void Committer::put_totals(Batch& extra, uint64_t pages, uint64_t bytes) const {
    std::string value;
    put_u64(value, totals_.pages + pages);
    put_u64(value, totals_.bytes + bytes);
    extra.put(Family::meta, kTotalsName, value);
}

Status Committer::put_robots(Batch& batch, const CommitGroup::Robots& robots) {
    RobotsRecord record = robots.record;
    const bool copy_serves_on = record.first_failure_at != WallTime{} &&
                                record.verdict == static_cast<uint8_t>(RobotsVerdict::rules) &&
                                record.body.empty();
    if (copy_serves_on) {
        auto stored = frontier_->robots(robots.authority, robots.host);
        if (!stored) return tl::unexpected(stored.error());
        if (*stored) record.body = std::move((*stored)->body);
    }
    frontier_->put_robots(batch, robots.authority, robots.host, record);
    return {};
}

// In a write of their own, before that of the robots.txt which names them: a crash in between makes
// them known once more, and never a robots.txt known without them.
Status Committer::add_sitemaps(const CommitGroup& group, WallTime now,
                               std::vector<HostWake>& woken) {
    for (const CommitGroup::Robots& robots : group.robots) {
        if (robots.sitemaps.empty()) continue;
        Batch nothing_else;
        const auto added = frontier_->add(robots.sitemaps, robots.authority + "/robots.txt",
                                          nothing_else, now, woken);
        if (!added) return tl::unexpected(added.error());
    }
    return {};
}

Status Committer::write(CommitGroup& group, WallTime now) {
    if (Status writable = make_writable(now); !writable) return writable;
    // A sitemap may list 100,000 URLs: too many for a turn of the loop.
    if (group.demoted != nullptr)
        for (Settled& settled : group.settled)
            put_last(settled.found, *group.demoted);
    const bool late = mutant(Mutant::commit_before_append);
    if (archive_ && !late)
        if (Status status = archive_->append(group.exchanges, now); !status) return status;
    if (pages_)
        if (Status status = pages_->append(group.exchanges, now); !status) return status;
    std::vector<HostWake> woken;
    if (Status status = write_batch(group, now, woken); !status) return status;
    if (archive_ && late)
        if (Status status = archive_->append(group.exchanges, now); !status) return status;
    if (archive_) archive_->committed();
    if (pages_) pages_->committed();
    no_space_ = false;
    totals_.pages += group.pages;
    totals_.bytes += group.bytes;
    tell_woken(woken);
    // Up to 100,000 URLs a sitemap: freed here rather than by the loop.
    for (Settled& settled : group.settled)
        settled.found = {};
    for (ArchivedExchange& exchange : group.exchanges)
        exchange.records = {};
    return {};
}

Status Committer::write_batch(CommitGroup& group, WallTime now, std::vector<HostWake>& woken) {
    Batch extra;
    for (const CommitGroup::Robots& robots : group.robots) {
        if (mutant(Mutant::forget_robots)) continue;
        if (Status status = put_robots(extra, robots); !status) return status;
    }
    if (Status status = add_sitemaps(group, now, woken); !status) return status;
    put_totals(extra, group.pages, group.bytes);
    if (archive_) archive_->put(extra, group.exchanges);
    if (pages_) pages_->put(extra);
    if (mutant(Mutant::links_in_another_batch))
        return commit_in_two(*frontier_, group.settled, extra, now, woken);
    return frontier_->commit(group.settled, extra, now, woken);
}

bool Committer::commit(CommitGroup& group, WallTime now, Loop& loop, GroupDone done) {
    auto shared = std::make_shared<CommitGroup>(std::move(group));
    const bool accepted = thread_.try_submit([this, shared, now, &loop, done = std::move(done)] {
        if (dead_) return;
        if (mutant(Mutant::acknowledge_before_commit)) {
            loop.post([group = *shared, done] { done(group, Status()); });
            (void)failed(write(*shared, now));
            return;
        }
        Status status = write(*shared, now);
        if (failed(status) && dead_) return;
        loop.post([shared, status, done] { done(std::move(*shared), status); });
    });
    if (!accepted) group = std::move(*shared);
    return accepted;
}

Result<LoadReply> Committer::read(const LoadRequest& request) {
    LoadReply reply{.host = request.host, .load = {}, .robots = {}};
    if (!request.woken) {
        const auto known = frontier_->knows(request.host);
        if (!known) return tl::unexpected(known.error());
        if (!*known) {
            reply.load.exhausted = true;
            return reply;
        }
    }
    auto load = frontier_->load(request.host, request.most);
    if (!load) return tl::unexpected(load.error());
    reply.load = std::move(*load);
    if (archive_)
        if (Status recalled = ArchiveKeeper::recall(*store_, reply.load.urls); !recalled)
            return tl::unexpected(recalled.error());
    std::set<std::string_view> seen(request.robots_known.begin(), request.robots_known.end());
    size_t body_bytes = 0;
    for (const QueuedUrl& item : reply.load.urls) {
        const std::string_view authority = item.url.authority();
        if (!seen.insert(authority).second) continue;
        auto entry = stored_robots(authority, request.host, body_bytes);
        if (!entry) return tl::unexpected(entry.error());
        // A host may have many ports: the rules of further ones are read when they are needed.
        if (body_bytes > kRulesReadBytesMax) entry->rules.reset();
        reply.robots.push_back(std::move(*entry));
    }
    return reply;
}

// An authority without a record is told as one with an unknown verdict.
Result<RobotsEntry> Committer::stored_robots(std::string_view authority, HostKey host,
                                             size_t& body_bytes) {
    auto record = frontier_->robots(authority, host);
    if (!record) return tl::unexpected(record.error());
    if (!*record && mutant(Mutant::allow_unknown_robots))
        *record = RobotsRecord{.verdict = static_cast<uint8_t>(RobotsVerdict::allow_all),
                               .expires_at = WallTime::max()};
    if (*record) body_bytes += (*record)->body.size();
    return restore_robots(std::string(authority), record->value_or(RobotsRecord{}), product_);
}

Result<std::vector<RobotsEntry>> Committer::read_robots_of(
    const std::vector<RulesMemory::Owner>& of) {
    std::vector<RobotsEntry> entries;
    size_t body_bytes = 0;
    for (const RulesMemory::Owner& owner : of) {
        auto entry = stored_robots(owner.authority, owner.host, body_bytes);
        if (!entry) return tl::unexpected(entry.error());
        entries.push_back(std::move(*entry));
        if (body_bytes >= kRulesReadBytesMax) break;
    }
    return entries;
}

bool Committer::read_rules(std::vector<RulesMemory::Owner> of, Loop& loop, RulesDone done) {
    return thread_.try_submit([this, of = std::move(of), &loop, done = std::move(done)] {
        if (dead_) return;
        auto entries = read_robots_of(of);
        if (!entries) {
            give_up(entries.error());
            return;
        }
        loop.post([shared = std::make_shared<std::vector<RobotsEntry>>(std::move(*entries)), done] {
            done(std::move(*shared));
        });
    });
}

bool Committer::load(LoadRequest request, Loop& loop, LoadDone done) {
    return thread_.try_submit([this, request = std::move(request), &loop, done = std::move(done)] {
        if (dead_) return;
        auto reply = read(request);
        if (!reply) {
            give_up(reply.error());
            return;
        }
        loop.post([shared = std::make_shared<LoadReply>(std::move(*reply)), done] {
            done(std::move(*shared));
        });
    });
}

bool Committer::release(HostKey host, HostFacts facts, WallTime wake_at) {
    return thread_.try_submit([this, host, facts = std::move(facts), wake_at] {
        if (!dead_) failed(frontier_->release(host, facts, wake_at));
    });
}

bool Committer::wake(WallTime now, size_t max, Loop& loop, std::function<void()> done) {
    return thread_.try_submit([this, now, max, &loop, done = std::move(done)] {
        if (dead_) return;
        if (!make_writable(now)) {
            if (!dead_) loop.post(done);
            return;
        }
        Status awake = archive_ ? archive_->tick(*store_, now) : Status();
        if (awake && pages_) awake = pages_->tick(*store_, now);
        std::vector<HostWake> woken;
        if (awake) awake = frontier_->wake(now, max, woken);
        if (failed(awake)) {
            if (!dead_) loop.post(done);
            return;
        }
        auto next = frontier_->next_due();
        if (!next) {
            give_up(next.error());
            return;
        }
        next_due_us_ = to_us(*next);
        tell_woken(woken);
        loop.post(done);
    });
}

bool Committer::add(std::vector<NewUrl> urls, std::string progress_name, std::string progress,
                    WallTime now, Loop& loop, AddDone done) {
    auto shared = std::make_shared<std::vector<NewUrl>>(std::move(urls));
    return thread_.try_submit([this, shared, name = std::move(progress_name),
                               progress = std::move(progress), now, &loop, done = std::move(done)] {
        if (dead_) return;
        Batch extra;
        if (!name.empty()) extra.put(Family::meta, name, progress);
        std::vector<HostWake> woken;
        Result<uint64_t> added = 0;
        if (Status writable = make_writable(now); !writable)
            added = tl::unexpected(writable.error());
        else
            added = frontier_->add(*shared, "", extra, now, woken);
        if (!added) failed(tl::unexpected(added.error()));
        if (dead_) return;
        tell_woken(woken);
        loop.post([added, done] { done(added); });
    });
}

bool Committer::get_meta(std::string name, Loop& loop, MetaDone done) {
    return thread_.try_submit([this, name = std::move(name), &loop, done = std::move(done)] {
        if (dead_) return;
        auto value = frontier_->meta(name);
        if (!value) {
            give_up(value.error());
            return;
        }
        loop.post([value = std::move(*value), done] { done(value); });
    });
}

Result<std::optional<std::string>> Committer::meta(std::string_view name) {
    return frontier_->meta(name);
}

Status Committer::put_meta(std::string_view name, std::string_view value) {
    return frontier_->put_meta(name, value);
}

const FrontierCounts& Committer::counts() const {
    return frontier_->counts();
}
bool Committer::store_was_new() const {
    return store_->was_new();
}

}  // namespace crawld
