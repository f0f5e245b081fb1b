#include "archive/archive_writer.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/archive_pages.h"
#include "support/fault_disk.h"

using namespace crawld;
using namespace crawld::test;

namespace {

struct Archive {
    explicit Archive(RecordCoding made_coding = RecordCoding::gzip) : coding(made_coding) {
        options.directory = "/d";
        options.names.coding = coding;
        reopen();
    }
    void reopen() {
        auto opened = ArchiveWriter::open(disk, options, warcinfo_maker(coding));
        REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
        writer = std::move(*opened);
    }
    DiskResult<Appended> append(int number) {
        return writer->append(visit_of(number, compressor), kArchiveBegin + minutes(1) * number);
    }
    CommittedLength commit() {
        const auto length = writer->sync();
        REQUIRE(length.has_value());
        REQUIRE(length->has_value());
        writer->committed();
        return **length;
    }
    std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const std::string& path : disk.names())
            names.push_back(path.substr(3));
        return names;
    }
    SealedFile seal(FullFile file) {
        const auto sealed = seal_file(disk, "/d", file);
        REQUIRE_MESSAGE(sealed.has_value(), sealed.error().error.message);
        return *sealed;
    }

    RecordCoding coding;
    RecordCompressor compressor{coding};
    FaultDisk disk;
    ArchiveWriterOptions options;
    std::unique_ptr<ArchiveWriter> writer;
};

class NoDescriptors : public FaultDisk {
  public:
    DiskStatus sync_directory(const std::string& directory) override {
        if (failures_left-- > 0)
            return tl::unexpected(
                DiskError{.cause = DiskCause::other,
                          .error = {ErrorCode::os_limit, "no descriptor is left"}});
        return FaultDisk::sync_directory(directory);
    }
    int failures_left = 1;
};

constexpr const char* kFirst = "crawld-20260202024000-00000-localhost.warc.gz";
constexpr const char* kFirstOpen = "crawld-20260202024000-00000-localhost.warc.gz.open";

}  // namespace

TEST_CASE_FIXTURE(Archive, "nothing is made before there is something to write") {
    CHECK_EQ(writer->sync().value(), std::nullopt);
    CHECK(writer->finish());
    CHECK_EQ(names(), std::vector<std::string>{});
}

TEST_CASE("where no descriptor is left for the directory, its sync may be tried again") {
    NoDescriptors disk;
    RecordCompressor compressor(RecordCoding::gzip);
    auto writer =
        ArchiveWriter::open(disk, {.directory = "/d", .names = {.coding = RecordCoding::gzip}},
                            warcinfo_maker(RecordCoding::gzip));
    REQUIRE(writer.has_value());
    const auto records = visit_of(1, compressor);
    REQUIRE((*writer)->append(records, kArchiveBegin).has_value());
    const auto refused = (*writer)->sync();
    REQUIRE_FALSE(refused.has_value());
    CHECK(passes(refused.error()));
    CHECK_FALSE((*writer)->has_failed());
    (*writer)->roll_back();
    REQUIRE((*writer)->append(records, kArchiveBegin).has_value());
    CHECK((*writer)->sync().has_value());
}

TEST_CASE("records lie where append says, behind a warcinfo, in every coding") {
    for (const RecordCoding coding : {RecordCoding::none, RecordCoding::gzip, RecordCoding::zstd}) {
        Archive archive(coding);
        std::vector<RecordPlace> places;
        std::string name;
        for (int i = 0; i < 5; ++i) {
            const auto appended = archive.append(i);
            REQUIRE(appended.has_value());
            name = appended->file;
            CHECK_EQ(appended->places.size(), 3);
            places.insert(places.end(), appended->places.begin(), appended->places.end());
        }
        const CommittedLength length = archive.commit();
        CHECK_EQ(length.file, name);
        CHECK_EQ(length.bytes, archive.writer->bytes());
        auto reader = WarcReader::open(archive.disk, "/d/" + name + ".open", length.bytes);
        REQUIRE(reader.has_value());
        const auto info = (*reader)->next();
        CHECK_EQ((*info)->type(), "warcinfo");
        CHECK_EQ((*info)->fields.find("WARC-Filename"), name);
        for (const RecordPlace& place : places) {
            const auto record = (*reader)->next();
            REQUIRE(record.has_value());
            REQUIRE(record->has_value());
            CHECK_EQ((*record)->offset, place.offset);
            CHECK_EQ((*record)->length, place.length - (coding == RecordCoding::none ? 4 : 0));
            CHECK((*record)->problems.empty());
        }
        CHECK_FALSE((*reader)->next().value().has_value());
    }
}

