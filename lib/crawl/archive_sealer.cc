#include "crawl/archive_sealer.h"

#include <deque>
#include <mutex>
#include <set>
#include <utility>

#include "log/events.h"

namespace crawld {

struct ArchiveSealer::State : std::enable_shared_from_this<State> {
    State(Disk& the_disk, Log& the_log, Executor& the_workers, std::string the_directory)
        : disk(the_disk), log(the_log), workers(the_workers), directory(std::move(the_directory)) {}

    void start();
    void run();
    bool has_lines(FullFile& file);
    void seal_next();
    void refused(FullFile file, const DiskError& error);

    Disk& disk;
    Log& log;
    Executor& workers;
    const std::string directory;

    std::unique_ptr<IndexReader> reading;  // of the first that waits; a running job's, as `told`
    std::set<std::string> told;            // that cannot be sealed yet

    std::mutex mutex;  // guards all below
    std::deque<FullFile> waiting;
    std::vector<FullFile> without_room;
    std::vector<CommittedLength> sealed;
    bool running = false;
};

// Where the workers have no room for the job, the next tick() finds some.
void ArchiveSealer::State::start() {
    {
        const std::lock_guard lock(mutex);
        if (running || waiting.empty()) return;
        running = true;
    }
    if (workers.try_submit([self = shared_from_this()] { self->run(); })) return;
    const std::lock_guard lock(mutex);
    running = false;
}

void ArchiveSealer::State::run() {
    seal_next();
    {
        const std::lock_guard lock(mutex);
        running = false;
    }
    start();
}

// Whether all of it has been read; else some of it has been now.
bool ArchiveSealer::State::has_lines(FullFile& file) {
    if (file.lines) return true;
    Status read;
    if (!reading) {
        auto opened = IndexReader::open(
            disk, directory + "/" + file.name + std::string(kOpenSuffix), file.name, file.bytes);
        if (opened)
            reading = std::move(*opened);
        else
            read = tl::unexpected(opened.error());
    }
    if (read) read = reading->read(kPieceBytes);
    if (read && !reading->at_end()) return false;
    if (read) file.lines = reading->take_lines();
    reading.reset();
    return true;  // where it could not be read, seal_file() says why
}

void ArchiveSealer::State::seal_next() {
    FullFile file;
    {
        const std::lock_guard lock(mutex);
        file = std::move(waiting.front());
        waiting.pop_front();
    }
    if (!has_lines(file)) {
        const std::lock_guard lock(mutex);
        waiting.push_front(std::move(file));
        return;
    }
    const auto done = seal_file(disk, directory, file);
    if (!done) return refused(std::move(file), done.error());
    told.erase(file.name);
    log.write(ArchiveSealed{.file = done->name, .bytes = done->bytes, .lines = done->lines});
    const std::lock_guard lock(mutex);
    sealed.push_back({done->name, done->bytes});
}

void ArchiveSealer::State::refused(FullFile file, const DiskError& error) {
    if (told.insert(file.name).second)
        log.write(ArchiveFailed{{.file = file.name, .message = error.error.message}});
    if (!passes(error)) return;
    const std::lock_guard lock(mutex);
    without_room.push_back(std::move(file));
}

ArchiveSealer::ArchiveSealer(Disk& disk, Log& log, Executor& workers, std::string directory)
    : state_(std::make_shared<State>(disk, log, workers, std::move(directory))) {}
ArchiveSealer::~ArchiveSealer() = default;

void ArchiveSealer::add(std::vector<FullFile> files) {
    {
        const std::lock_guard lock(state_->mutex);
        for (FullFile& file : files)
            state_->waiting.push_back(std::move(file));
    }
    state_->start();
}

void ArchiveSealer::tick(WallTime now) {
    std::vector<FullFile> again;
    if (now - retried_at_ >= kRetryGap || now < retried_at_) {
        retried_at_ = now;
        const std::lock_guard lock(state_->mutex);
        again = std::exchange(state_->without_room, {});
    }
    add(std::move(again));
}

std::vector<CommittedLength> ArchiveSealer::take_sealed() {
    const std::lock_guard lock(state_->mutex);
    return std::exchange(state_->sealed, {});
}

void ArchiveSealer::finish(std::vector<FullFile> files) {
    for (FullFile& file : files)
        state_->waiting.push_back(std::move(file));
    for (FullFile& file : std::exchange(state_->without_room, {}))
        state_->waiting.push_back(std::move(file));
    // Those of an earlier run must be read, which a stop does not wait for.
    std::erase_if(state_->waiting, [](const FullFile& file) { return !file.lines; });
    while (!state_->waiting.empty())
        state_->seal_next();
}

}  // namespace crawld
