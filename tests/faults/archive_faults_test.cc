// A run of twenty visits, with files that are ended now and then, on a disk of which the k-th
// operation fails: for every k, and every way of failing, nothing that was committed is lost and
// nothing that was not is left (contract D2 and D3, for the files).
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "archive/recovery.h"
#include "support/archive_pages.h"
#include "support/fault_disk.h"

using namespace crawld;
using namespace crawld::test;

namespace {

constexpr int kVisits = 20;
constexpr int kVisitsOfGroup = 2;

// What the database would hold: it changes with a batch, or not at all.
struct Database {
    std::map<std::string, uint64_t> lengths;  // of files that are open
    std::map<std::string, uint64_t> sealed;
    struct Place {
        std::string file;
        RecordPlace place;
    };
    std::map<int, std::vector<Place>> visits;

    std::vector<CommittedLength> committed() const {
        std::vector<CommittedLength> all;
        for (const auto& [file, bytes] : lengths)
            all.push_back({file, bytes});
        return all;
    }
};

// The process: started, it archives what the database does not have yet.
class Process {
  public:
    Process(Disk& disk, Database& database, RecordCoding coding)
        : disk_(disk), database_(database), coding_(coding), compressor_(coding) {
        options_.directory = "/d";
        options_.names.coding = coding;
        options_.file_max = ByteSize{4000};
    }

    // True: all is archived, and sealed. An error is what ends a process.
    Status run() {
        auto recovery = recover(disk_, options_, database_.committed());
        if (!recovery) return tl::unexpected(recovery.error().error);
        forget_sealed(*recovery);
        for (FullFile& file : recovery->to_seal)
            if (auto sealed = seal(file); !sealed) return sealed;
        auto opened = ArchiveWriter::open(disk_, options_, warcinfo_maker(coding_));
        if (!opened) return tl::unexpected(opened.error());
        writer_ = std::move(*opened);
        for (int first = 0; first < kVisits; first += kVisitsOfGroup)
            if (!database_.visits.contains(first))
                if (auto archived = archive(first); !archived) return archived;
        return finish();
    }

  private:
    // Calls what may find the disk full until it does not.
    template <class Call>
    static auto insist(Call call) -> decltype(call()) {
        for (int tries = 0;; ++tries) {
            auto result = call();
            if (result || result.error().cause != DiskCause::no_space || tries == 3) return result;
        }
    }

    Status seal(FullFile& file) {
        const auto sealed = insist([&] { return seal_file(disk_, "/d", file); });
        if (!sealed) return tl::unexpected(sealed.error().error);
        database_.sealed.insert(database_.lengths.extract(sealed->name));
        return {};
    }
    // Those that are sealed already, and whose names are on the disk now.
    void forget_sealed(const Recovery& recovery) {
        for (const CommittedLength& file : database_.committed())
            if (std::none_of(recovery.to_seal.begin(), recovery.to_seal.end(),
                             [&](const FullFile& open) { return open.name == file.file; }))
                database_.sealed.insert(database_.lengths.extract(file.file));
    }

    Status archive(int first) {
        std::vector<ReadyRecord> group;
        for (int i = 0; i < kVisitsOfGroup; ++i)
            for (ReadyRecord& record : visit_of(first + i, compressor_))
                group.push_back(std::move(record));
        const WallTime now = kArchiveBegin + seconds(first);
        const auto appended = insist([&] { return writer_->append(group, now); });
        if (!appended) return tl::unexpected(appended.error().error);
        const auto length = writer_->sync();
        if (!length) return tl::unexpected(length.error().error);
        database_.lengths[(*length)->file] = (*length)->bytes;
        for (size_t i = 0; i < appended->places.size(); ++i)
            database_.visits[first + static_cast<int>(i / 3)].push_back(
                {appended->file, appended->places[i]});
        writer_->committed();
        return seal_full();
    }

    Status seal_full() {
        for (FullFile& file : writer_->take_full())
            if (auto sealed = seal(file); !sealed) return sealed;
        return {};
    }

    Status finish() {
        const DiskStatus finished = insist([&] { return writer_->finish(); });
        if (!finished) return tl::unexpected(finished.error().error);
        return seal_full();
    }