TEST_CASE_FIXTURE(Archive,
                  "a file that is finished is sealed with its index, and the next is another") {
    for (int i = 0; i < 3; ++i)
        REQUIRE(append(i).has_value());
    const CommittedLength length = commit();
    CHECK_EQ(names(), std::vector<std::string>{kFirstOpen});
    CHECK(writer->finish());
    auto full = writer->take_full();
    REQUIRE_EQ(full.size(), 1);
    CHECK_EQ(writer->take_full().size(), 0);
    const std::string open_bytes = disk.contents("/d/" + std::string(kFirstOpen));
    const SealedFile sealed = seal(full[0]);
    CHECK_EQ(sealed.bytes, length.bytes);
    CHECK_EQ(sealed.lines, 3);
    CHECK_EQ(names(),
             std::vector<std::string>{"crawld-20260202024000-00000-localhost.cdxj", kFirst});
    CHECK(disk.contents("/d/" + std::string(kFirst)) == open_bytes);
    reopen();
    CHECK_EQ(append(4)->file, "crawld-20260202024400-00001-localhost.warc.gz");
}

TEST_CASE("an index is the same, sorted, whether its lines were kept or read from the file") {
    for (const RecordCoding coding : {RecordCoding::none, RecordCoding::gzip, RecordCoding::zstd}) {
        Archive archive(coding);
        for (const int i : {12, 3, 7, 1, 100})
            REQUIRE(archive.append(i).has_value());
        const CommittedLength length = archive.commit();
        auto read =
            lines_of_file(archive.disk, "/d/" + length.file + ".open", length.file, length.bytes);
        REQUIRE(read.has_value());
        CHECK_EQ(read->size(), 5);
        CHECK(archive.writer->finish());
        archive.seal(archive.writer->take_full().at(0));
        std::sort(read->begin(), read->end());
        std::string text;
        for (const std::string& line : *read)
            text += line;
        CHECK_EQ(archive.disk.contents("/d/" + index_name(length.file)), text);
        CHECK(text.starts_with("org,example)/page/100?n=1 20260202024230 {\"url\":"));
    }
}

TEST_CASE_FIXTURE(Archive,
                  "a file is ended by its size, when all of it is committed and not before") {
    options.file_max = ByteSize{1};
    reopen();
    const std::string first = append(0)->file;
    CHECK_EQ(append(1)->file, first);
    REQUIRE(writer->sync().has_value());
    CHECK_EQ(append(2)->file, first);
    writer->committed();
    CHECK_EQ(append(3)->file, first);
    commit();
    CHECK_NE(append(4)->file, first);
    CHECK_EQ(writer->take_full().size(), 1);
}

TEST_CASE_FIXTURE(Archive, "a file is ended by its age, without anything to write too") {
    options.file_age_max = minutes(10);
    reopen();
    const std::string first = append(0)->file;
    commit();
    CHECK_EQ(append(9)->file, first);
    commit();
    writer->end_if_full(kArchiveBegin + minutes(9));
    CHECK_EQ(writer->file(), first);
    writer->end_if_full(kArchiveBegin + minutes(10));
    CHECK_EQ(writer->file(), "");
    CHECK_EQ(writer->take_full().size(), 1);
}

TEST_CASE_FIXTURE(Archive, "a file is ended by the lines of its index, which are in memory") {
    options.index_bytes_max = 400;
    reopen();
    const std::string first = append(0)->file;
    commit();
    CHECK_EQ(append(1)->file, first);
    commit();
    CHECK_NE(append(2)->file, first);
}

TEST_CASE_FIXTURE(Archive, "the counter goes on behind what is there, open or sealed") {
    disk.put("/d/crawld-20200101000000-00007-localhost.warc.gz", "x");
    disk.put("/d/crawld-20200101000000-00009-localhost.warc.gz.open", "x");
    disk.put("/d/other-20200101000000-00011-localhost.warc.gz", "x");
    reopen();
    CHECK_EQ(append(0)->file, "crawld-20260202024000-00010-localhost.warc.gz");
}

TEST_CASE_FIXTURE(Archive, "a full disk is a typed error, and over when there is room") {
    REQUIRE(append(0).has_value());
    const CommittedLength before = commit();
    for (int i = 0; i < 3; ++i) {
        disk.fail_at(0, Fault::no_space);
        const auto refused = append(1);
        REQUIRE_FALSE(refused.has_value());
        CHECK_EQ(refused.error().cause, DiskCause::no_space);
        CHECK_EQ(disk.contents("/d/" + before.file + ".open").size(), before.bytes);
    }
    const auto appended = append(1);
    REQUIRE(appended.has_value());
    CHECK_EQ(appended->places[0].offset, before.bytes);
    commit();
    CHECK(writer->finish());
    FullFile file = writer->take_full().at(0);
    CHECK_EQ(file.lines->size(), 2);
    file.lines.reset();  // read it whole
    CHECK_EQ(seal(file).lines, 2);
}

