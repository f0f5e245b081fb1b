#include "audit/verify.h"

#include <doctest/doctest.h>

#include "support/state_v1.h"
#include "unit/audit/verify_fixture.h"

using namespace crawld;
using namespace crawld::test;

TEST_CASE_FIXTURE(VerifyFixture, "a state and an archive that are whole have no fault") {
    archive({1, 2, 3});
    archive({4, 5});
    CHECK(faults().empty());
    CHECK_EQ(last.archive.files, 2);
    CHECK_EQ(last.archive.pages, 5);
    CHECK_EQ(last.files.strangers, 0);
}

TEST_CASE_FIXTURE(VerifyFixture, "a payload that the archive lacks is told, where none is moved") {
    archive({1, 2, 3});
    const auto refer = [&](int page, Duration later) {
        Batch batch;
        batch.put(
            Family::payload, digest_of(DigestAlgorithm::sha1, body_of(page)).bytes,
            encode(Original{
                .id = {}, .url = exchange_of(page).url, .date = exchange_of(page).date + later}));
        REQUIRE(store->write(batch).has_value());
    };
    refer(1, {});
    refer(2, {});
    SUBCASE("all are there") {
        CHECK(faults().empty());
    }
    SUBCASE("one is not") {
        refer(3, std::chrono::microseconds(1));
        expect_one({"the state database", exchange_of(3).url, "not in the archive"});
    }
    SUBCASE("one is not, but files were moved away") {
        refer(3, std::chrono::microseconds(1));
        CHECK(faults(true).empty());
    }
    SUBCASE("a row cannot be read") {
        Batch batch;
        batch.put(Family::payload, "key", "nonsense");
        REQUIRE(store->write(batch).has_value());
        expect_one({"the state database", "payload cannot be read"});
    }
}

TEST_CASE_FIXTURE(VerifyFixture, "a visit that is archived twice is told with both places") {
    archive({1, 2});
    const ArchivedUrl first = row(2);
    archive({3, 2});
    const std::string second = std::to_string(row(2).place.offset);
    put(2, first);
    // The request and the metadata record have their names twice too.
    const auto told = faults();
    REQUIRE_EQ(told.size(), 3);
    std::string page;
    for (const std::string& line : told)
        if (line.find("one visit is archived twice") != line.npos) page = line;
    CHECK_NE(page.find(last_file + " " + second + " " + exchange_of(2).url), page.npos);
    CHECK_NE(page.find(first.file + " at byte " + std::to_string(first.place.offset)), page.npos);
}

TEST_CASE_FIXTURE(VerifyFixture, "a page that the state does not know is told") {
    archive({1, 2});
    const std::string at = std::to_string(row(2).place.offset);
    Batch batch;
    batch.erase(Family::archive, key_of(2));
    REQUIRE(store->write(batch).has_value());
    expect_one({last_file + " " + at, exchange_of(2).url, "does not know this page"});
}

TEST_CASE_FIXTURE(VerifyFixture, "a place where no record begins is told") {
    archive({1, 2});
    ArchivedUrl changed = row(2);
    ++changed.place.offset;
    put(2, changed);
    expect_one({last_file + " " + std::to_string(changed.place.offset), "no record begins"});
}

TEST_CASE_FIXTURE(VerifyFixture, "a place that has another URL, payload or length is told") {
    archive({1, 2});
    SUBCASE("URL") {
        put(2, row(1));
        expect_one({exchange_of(1).url, "another URL"});
    }
    SUBCASE("payload") {
        ArchivedUrl changed = row(2);
        changed.copy.payload[0] = static_cast<char>(changed.copy.payload[0] ^ 1);
        put(2, changed);
        expect_one({exchange_of(2).url, "payload"});
    }
    SUBCASE("length") {
        ArchivedUrl changed = row(2);
        ++changed.place.length;
        put(2, changed);
        expect_one({exchange_of(2).url, "bytes"});
    }
}

TEST_CASE_FIXTURE(VerifyFixture, "behind a record that cannot be read the others are") {
    archive({1, 2, 3, 4});
    const RecordPlace bad = row(2).place;
    flip(path(last_file), bad.offset + bad.length / 2);
    expect_one({last_file + " " + std::to_string(bad.offset), exchange_of(2).url});
}

TEST_CASE_FIXTURE(VerifyFixture, "a file that is missing is told once, unless it was moved away") {
    archive({1, 2});
    archive({3});
    fs::remove(path(last_file));
    SUBCASE("missing") {
        fs::remove(path(index_name(last_file)));
        expect_one({last_file, "is missing, with the last visits of 1 URLs"});
    }
    SUBCASE("moved") {
        fs::remove(path(index_name(last_file)));
        CHECK(faults(true).empty());
        CHECK_EQ(last.files.moved, 1);
    }
}

TEST_CASE_FIXTURE(VerifyFixture,
                  "an index may have other MIME types, as an earlier build read them") {
    archive({1, 2});
    const std::string index = path(index_name(last_file));
    std::ifstream in(index);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const std::string mime = "\"mime\":\"text/html\",";
    text.erase(text.find(mime), mime.size());
    text.replace(text.find(mime), mime.size(), "\"mime\":\"a/\\\"b\\\\\",");
    std::ofstream(index) << text;
    CHECK(faults().empty());
}

TEST_CASE_FIXTURE(VerifyFixture, "an index that was changed is told with the record") {
    archive({1, 2});
    const std::string index = path(index_name(last_file));
    std::ifstream in(index);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    SUBCASE("a line says otherwise") {
        text.replace(text.find("\"status\":\"200\""), 14, "\"status\":\"201\"");
        std::ofstream(index) << text;
        expect_one({last_file, "is otherwise in the index"});
    }
    SUBCASE("a line is gone") {
        std::ofstream(index) << text.substr(0, text.find('\n') + 1);
        expect_one({last_file, "is not in the index"});
    }
    SUBCASE("the last line end is gone") {
        std::ofstream(index) << text.substr(0, text.size() - 1);
        expect_one({index_name(last_file), "not whole"});
    }
    SUBCASE("it is missing") {
        fs::remove(index);
        const auto told = faults();
        REQUIRE_EQ(told.size(), 3);
        CHECK_NE(told[0].find("the index is missing"), told[0].npos);
    }
}

TEST_CASE_FIXTURE(VerifyFixture, "a file of another length than was committed is told") {
    archive({1, 2});
    // A whole record less: the index names none of it.
    const RecordPlace place = row(2).place;
    const uint64_t bytes = fs::file_size(path(last_file));
    REQUIRE_GT(bytes, place.offset + place.length);
    fs::resize_file(path(last_file), place.offset + place.length);
    expect_one({last_file, "were committed"});
}

TEST_CASE_FIXTURE(VerifyFixture, "files that the state does not name are checked by themselves") {
    archive({1});
    archive({2});
    Batch batch;
    batch.erase(Family::meta, sealed_key(last_file));
    batch.erase(Family::archive, key_of(2));
    REQUIRE(store->write(batch).has_value());
    CHECK(faults().empty());
    CHECK_EQ(last.files.strangers, 1);
}

TEST_CASE_FIXTURE(VerifyFixture, "a state of version 1 is read as it is, and stays of version 1") {
    store.reset();
    fs::remove_all(dir / "db");
    make_state_v1(dir / "db");
    CHECK(faults().empty());
    CHECK_EQ(last.state.urls, 9);
    const FormatOnDisk format = format_on_disk(dir / "db");
    CHECK_EQ(format.version, 1);
    CHECK_EQ(format.families, kFirstFamilies);
}