    Disk& disk_;
    Database& database_;
    RecordCoding coding_;
    RecordCompressor compressor_;
    ArchiveWriterOptions options_;
    std::unique_ptr<ArchiveWriter> writer_;
};

struct Found {
    std::string file;
    uint64_t offset;
    std::string uri;
    std::string type;
    auto operator<=>(const Found&) const = default;
};

size_t check_index(FaultDisk& disk, const std::string& name, uint64_t bytes) {
    auto lines = lines_of_file(disk, "/d/" + name, name, bytes);
    REQUIRE(lines.has_value());
    std::sort(lines->begin(), lines->end());
    std::string text;
    for (const std::string& line : *lines)
        text += line;
    CHECK(disk.contents("/d/" + index_name(name)) == text);
    return lines->size();
}

// Reads every file, which all are sealed, and compares with what the database says.
void check_archive(FaultDisk& disk, const Database& database) {
    std::set<std::string> files;
    std::vector<Found> records;
    size_t indexes = 0, lines = 0;
    for (const std::string& path : disk.names()) {
        CAPTURE(path);
        REQUIRE_FALSE(path.ends_with(kOpenSuffix));
        if (path.ends_with(kIndexSuffix)) {
            ++indexes;
            continue;
        }
        const std::string name = path.substr(3);
        files.insert(name);
        const auto length = database.sealed.find(name);
        REQUIRE(length != database.sealed.end());
        lines += check_index(disk, name, length->second);
        CHECK_EQ(disk.contents(path).size(), length->second);
        const auto reader = WarcReader::open(disk, path);
        REQUIRE(reader.has_value());
        for (;;) {
            const auto record = (*reader)->next();
            REQUIRE_MESSAGE(record.has_value(), record.error().message);
            if (!*record) break;
            CHECK((*record)->problems.empty());
            if ((*record)->type() != "warcinfo")
                records.push_back({name, (*record)->offset, std::string((*record)->target_uri()),
                                   std::string((*record)->type())});
        }
    }
    std::vector<Found> expected;
    for (const auto& [number, places] : database.visits) {
        REQUIRE_EQ(places.size(), 3);
        const char* types[] = {"request", "response", "metadata"};
        for (size_t i = 0; i < 3; ++i)
            expected.push_back(
                {places[i].file, places[i].place.offset, exchange_of(number).url, types[i]});
    }
    std::sort(expected.begin(), expected.end());
    std::sort(records.begin(), records.end());
    CHECK_EQ(database.visits.size(), kVisits);
    CHECK(records == expected);
    CHECK_EQ(lines, kVisits);
    CHECK(database.lengths.empty());
    CHECK_EQ(files.size(), database.sealed.size());
    CHECK_EQ(indexes, files.size());
}

void restart(FaultDisk& disk, Database& database, RecordCoding coding) {
    const Status run = Process(disk, database, coding).run();
    REQUIRE_MESSAGE(run.has_value(), run.error().message);
    check_archive(disk, database);
}

uint64_t operations_of_a_run(RecordCoding coding) {
    FaultDisk disk;
    Database database;
    REQUIRE(Process(disk, database, coding).run());
    check_archive(disk, database);
    CHECK_GE(database.sealed.size(), 3);
    return disk.operations();
}

}  // namespace

TEST_CASE("the power goes at every operation, and again at every one of the next start") {
    uint64_t cuts = 0;
    for (const RecordCoding coding : {RecordCoding::gzip, RecordCoding::zstd, RecordCoding::none}) {
        const uint64_t operations = operations_of_a_run(coding);
        for (const Unsynced unsynced : {Unsynced::dropped, Unsynced::torn, Unsynced::kept})
            for (uint64_t k = 0; k < operations; ++k) {
                CAPTURE(k);
                CAPTURE(static_cast<int>(unsynced));
                Prng prng(k);
                FaultDisk disk;
                Database database;
                disk.fail_at(k, Fault::power_cut);
                CHECK_FALSE(Process(disk, database, coding).run().has_value());
                disk.lose_power(unsynced, prng);
                // The start after it is cut short too, by a number of operations that differs.
                disk.fail_at(k % 11, Fault::power_cut);
                const bool done = Process(disk, database, coding).run().has_value();
                if (!done) disk.lose_power(unsynced, prng);
                cuts += done ? 1 : 2;
                disk.stop_failing();
                restart(disk, database, coding);
            }
    }
    MESSAGE("power cuts: ", cuts);
}

