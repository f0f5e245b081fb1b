#include "audit/kept_lists.h"

#include <doctest/doctest.h>

#include "unit/audit/verify_fixture.h"

using namespace crawld;
using namespace crawld::test;

namespace {

struct KeptListsFixture : VerifyFixture {
    KeptListsFixture() {
        archive({1, 2, 3});
        const auto sink = open_list();  // not ended: a crash leaves it open
        add_lines(*sink, {1, 2, 3});
        auto opened = Store::open(dir / "fresh", kSmall);
        REQUIRE(opened.has_value());
        fresh = std::move(*opened);
    }
    // As the fresh state has it.
    uint64_t bytes() {
        const auto open = open_lists(*fresh);
        REQUIRE(open.has_value());
        REQUIRE_EQ(open->size(), 1);
        return open->front().length.bytes;
    }
    std::unique_ptr<Store> fresh;
    KeptLists lists{{.disk = disk, .directory = dir / "pages", .lost = false}};
};

}  // namespace

TEST_CASE_FIXTURE(KeptListsFixture, "lines with another end count as they are in the file") {
    std::string text = text_of_list();
    const size_t second = text.find('\n') + 1, third = text.find('\n', second) + 1;
    text.insert(third - 1, "\r");
    text.insert(0, "\xEF\xBB\xBF");
    write_list(text);
    REQUIRE(lists.carry(*fresh, nullptr, false).has_value());
    CHECK_EQ(bytes(), text.size());
    // Nor does leaving one out lose others.
    REQUIRE(lists.takes({.file = list_path(), .offset = {}, .url = {}, .what = {}, .line = 1}));
    REQUIRE(lists.mend(*fresh).has_value());
    const auto names = *disk.list(dir / "pages");
    REQUIRE_EQ(names.size(), 2);
    CHECK(names.front().ends_with(".damaged"));
    std::ifstream in(dir / ("pages/" + names.back()));
    const std::string mended{std::istreambuf_iterator<char>(in), {}};
    CHECK_EQ(mended, text.substr(second + 3, third - second - 1) + "\n" + text.substr(third + 4));
    CHECK_EQ(bytes(), mended.size());
}

TEST_CASE_FIXTURE(KeptListsFixture, "of a list that is open, whole lines are kept") {
    const std::string text = text_of_list();
    write_list(text + "{\"url\": ");
    REQUIRE(lists.carry(*fresh, nullptr, false).has_value());
    CHECK_EQ(bytes(), text.size());
}
