#include "crawl/seeds.h"

#include <sys/stat.h>

#include <array>
#include <fstream>
#include <limits>
#include <utility>

#include "base/bytes.h"
#include "base/text.h"
#include "crawl/digest.h"
#include "crawl/seed_line.h"
#include "log/events.h"

namespace crawld {

namespace {

constexpr std::string_view kConfigured = "configuration";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Another one as soon as the file was written to, or another took its name: the time of the last
// change cannot be set back.
std::string version_of(const std::string& path) {
    std::string version;
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) return version;
    put_u64(version, info.st_dev);
    put_u64(version, info.st_ino);
    put_u64(version, static_cast<uint64_t>(info.st_size));
    put_u64(version, static_cast<uint64_t>(info.st_ctim.tv_sec));
    put_u64(version, static_cast<uint64_t>(info.st_ctim.tv_nsec));
    return version;
}

struct Line {
    std::string_view text;  // until the next one is read
    bool cut = false;       // it is longer than a seed may be, and this is its beginning
};

// What a batch of lines became.
struct Batched {
    std::vector<NewUrl> urls;
    struct Rejected {
        uint64_t line = 0;
        std::string text;
        std::string reason;
    };
    std::vector<Rejected> rejected;  // the first few
    uint64_t lines = 0;
    uint64_t rejected_count = 0;
    bool end = false;
};

// Where seeds come from: a file, or the list in the configuration.
class Source {
  public:
    Source(std::vector<std::string> urls, Discovery discovery)
        : name_(kConfigured), urls_(std::move(urls)), discovery_(discovery) {}
    explicit Source(const std::string& path)
        : name_(path), version_(version_of(path)), file_(path, std::ios::binary) {}

    const std::string& name() const { return name_; }
    bool is_file() const { return name_ != kConfigured; }
    // Version and offset: what a restart compares and continues from.
    std::string progress() const {
        std::string out = version_;
        put_u64(out, offset_);
        put_u64(out, line_);
        return out;
    }
    void resume(std::string_view saved) {
        if (saved.size() != version_.size() + 16 || !saved.starts_with(version_)) return;
        ByteReader in(saved.substr(version_.size()));
        offset_ = in.u64();
        line_ = in.u64();
        file_.seekg(static_cast<std::streamoff>(offset_));
    }
    void rewind() {
        offset_ = line_ = 0;
        file_.clear();
        file_.seekg(0);
    }
    bool next(Line& line) {
        if (is_file()) return read(line);
        if (line_ >= urls_.size()) return false;
        const std::string& url = urls_[line_++];
        line = {.text = url, .cut = url.size() > SeedReader::kLineBytesMax};
        return true;
    }
    uint64_t line() const { return line_; }
    Discovery discovery() const { return discovery_; }

  private:
    bool read(Line& line);
    uint64_t just_read() const { return static_cast<uint64_t>(file_.gcount()); }

    std::string name_;
    std::vector<std::string> urls_;
    Discovery discovery_ = Discovery::seed;  // manifest: these are sitemaps
    // Taken before the file is opened: what is read is of this version or a later one.
    std::string version_;
    std::ifstream file_;
    std::array<char, SeedReader::kLineBytesMax + 1> buffer_;
    uint64_t offset_ = 0;
    uint64_t line_ = 0;
};

// Of a line that is too long no more than a buffer is ever in memory.
bool Source::read(Line& line) {
    const bool first = offset_ == 0;
    file_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    const uint64_t bytes = just_read();
    if (file_.bad() || (file_.fail() && bytes == 0)) return false;
    offset_ += bytes;
    ++line_;
    line.cut = file_.fail();
    const bool ends_here = file_.good();  // and the line's end was read, too
    line.text = {buffer_.data(), bytes - (ends_here ? 1 : 0)};
    if (first && line.text.starts_with(kByteOrderMark))
        line.text.remove_prefix(kByteOrderMark.size());
    if (line.cut) {
        file_.clear();
        file_.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
        offset_ += just_read();
    }
    return true;
}

void take_line(const Line& line, const Source& source, const CanonicalRules& rules, KeyMaker& keys,
               Batched& out) {
    SeedLine seed = read_seed_line(line.text, line.cut, rules);
    if (!seed.url && seed.rejection.empty()) return;
    ++out.lines;
    if (!seed.url) {
        ++out.rejected_count;
        if (out.rejected.size() < SeedReader::kRejectedTold)
            out.rejected.push_back({source.line(), std::string(trim(line.text).substr(0, 200)),
                                    std::move(seed.rejection)});
        return;
    }
    const UrlKey key = keys.key(*seed.url);
    out.urls.push_back({.url = *std::move(seed.url),
                        .key = key,
                        .priority = Priority::seed,
                        .discovery = source.discovery(),
                        .depth = 0,
                        .hops = 0});
}

Batched read_batch(Source& source, const CanonicalRules& rules, const Suffixes& suffixes) {
    Batched batch;
    KeyMaker keys(suffixes);
    Line line;
    for (size_t n = 0; n < SeedReader::kBatchLines; ++n) {
        if (!source.next(line)) {
            batch.end = true;
            break;
        }
        take_line(line, source, rules, keys, batch);
    }
    return batch;
}

}  // namespace

struct SeedReader::State : std::enable_shared_from_this<State> {
    State(Setup s, Listener l) : setup(std::move(s)), listener(std::move(l)) {}

