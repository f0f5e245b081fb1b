#include "archive/recovery.h"

#include <doctest/doctest.h>

#include "support/archive_pages.h"
#include "support/fault_disk.h"

using namespace crawld;
using namespace crawld::test;

namespace {

const std::string kName = "crawld-20260202024000-00000-localhost.warc.gz";
const std::string kPath = "/d/" + kName;

struct Directory {
    Directory() { options.directory = "/d"; }
    Recovery recovered(std::vector<CommittedLength> committed) {
        const auto recovery = recover(disk, options, committed);
        REQUIRE_MESSAGE(recovery.has_value(), recovery.error().error.message);
        return *recovery;
    }
    std::string refused(std::vector<CommittedLength> committed) {
        const auto names_before = disk.names();
        const auto recovery = recover(disk, options, committed);
        REQUIRE_FALSE(recovery.has_value());
        CHECK_EQ(recovery.error().error.code, ErrorCode::corrupt);
        CHECK_EQ(disk.names(), names_before);
        return recovery.error().error.message;
    }
    FaultDisk disk;
    ArchiveWriterOptions options;
};

}  // namespace

TEST_CASE_FIXTURE(Directory, "nothing there, nothing committed, nothing done") {
    const Recovery recovery = recovered({});
    CHECK(recovery.cut.empty());
    CHECK(recovery.removed.empty());
    CHECK(recovery.to_seal.empty());
}

TEST_CASE_FIXTURE(Directory,
                  "an open file is cut to what was committed, again and again the same") {
    disk.put(kPath + ".open", "0123456789");
    for (int i = 0; i < 2; ++i) {
        const Recovery recovery = recovered({{kName, 4}});
        REQUIRE_EQ(recovery.cut.size(), i == 0 ? 1 : 0);
        if (i == 0) {
            CHECK_EQ(recovery.cut[0].name, kName);
            CHECK_EQ(recovery.cut[0].bytes_before, 10);
            CHECK_EQ(recovery.cut[0].bytes, 4);
        }
        REQUIRE_EQ(recovery.to_seal.size(), 1);
        CHECK_EQ(recovery.to_seal[0].name, kName);
        CHECK_EQ(recovery.to_seal[0].bytes, 4);
        CHECK_FALSE(recovery.to_seal[0].lines.has_value());
        CHECK_EQ(disk.contents(kPath + ".open"), "0123");
    }
}

TEST_CASE_FIXTURE(Directory, "a sealed file is looked at, never touched") {
    disk.put(kPath, "0123456789");
    const uint64_t before = disk.operations();
    CHECK_EQ(recovered({{kName, 10}}).sealed_checked, 1);
    CHECK_EQ(disk.operations(), before + 1);  // the directory's sync
    CHECK_EQ(disk.contents(kPath), "0123456789");
}

TEST_CASE_FIXTURE(Directory, "open files of which nothing was committed go, others stay") {
    const std::string index = "crawld-20260202024000-00003-localhost.cdxj.open";
    disk.put("/d/crawld-20260202024000-00002-localhost.warc.gz.open", "x");
    disk.put("/d/" + index, "x");
    disk.put("/d/another-00002.warc.gz.open", "x");
    disk.put("/d/notes.open", "x");
    disk.put(kPath, "x");
    const Recovery recovery = recovered({});
    CHECK_EQ(recovery.removed,
             std::vector<std::string>{"crawld-20260202024000-00002-localhost.warc.gz.open", index});
    CHECK_EQ(recovery.left_alone,
             std::vector<std::string>{"another-00002.warc.gz.open", "notes.open"});
    CHECK_EQ(disk.names(),
             std::vector<std::string>{"/d/another-00002.warc.gz.open", kPath, "/d/notes.open"});
}

TEST_CASE_FIXTURE(Directory, "a committed file of other names is still known") {
    disk.put("/d/old.warc.gz.open", "0123");
    CHECK_EQ(recovered({{"old.warc.gz", 2}}).cut.size(), 1);
    CHECK_EQ(disk.contents("/d/old.warc.gz.open"), "01");
}

TEST_CASE_FIXTURE(Directory, "what was committed and is not there is damage that names the file") {
    const std::string missing = refused({{kName, 4}});
    CHECK_NE(missing.find(kPath + ".open is missing"), std::string::npos);
    CHECK_NE(missing.find("put it back"), std::string::npos);
    CHECK_NE(missing.find("crawld repair"), std::string::npos);
    disk.put(kPath + ".open", "012");
    CHECK_NE(refused({{kName, 4}}).find(kPath + ".open has 3 bytes, and 4 were committed"),
             std::string::npos);
    disk.put(kPath, "0123");
    CHECK_NE(refused({{kName, 3}}).find("twice"), std::string::npos);
}

TEST_CASE_FIXTURE(Directory, "a sealed file of another length is damage") {
    disk.put(kPath, "0123");
    CHECK_NE(refused({{kName, 3}}).find(kPath), std::string::npos);
    CHECK_NE(refused({{kName, 5}}).find(kPath), std::string::npos);
}

TEST_CASE_FIXTURE(Directory, "damage of one file leaves all others as they are") {
    disk.put(kPath + ".open", "0123456789");
    disk.put("/d/crawld-20260202024000-00002-localhost.warc.gz.open", "x");
    refused({{kName, 4}, {"gone.warc.gz", 1}});
    CHECK_EQ(disk.contents(kPath + ".open"), "0123456789");
}