TEST_CASE("a start that is cut short at any operation changes nothing for the next") {
    const uint64_t operations = operations_of_a_run(RecordCoding::gzip);
    for (uint64_t k = 5; k < operations; k += 7)
        for (uint64_t j = 0; j < 12; ++j) {
            CAPTURE(k);
            CAPTURE(j);
            Prng prng(k * 100 + j);
            FaultDisk disk;
            Database database;
            disk.fail_at(k, Fault::power_cut);
            CHECK_FALSE(Process(disk, database, RecordCoding::gzip).run().has_value());
            disk.lose_power(Unsynced::torn, prng);
            const Database before = database;
            disk.fail_at(j, Fault::power_cut);
            (void)Process(disk, database, RecordCoding::gzip).run();
            disk.lose_power(Unsynced::torn, prng);
            CHECK_GE(database.visits.size(), before.visits.size());
            restart(disk, database, RecordCoding::gzip);
        }
}

TEST_CASE(
    "every operation fails once: the process ends, and the next start has all that was committed") {
    const uint64_t operations = operations_of_a_run(RecordCoding::gzip);
    for (const bool power_goes_too : {false, true})
        for (uint64_t k = 0; k < operations; ++k) {
            CAPTURE(k);
            Prng prng(k);
            FaultDisk disk;
            Database database;
            disk.fail_at(k, Fault::io_error);
            const Status run = Process(disk, database, RecordCoding::gzip).run();
            CHECK(disk.fired());
            if (!run) CHECK_EQ(run.error().code, ErrorCode::io);
            if (power_goes_too) disk.lose_power(Unsynced::dropped, prng);
            restart(disk, database, RecordCoding::gzip);
        }
}

TEST_CASE("the disk is full at every operation once: but for syncs the run goes on by itself") {
    const uint64_t operations = operations_of_a_run(RecordCoding::gzip);
    uint64_t went_on = 0;
    for (uint64_t k = 0; k < operations; ++k) {
        CAPTURE(k);
        FaultDisk disk;
        Database database;
        disk.fail_at(k, Fault::no_space);
        const bool done = Process(disk, database, RecordCoding::gzip).run().has_value();
        CHECK(disk.fired());
        went_on += done ? 1 : 0;
        if (done) check_archive(disk, database);
        restart(disk, database, RecordCoding::gzip);
    }
    MESSAGE("went on: ", went_on, " of ", operations);
    CHECK_GT(went_on, operations / 2);
}

TEST_CASE("tails cut at every byte: what is short of the commit is named, what is longer is cut") {
    FaultDisk first;
    Database database;
    RecordCompressor compressor(RecordCoding::gzip);
    ArchiveWriterOptions options;
    options.directory = "/d";
    auto writer = ArchiveWriter::open(first, options, warcinfo_maker(RecordCoding::gzip)).value();
    REQUIRE(writer->append(visit_of(0, compressor), kArchiveBegin).has_value());
    const CommittedLength committed = writer->sync()->value();
    writer->committed();
    REQUIRE(writer->append(visit_of(1, compressor), kArchiveBegin).has_value());
    const std::string path = "/d/" + committed.file + ".open";
    const std::string bytes = first.contents(path);
    REQUIRE_GT(bytes.size(), committed.bytes);
    for (size_t cut = 0; cut <= bytes.size(); ++cut) {
        CAPTURE(cut);
        FaultDisk disk;
        disk.put(path, bytes.substr(0, cut));
        auto recovery = recover(disk, options, {&committed, 1});
        CHECK_EQ(recovery.has_value(), cut >= committed.bytes);
        if (!recovery) {
            CHECK_EQ(recovery.error().error.code, ErrorCode::corrupt);
            CHECK_NE(recovery.error().error.message.find(path), std::string::npos);
            continue;
        }
        CHECK(disk.contents(path) == bytes.substr(0, committed.bytes));
        CHECK_EQ(seal_file(disk, "/d", recovery->to_seal.at(0))->lines, 1);
    }
}