TEST_CASE_FIXTURE(Archive, "a new file that the disk has no room for is made when there is") {
    for (const uint64_t k : {0, 1}) {
        disk.fail_at(k, Fault::no_space);
        CHECK_EQ(append(0).error().cause, DiskCause::no_space);
        CHECK_EQ(names(), std::vector<std::string>{});
        CHECK_EQ(writer->file(), "");
    }
    CHECK(append(0).has_value());
}

TEST_CASE_FIXTURE(Archive, "a sync that failed is final") {
    REQUIRE(append(0).has_value());
    for (const uint64_t k : {0, 1}) {  // the file's, and the directory's
        disk.fail_at(k, Fault::io_error);
        const auto failed = writer->sync();
        REQUIRE_FALSE(failed.has_value());
        CHECK_EQ(failed.error().error.code, ErrorCode::io);
        CHECK_FALSE(writer->sync().has_value());
        CHECK_FALSE(append(1).has_value());
        CHECK_FALSE(writer->finish().has_value());
        CHECK_EQ(writer->take_full().size(), 0);
        reopen();
        REQUIRE(append(0).has_value());
    }
}

TEST_CASE_FIXTURE(Archive,
                  "a sync for want of space is final too: nobody knows what is on the disk") {
    REQUIRE(append(0).has_value());
    disk.fail_at(0, Fault::no_space);
    CHECK_FALSE(writer->sync().has_value());
    CHECK_FALSE(writer->sync().has_value());
}

TEST_CASE_FIXTURE(Archive, "a write that failed for another reason is final") {
    REQUIRE(append(0).has_value());
    commit();
    disk.fail_at(0, Fault::io_error);
    CHECK_FALSE(append(1).has_value());
    CHECK_FALSE(append(1).has_value());
    CHECK_FALSE(writer->sync().has_value());
}

TEST_CASE_FIXTURE(Archive, "a stop cuts what was not committed, and leaves no empty file") {
    SUBCASE("nothing was committed") {
        REQUIRE(append(0).has_value());
        CHECK(writer->finish());
        CHECK_EQ(names(), std::vector<std::string>{});
    }
    SUBCASE("something was") {
        REQUIRE(append(0).has_value());
        const CommittedLength length = commit();
        REQUIRE(append(1).has_value());
        CHECK(writer->finish());
        const SealedFile sealed = seal(writer->take_full().at(0));
        CHECK_EQ(sealed.bytes, length.bytes);
        CHECK_EQ(sealed.lines, 1);
        CHECK_EQ(disk.contents("/d/" + length.file).size(), length.bytes);
    }
}

TEST_CASE_FIXTURE(Archive,
                  "sealing is tried again after a full disk, and never over another file") {
    REQUIRE(append(0).has_value());
    commit();
    CHECK(writer->finish());
    FullFile file = writer->take_full().at(0);
    for (const uint64_t k : {1, 2, 3, 4}) {  // what of it needs room
        disk.fail_at(k, Fault::no_space);
        const auto refused = seal_file(disk, "/d", file);
        REQUIRE_FALSE(refused.has_value());
        CHECK_EQ(refused.error().cause, DiskCause::no_space);
    }
    CHECK_EQ(seal(file).lines, 1);
    CHECK_EQ(seal_file(disk, "/d", file).error().cause, DiskCause::exists);
}

TEST_CASE_FIXTURE(Archive, "a file that is damaged is named, and not sealed") {
    REQUIRE(append(0).has_value());
    const CommittedLength length = commit();
    const std::string path = "/d/" + length.file + ".open";
    std::string bytes = disk.contents(path);
    bytes[bytes.size() / 2] ^= 1;
    disk.put(path, bytes);
    FullFile file{length.file, length.bytes, std::nullopt};
    const auto refused = seal_file(disk, "/d", file);
    REQUIRE_FALSE(refused.has_value());
    CHECK_EQ(refused.error().error.code, ErrorCode::corrupt);
    CHECK_NE(refused.error().error.message.find(path), std::string::npos);
    CHECK_EQ(names(), std::vector<std::string>{length.file + ".open"});
    file.bytes = bytes.size() + 1;
    CHECK_EQ(seal_file(disk, "/d", file).error().error.code, ErrorCode::corrupt);
}