    void next_batch();
    void take(Batched batch);
    void make_known(Batched batch);
    void end_source();
    void begin_source();
    Source& source() { return *sources[at]; }
    std::string progress_name() {
        return source().is_file() ? "seeds:" + source().name() : std::string();
    }

    Setup setup;
    Listener listener;
    std::vector<std::unique_ptr<Source>> sources;
    std::unique_ptr<Timer> retry;
    size_t at = 0;
    bool adding = false;  // the second pass
    bool closed = false;
    Instant restart_source_at = kNever;
    uint64_t rejected_told = 0;  // of the source
    SeedsRead totals;
};

Status SeedReader::check(const std::vector<SeedOption>& seeds) {
    for (const SeedOption& seed : seeds) {
        if (seed.file.empty()) continue;
        // To open a pipe would wait for its writer, and it could not be read twice.
        struct stat info {};
        const bool regular = stat(seed.file.c_str(), &info) == 0 && S_ISREG(info.st_mode);
        if (!regular || !std::ifstream(seed.file, std::ios::binary).is_open())
            return fail(
                ErrorCode::configuration,
                "cannot read the seed file " + seed.file +
                    "; check in crawl.seeds that it is a regular file, and its permissions");
    }
    return {};
}

std::string SeedReader::versions(const std::vector<SeedOption>& seeds) {
    std::string all;
    for (const SeedOption& seed : seeds)
        if (!seed.file.empty()) put_text(all, version_of(seed.file));
    return all;
}

SeedReader::SeedReader(Setup setup, const std::vector<SeedOption>& seeds, Listener listener)
    : state_(std::make_shared<State>(std::move(setup), std::move(listener))) {
    const auto add_configured = [&](std::string SeedOption::*kind, Discovery discovery) {
        std::vector<std::string> urls;
        for (const SeedOption& seed : seeds)
            if (!(seed.*kind).empty()) urls.push_back(seed.*kind);
        if (urls.empty()) return;
        state_->sources.push_back(std::make_unique<Source>(std::move(urls), discovery));
    };
    add_configured(&SeedOption::url, Discovery::seed);
    add_configured(&SeedOption::sitemap, Discovery::manifest);
    for (const SeedOption& seed : seeds)
        if (!seed.file.empty()) state_->sources.push_back(std::make_unique<Source>(seed.file));
    state_->retry = state_->setup.loop.make_timer("seeds", [state = state_.get()] {
        if (std::exchange(state->restart_source_at, kNever) == kNever) {
            state->next_batch();
            return;
        }
        state->source().rewind();
        state->begin_source();
    });
}

SeedReader::~SeedReader() {
    state_->closed = true;
    state_->retry.reset();
}

void SeedReader::start() {
    state_->begin_source();
}

void SeedReader::State::begin_source() {
    if (closed) return;
    if (at == sources.size() && !adding) {
        listener.scope_known();
        adding = true;
        at = 0;
        for (auto& each : sources)
            each->rewind();
    }
    if (at == sources.size()) {
        listener.finished();
        return;
    }
    totals = SeedsRead{.source = source().name()};
    rejected_told = 0;
    const bool may_resume = adding && source().is_file();
    if (!may_resume) {
        next_batch();
        return;
    }
    const auto resume = [self = shared_from_this()](std::optional<std::string> saved) {
        if (saved) self->source().resume(*saved);
        self->next_batch();
    };
    if (!setup.committer.get_meta(progress_name(), setup.loop, resume))
        retry->arm(setup.loop.now() + milliseconds(50));
}

void SeedReader::State::next_batch() {
    if (closed) return;
    const bool accepted = setup.workers.try_submit([self = shared_from_this()] {
        auto batch = std::make_shared<Batched>(
            read_batch(self->source(), *self->setup.canonical, *self->setup.suffixes));
        self->setup.loop.post([self, batch] { self->take(std::move(*batch)); });
    });
    if (!accepted) retry->arm(setup.loop.now() + milliseconds(50));
}

void SeedReader::State::take(Batched batch) {
    if (closed) return;
    if (adding) {
        make_known(std::move(batch));
        return;
    }
    for (const NewUrl& seed : batch.urls)
        setup.scope->add_seed(seed.url);
    if (!batch.end) {
        next_batch();
        return;
    }
    ++at;
    begin_source();
}

void SeedReader::State::make_known(Batched batch) {
    totals.lines += batch.lines;
    totals.rejected += batch.rejected_count;
    for (const Batched::Rejected& rejected : batch.rejected) {
        if (rejected_told++ >= kRejectedTold) break;
        setup.log.write(SeedRejected{.source = source().name(),
                                     .line = rejected.line,
                                     .text = rejected.text,
                                     .reason = rejected.reason});
    }
    const uint64_t count = batch.urls.size();
    const auto done = [self = shared_from_this(), count, end = batch.end](Result<uint64_t> added) {
        if (self->closed) return;
        if (!added) {  // a full disk: go on where the last commit ended, when there is room
            self->restart_source_at = self->setup.loop.now() + seconds(5);
            self->retry->arm(self->restart_source_at);
            return;
        }
        self->totals.added += *added;
        self->totals.known += count - *added;
        if (end)
            self->end_source();
        else
            self->next_batch();
    };
    const bool accepted =
        setup.committer.add(std::move(batch.urls), progress_name(), source().progress(),
                            setup.loop.wall(), setup.loop, done);
    if (!accepted) done(fail(ErrorCode::os_limit, "the committer's queue is full"));
}

void SeedReader::State::end_source() {
    setup.log.write(totals);
    ++at;
    begin_source();
}

}  // namespace crawld
