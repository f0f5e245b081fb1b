// The whole service crawls sixty pages on disks of which the k-th operation fails, of the state or
// of the archive, for every k; then it goes on. What holds in the end is in faulted_crawl.h.
//
// CRAWLD_FAULT_STRIDE=N tries every N-th k only.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "base/bytes.h"
#include "base/text.h"
#include "crawl/archive_keeper.h"
#include "crawl/archive_rows.h"
#include "faults/faulted_crawl.h"

using namespace crawld;
using namespace crawld::test;

namespace {

using Steps = std::vector<std::string>;

uint64_t stride() {
    const char* given = std::getenv("CRAWLD_FAULT_STRIDE");
    return given == nullptr ? 1 : std::max<uint64_t>(1, parse_uint(given).value_or(1));
}

std::string fault(const char* kind, uint64_t k) {
    return std::string("fault ") + kind + " " + std::to_string(k);
}
std::string power_off(uint64_t k) {
    return k % 2 == 0 ? "power off dropped" : "power off torn";
}

// From the first start to the stop.
uint64_t operations_of_a_run() {
    FaultedCrawl crawl({"go", "stop"});
    const std::string complaints = crawl.run();
    REQUIRE_MESSAGE(complaints.empty(), complaints);
    return crawl.rig().faults().operations();
}

// Steps() with the number of an operation; what follows them is a crawl without faults to its end.
template <class MakeSteps>
void for_every_operation(MakeSteps make_steps) {
    const uint64_t operations = operations_of_a_run();
    CHECK_GT(operations, 200);
    uint64_t runs = 0;
    for (uint64_t k = 0; k < operations; k += stride(), ++runs) {
        Steps steps = make_steps(k);
        steps.insert(steps.end(), {"go", "stop"});
        CAPTURE(k);
        FaultedCrawl crawl(steps, k + 1);
        const std::string complaints = crawl.run();
        REQUIRE_MESSAGE(complaints.empty(), complaints);
    }
    MESSAGE("runs: ", runs, ", operations: ", operations);
}

// The archive file that a process was writing when it died, and what is committed of it.
class OpenFile {
  public:
    static std::unique_ptr<OpenFile> of(Rig& rig) {
        auto store = rig.open_store();
        REQUIRE(store.has_value());
        for (const std::string& path : rig.disk().names()) {
            if (!path.ends_with(".warc.gz.open")) continue;
            const std::string name = path.substr(kArchiveDirectory.size() + 1);
            const std::string key = committed_key(name.substr(0, name.size() - kOpenSuffix.size()));
            const auto row = (*store)->get(Family::meta, key).value();
            if (!row) return nullptr;
            return std::unique_ptr<OpenFile>(new OpenFile(
                std::move(*store), path, rig.disk().contents(path), ByteReader(*row).u64()));
        }
        return nullptr;
    }

    bool has_tail() const { return bytes_.size() > committed_; }
    void cut_at_every_byte() {
        for (size_t left = 0; left <= bytes_.size(); ++left) {
            CAPTURE(left);
            FaultDisk disk;
            disk.put(path_, bytes_.substr(0, left));
            const auto keeper = ArchiveKeeper::open(setup_on(disk), *store_);
            REQUIRE_EQ(keeper.has_value(), left >= committed_);
            if (keeper) {
                CHECK(disk.contents(path_) == bytes_.substr(0, committed_));
                continue;
            }
            CHECK_EQ(keeper.error().code, ErrorCode::corrupt);
            CHECK_NE(keeper.error().message.find(path_), std::string::npos);
        }
        MESSAGE("cuts: ", bytes_.size(), ", committed: ", committed_);
    }

  private:
    OpenFile(std::unique_ptr<Store> store, std::string path, std::string bytes, uint64_t committed)
        : store_(std::move(store)),
          path_(std::move(path)),
          bytes_(std::move(bytes)),
          committed_(committed) {}

    ArchiveKeeper::Setup setup_on(Disk& disk) {
        return {.disk = disk,
                .workers = workers_,
                .log = *log_,
                .options = {.directory = std::string(kArchiveDirectory), .names = {.host = "sim"}},
                .make_warcinfo = {}};
    }

    std::unique_ptr<Store> store_;
    std::string path_;
    std::string bytes_;
    uint64_t committed_;
    // Files that are cut are not sealed.
    SimLoop loop_;
    SimExecutor workers_{loop_};
    std::unique_ptr<Log> log_ = std::move(
        *Log::open({.clock = [] { return WallTime{}; }, .capture = [](std::string_view) {}}));
};

// A file has its final name, and the state does not know.
bool has_untold_name(Rig& rig) {
    const auto store = rig.open_store();
    REQUIRE(store.has_value());
    const std::vector<std::string> names = rig.disk().names();
    const auto lengths = committed_lengths(**store);
    REQUIRE(lengths.has_value());
    for (const CommittedLength& open : *lengths)
        for (const std::string& path : names)
            if (path.substr(kArchiveDirectory.size() + 1) == open.file) return true;
    return false;
}

}  // namespace

TEST_CASE("power: it goes at every operation") {
    for_every_operation([](uint64_t k) -> Steps {
        return {fault("power_cut", k), "go", "stop", power_off(k)};
    });
}

TEST_CASE(
    "kill: the process dies at every operation, and at one of the next start the power goes") {
    for_every_operation([](uint64_t k) -> Steps {
        return {fault("power_cut", k),      "go", "stop", "crash",
                fault("power_cut", k % 31), "go", "stop", power_off(k)};
    });
}

TEST_CASE("error: every operation fails once, and then the process is killed or the power goes") {
    for_every_operation([](uint64_t k) -> Steps {
        return {fault("io_error", k), "go", "stop", k % 2 == 0 ? "crash" : "power off dropped"};
    });
}

TEST_CASE("full: the disk is at every operation once") {
    for_every_operation([](uint64_t k) -> Steps {
        return {fault("no_space", k), "go", "stop", "crash"};
    });
}

TEST_CASE("tail: what lies behind the commit of an open file, cut at every byte") {
    // Where the process dies between the append and the batch: the first commit of a page.
    const uint64_t operations = operations_of_a_run();
    for (uint64_t k = operations / 2;; ++k) {
        REQUIRE(k < operations);
        FaultedCrawl crawl({fault("power_cut", k), "go", "crash"});
        crawl.run_steps();
        if (const auto tail = OpenFile::of(crawl.rig()); tail && tail->has_tail()) {
            tail->cut_at_every_byte();
            return;
        }
    }
}

TEST_CASE("restart: the process dies behind a rename that is not synced, and then the power goes") {
    const uint64_t operations = operations_of_a_run();
    for (uint64_t k = 60;; ++k) {
        REQUIRE(k < operations);
        Steps steps{fault("power_cut", k), "go", "crash"};
        FaultedCrawl crawl(steps);
        crawl.run_steps();
        if (!has_untold_name(crawl.rig())) continue;
        steps.push_back("");
        steps.insert(steps.end(), {"go", "stop", "power off dropped", "go", "stop"});
        for (uint64_t second = 0; second < 100; second += stride()) {
            CAPTURE(second);
            steps[3] = fault("power_cut", second);
            FaultedCrawl cut(steps);
            const std::string complaints = cut.run();
            REQUIRE_MESSAGE(complaints.empty(), complaints);
        }
        return;
    }
}
