#include "audit/page_list_check.h"

#include <doctest/doctest.h>

#include "audit/page_lines.h"
#include "base/text.h"
#include "unit/audit/verify_fixture.h"

using namespace crawld;
using namespace crawld::test;

namespace {

struct ListFixture : VerifyFixture {
    ListFixture() {
        archive({1, 2, 3});
        list({1, 2, 3});
        name = fs::path(list_path()).filename().string();
    }
    // The list as somebody else left it, who changed the state's digest and length too.
    void change(const std::string& from, const std::string& to) {
        std::string text = text_of_list();
        REQUIRE_NE(text.find(from), text.npos);
        text.replace(text.find(from), from.size(), to);
        commit_list(text);
    }
    void commit_list(const std::string& text) {
        write_list(text);
        CommittedList list{.length = {name, text.size()}, .digest = 0};
        for (std::string_view rest = text; !rest.empty();) {
            const size_t bytes = std::min(rest.find('\n'), rest.size() - 1) + 1;
            list.digest = add_line(*list.digest, rest.substr(0, bytes));
            rest.remove_prefix(bytes);
        }
        Batch batch;
        batch.put(Family::meta, ended_pages_key(name), encode(list));
        REQUIRE(store->write(batch).has_value());
    }
    std::string name;
};

}  // namespace

TEST_CASE_FIXTURE(ListFixture, "a list of pages that is whole has no fault") {
    CHECK(faults().empty());
    CHECK_EQ(last.pages.lists, 1);
    CHECK_EQ(last.pages.lines, 3);
}

TEST_CASE_FIXTURE(ListFixture, "each byte of a list that is changed is seen") {
    const std::string text = text_of_list();
    const std::string copy = name;
    for (size_t at = 0; at < text.size(); at += 7) {
        std::string changed = text;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        write_list(changed);
        const auto told = faults();
        CHECK_MESSAGE(!told.empty(), at);
        for (const std::string& fault : told)
            CHECK_MESSAGE(fault.starts_with(name), fault);
    }
}

TEST_CASE_FIXTURE(ListFixture, "a line that is no JSON is told with its number") {
    change("\"title\":\"page 2\"", "\"title\":\"page 2");
    expect_one({name, "line 2", "no object of JSON"});
}

TEST_CASE_FIXTURE(ListFixture, "a line that names no visit is told") {
    change("\"fetched\"", "\"fetchee\"");
    expect_one({name, "line 1", "not the line of a page"});
}

TEST_CASE_FIXTURE(ListFixture, "a line whose place in the archive is none of its URL is told") {
    const std::string second = std::to_string(row(2).place.offset);
    SUBCASE("another URL's") {
        change("\"warc_offset\":" + second,
               "\"warc_offset\":" + std::to_string(row(3).place.offset));
        expect_one({name, "line 2", "no record of its URL", row(2).file});
    }
    SUBCASE("in a record") {
        change("\"warc_offset\":" + second, "\"warc_offset\":" + second + "1");
        expect_one({name, "line 2", "no record begins"});
    }
    SUBCASE("of another visit") {
        const std::string date = to_rfc3339(exchange_of(2).date);
        change(date, to_rfc3339(exchange_of(1).date));
        expect_one({name, "line 2", "another visit"});
    }
    SUBCASE("of a file that is not there") {
        change(row(2).file, "elsewhere.warc.gz");
        CHECK(faults().empty());
    }
}

TEST_CASE_FIXTURE(ListFixture, "a visit that is listed twice is told with both lines") {
    const std::string text = text_of_list();
    commit_list(text + text.substr(0, text.find('\n') + 1));
    expect_one({name, "line 4", "listed twice", "line 1"});
}

TEST_CASE_FIXTURE(ListFixture, "a line of a page that the state does not know is told") {
    const std::string text = text_of_list();
    std::string line = text.substr(text.rfind('{'));
    const std::string url = exchange_of(3).url;
    line.replace(line.find(url), url.size(), exchange_of(4).url);
    line.replace(line.find(",\"warc_file\""), line.npos, "}\n");
    commit_list(text + line);
    expect_one({name, "line 4", "does not know this page"});
}

TEST_CASE_FIXTURE(ListFixture, "a list of another length than was committed is told") {
    const std::string text = text_of_list();
    SUBCASE("a line less") {
        write_list(text.substr(0, text.rfind('{')));
        expect_one({name, "were committed"});
    }
    SUBCASE("a line more") {
        std::string more = text.substr(0, text.find('\n') + 1);
        const std::string date = to_rfc3339(exchange_of(1).date);
        more.replace(more.find(date), date.size(), to_rfc3339(exchange_of(9).date));
        more.replace(more.find(",\"warc_file\""), more.npos, "}\n");
        write_list(text + more);
        expect_one({name, "were committed"});
    }
}

TEST_CASE_FIXTURE(ListFixture, "a list that is missing is told, unless it was moved away") {
    fs::remove(list_path());
    SUBCASE("missing") {
        expect_one({name, "is missing"});
    }
    SUBCASE("moved") {
        CHECK(faults(true).empty());
        CHECK_EQ(last.files.moved, 1);
    }
}

TEST_CASE_FIXTURE(VerifyFixture, "of a list that is open what is committed is looked at") {
    archive({1, 2});
    {
        const auto sink = open_list();
        add_lines(*sink, {1});
        add_lines(*sink, {2});
        std::ofstream(list_path(), std::ios::app) << "what a crash le";
    }
    const std::string name = fs::path(list_path()).filename().string();
    SUBCASE("whole") {
        CHECK(faults().empty());
        CHECK_EQ(last.pages.lines, 2);
    }
    SUBCASE("changed") {
        std::string text = text_of_list();
        text.replace(text.find("page 2\""), 6, "page 3");
        write_list(text);
        expect_one({name, "not those that were committed"});
    }
    SUBCASE("cut") {
        write_list(text_of_list().substr(0, 30));
        const auto told = faults();
        REQUIRE_EQ(told.size(), 2);
        CHECK_NE(told[0].find("were committed"), told[0].npos);
    }
    SUBCASE("missing, which is on nobody's purpose") {
        fs::remove(list_path());
        expect_one({name, "is missing"}, true);
    }
    SUBCASE("a start goes on, and it is looked at as before") {
        open_list();
        CHECK(faults().empty());
        CHECK_EQ(last.pages.lists, 1);
    }
}

TEST_CASE_FIXTURE(ListFixture, "a list that the state does not name is read by itself") {
    Batch batch;
    batch.erase(Family::meta, ended_pages_key(name));
    REQUIRE(store->write(batch).has_value());
    SUBCASE("whole") {
        CHECK(faults().empty());
        CHECK_EQ(last.files.strangers, 1);
    }
    SUBCASE("with half a line") {
        const std::string text = text_of_list();
        write_list(text.substr(0, text.size() - 1));
        expect_one({name, "line 3", "not whole"});
    }
}
