#include "crawl/archive_sealer.h"

#include <doctest/doctest.h>

#include "base/prng.h"
#include "support/archive_pages.h"
#include "support/fault_disk.h"
#include "support/sim_loop.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr std::string_view kName = "a.warc";

// Full files in "/d", and workers that have a job every second.
struct SealerFixture {
    SealerFixture() {
        log = std::move(
            *Log::open({.clock = [] { return WallTime{}; },
                        .capture = [this](std::string_view line) { said.emplace_back(line); }}));
        sealer = std::make_unique<ArchiveSealer>(disk, *log, workers, "/d");
    }
    // As a crash leaves it: its lines are not in memory.
    FullFile left_file(int records, size_t record_bytes) {
        std::string bytes;
        Prng prng(1);
        std::string body(record_bytes, 'x');
        for (int i = 0; i < records; ++i) {
            const Exchange exchange = exchange_of(i);
            bytes += response_record(exchange,
                                     {.id = id_of(i, 2),
                                      .head = "HTTP/1.1 200 OK\r\n\r\n",
                                      .body = body,
                                      .concurrent_to = {}},
                                     Truncation::none)
                         .bytes();
        }
        disk.put("/d/" + std::string(kName) + ".open", bytes);
        return {std::string(kName), bytes.size(), std::nullopt};
    }
    std::vector<FullFile> one(FullFile file) {
        std::vector<FullFile> files;
        files.push_back(std::move(file));
        return files;
    }
    size_t count(std::string_view text) const {
        size_t n = 0;
        for (const std::string& line : said)
            n += line.find(text) != std::string::npos;
        return n;
    }
    bool is_sealed() const { return !disk.contents("/d/" + std::string(kName)).empty(); }

    FaultDisk disk;
    SimLoop loop;
    SimExecutor workers{loop, seconds(1), 4};
    WallTime now = kArchiveBegin;
    std::vector<std::string> said;
    std::unique_ptr<Log> log;
    std::unique_ptr<ArchiveSealer> sealer;
};

}  // namespace

TEST_CASE("ArchiveSealer: a large file that was left is read in pieces, between other jobs") {
    SealerFixture f;
    f.sealer->add(f.one(f.left_file(30, 100'000)));
    int others = 0;
    for (int i = 0; i < 10 && !f.is_sealed(); ++i) {
        REQUIRE(f.workers.try_submit([&] { ++others; }));
        f.loop.run_for(seconds(2));
    }
    CHECK(f.is_sealed());
    CHECK(others >= 2);
    CHECK(f.sealer->take_sealed().size() == 1);
    CHECK(f.count("\"lines\":30") == 1);
}

TEST_CASE("ArchiveSealer: a stop does not wait for a file that must be read") {
    SealerFixture f;
    f.sealer->add(f.one(f.left_file(30, 100'000)));
    f.loop.run_for(milliseconds(1'500));  // some of it is read
    f.sealer->finish({});
    CHECK_FALSE(f.is_sealed());
    CHECK(f.said.empty());
}

TEST_CASE("ArchiveSealer: what found no room is told once and tried again") {
    SealerFixture f;
    FullFile file = f.left_file(3, 1'000);
    f.disk.fail_at(1, Fault::no_space);  // the index
    f.sealer->add(f.one(std::move(file)));
    f.loop.run_for(seconds(10));
    CHECK(f.count("archive.failed") == 1);
    CHECK_FALSE(f.is_sealed());
    f.disk.fail_at(1, Fault::no_space);
    f.sealer->tick(f.now);
    f.loop.run_for(seconds(10));
    CHECK_FALSE(f.is_sealed());
    f.sealer->tick(f.now + ArchiveSealer::kRetryGap / 2);  // too soon
    f.loop.run_for(seconds(10));
    CHECK_FALSE(f.is_sealed());
    f.sealer->tick(f.now + ArchiveSealer::kRetryGap);
    f.loop.run_for(seconds(10));
    CHECK(f.is_sealed());
    CHECK(f.count("archive.failed") == 1);
    CHECK(f.count("archive.sealed") == 1);
}

TEST_CASE("ArchiveSealer: what found no room is tried once more at a stop") {
    SealerFixture f;
    FullFile file = f.left_file(3, 1'000);
    f.disk.fail_at(1, Fault::no_space);
    f.sealer->add(f.one(std::move(file)));
    f.loop.run_for(seconds(10));
    CHECK_FALSE(f.is_sealed());
    f.sealer->finish({});
    CHECK(f.is_sealed());
}

TEST_CASE("ArchiveSealer: a damaged file is told, and left to the next start") {
    SealerFixture f;
    FullFile file = f.left_file(3, 1'000);
    std::string bytes = f.disk.contents("/d/a.warc.open");
    bytes[bytes.size() / 2] ^= 1;
    f.disk.put("/d/a.warc.open", bytes);
    f.sealer->add(f.one(std::move(file)));
    f.loop.run_for(seconds(10));
    f.sealer->tick(f.now);
    f.loop.run_for(seconds(10));
    f.sealer->finish({});
    CHECK(f.count("archive.failed") == 1);
    CHECK_FALSE(f.is_sealed());
}
