#include "exchange/export.h"

#include <doctest/doctest.h>

#include <fstream>
#include <map>

#include "fetch/outcome.h"
#include "frontier/format.h"
#include "log/json_read.h"
#include "support/state_v1.h"
#include "unit/frontier/fixture.h"

using namespace crawld;

namespace {

using Row = std::map<std::string, std::string>;

std::string log_line(const std::string& ts, const std::string& url, const std::string& more) {
    return "{\"ts\":\"" + ts + "\",\"event\":\"fetch.settled\",\"visit\":1,\"url\":\"" + url +
           "\"," + more + "}\n";
}

class ExportFixture : public FrontierFixture {
  public:
    Result<std::vector<Row>> try_export(size_t sort_bytes = 1 << 20) {
        frontier.reset();
        store.reset();
        auto opened = Store::open_read_only(dir / "db", {});
        REQUIRE(opened.has_value());
        std::string text;
        const Suffixes suffixes;
        std::vector<std::string> logs;
        if (!log.empty()) {
            std::ofstream(dir / "crawl.jsonl") << log;
            logs.push_back(dir / "crawl.jsonl");
        }
        const auto counted = export_known_urls({.store = **opened,
                                                .suffixes = suffixes,
                                                .crawl_logs = logs,
                                                .temporary_directory = dir.path(),
                                                .sink = [&](std::string_view piece) -> Status {
                                                    text += piece;
                                                    return {};
                                                },
                                                .sort_bytes = sort_bytes});
        std::vector<Row> rows;
        while (!text.empty()) {
            Row row;
            const size_t end = text.find('\n');
            REQUIRE(read_json_object(text.substr(0, end),
                                     [&](std::string_view name, std::string_view value) {
                                         row[std::string(name)] = value;
                                     }));
            text.erase(0, end + 1);
            rows.push_back(std::move(row));
        }
        if (!counted) return tl::unexpected(counted.error());
        counts = *counted;
        CHECK_EQ(counts.urls, rows.size());
        return rows;
    }
    std::map<std::string, Row> exported() {
        const auto rows = try_export();
        REQUIRE_MESSAGE(rows.has_value(), rows.error().message);
        std::map<std::string, Row> by_url;
        for (const Row& row : *rows)
            by_url[row.contains("url") ? row.at("url") : "?"] = row;
        return by_url;
    }

    std::string log;
    ExportCounts counts;
};

}  // namespace

TEST_CASE_FIXTURE(ExportFixture, "queued and due URLs have what their queues hold") {
    add(new_urls({"http://a.test/1", "http://a.test/2"}, Priority::seed));
    add(new_urls({"http://b.test/"}), "http://a.test/1");
    Settled again = retry_at(load("a.test").urls.at(0), now + hours(1));
    again.outcome = static_cast<uint8_t>(Outcome::server_error);
    again.status = 500;
    commit({again});
    auto rows = exported();
    CHECK_EQ(rows.size(), 3);
    CHECK_EQ(counts.unnamed, 0);
    Row due = rows["http://a.test/1"];
    CHECK_EQ(due["state"], "due");
    CHECK_EQ(due["outcome"], "server_error");
    CHECK_EQ(due["status"], "500");
    CHECK_EQ(due["attempts"], "1");
    CHECK_EQ(due["due_at"], to_rfc3339(now + hours(1)));
    CHECK_EQ(due["key"].size(), 32);
    Row link = rows["http://b.test/"];
    CHECK_EQ(link["state"], "queued");
    CHECK_EQ(link["host"], "b.test");
    CHECK_EQ(link["via"], "http://a.test/1");
    CHECK_EQ(link["priority"], "link");
    CHECK_EQ(link["depth"], "0");
    CHECK_FALSE(link.contains("outcome"));
}

TEST_CASE_FIXTURE(ExportFixture, "a URL that came back to its queue stands there once") {
    add(new_urls({"http://a.test/1", "http://a.test/2"}));
    commit({retry_at(load("a.test").urls.at(0), now + seconds(1))});
    now += seconds(2);
    wake();
    auto rows = exported();
    CHECK_EQ(rows.size(), 2);
    CHECK_EQ(rows["http://a.test/1"]["priority"], "urgent");
    CHECK_EQ(rows["http://a.test/1"]["attempts"], "1");
}

TEST_CASE_FIXTURE(ExportFixture, "settled URLs get their text from the latest line of a log") {
    add(new_urls({"http://a.test/1", "http://a.test/2", "http://a.test/3", "http://a.test/4"}));
    auto urls = load("a.test").urls;
    std::vector<Settled> group;
    for (const auto& [outcome, status] :
         {std::pair{Outcome::ok, 200}, std::pair{Outcome::timeout, 0},
          std::pair{Outcome::robots_denied, 0}, std::pair{Outcome::client_error, 404}}) {
        group.push_back(settled(urls.at(group.size())));
        group.back().outcome = static_cast<uint8_t>(outcome);
        group.back().status = static_cast<uint16_t>(status);
    }
    commit(group);
    log = log_line("2026-01-02T00:00:00.000000Z", "http://a.test/1", "\"digest\":\"new\"") +
          log_line("2026-01-01T00:00:00.000000Z", "http://a.test/1", "\"digest\":\"old\"") +
          log_line("2026-01-03T00:00:00.000000Z", "http://a.test/1", "\"kind\":\"robots\"") +
          log_line("2026-01-01T00:00:00.000000Z", "http://a.test/2", "\"depth\":3") +
          log_line("2026-01-01T00:00:00.000000Z", "http://a.test/unknown", "\"depth\":3") +
          "{\"ts\":\"2026-01-01T00:00:00.000000Z\",\"event\":\"url.skipped\",\"url\":"
          "\"http://a.test/3\",\"reason\":\"line 7\"}\nhalf a line\n{\"ts\":\"20";
    auto rows = exported();
    CHECK_EQ(counts.urls, 4);
    CHECK_EQ(counts.unnamed, 1);
    CHECK_EQ(rows["http://a.test/1"]["state"], "fetched");
    CHECK_EQ(rows["http://a.test/1"]["digest"], "new");
    CHECK_EQ(rows["http://a.test/1"]["settled_at"], "2026-01-02T00:00:00.000000Z");
    CHECK_EQ(rows["http://a.test/2"]["state"], "failed");
    CHECK_EQ(rows["http://a.test/2"]["outcome"], "timeout");
    CHECK_EQ(rows["http://a.test/2"]["depth"], "3");
    CHECK_EQ(rows["http://a.test/3"]["state"], "excluded");
    CHECK_EQ(rows["http://a.test/3"]["reason"], "line 7");
    CHECK_EQ(rows["?"]["state"], "fetched");
    CHECK_EQ(rows["?"]["status"], "404");
    CHECK_EQ(rows["?"]["host"], "a.test");
}

TEST_CASE_FIXTURE(ExportFixture, "the same comes of sorting in a file, and nothing is left of it") {
    std::vector<std::string> texts;
    for (int i = 0; i < 500; ++i)
        texts.push_back("http://h" + std::to_string(i % 7) + ".test/" + std::to_string(i));
    add(new_urls(texts));
    const auto in_memory = try_export();
    const auto in_file = try_export(1'000);
    REQUIRE(in_memory.has_value());
    REQUIRE(in_file.has_value());
    CHECK(*in_memory == *in_file);
    CHECK_EQ(in_memory->size(), 500);
}

TEST_CASE_FIXTURE(ExportFixture,
                  "a queued URL that is in no queue is damage, told behind all rows") {
    add(new_urls({"http://a.test/1", "http://b.test/1"}));
    Batch batch;
    batch.erase(Family::queue, format::queue_key(key_of("a.test"), Priority::link, 0));
    REQUIRE(store->write(batch));
    const auto rows = try_export();
    REQUIRE_FALSE(rows.has_value());
    CHECK_EQ(rows.error().code, ErrorCode::corrupt);
    CHECK_NE(rows.error().message.find("1 URLs"), std::string::npos);
}

TEST_CASE_FIXTURE(ExportFixture, "a state of version 1 is exported, and stays of version 1") {
    frontier.reset();
    store.reset();
    std::filesystem::remove_all(dir / "db");
    test::make_state_v1(dir / "db");
    auto rows = exported();
    CHECK_EQ(rows.size(), 7);  // those without a name are one here
    CHECK_EQ(rows["https://b.example/1"]["state"], "queued");
    CHECK_EQ(rows["https://a.example/retry"]["state"], "due");
    CHECK_EQ(counts.unnamed, 3);  // which only a crawl log names
    const test::FormatOnDisk format = test::format_on_disk(dir / "db");
    CHECK_EQ(format.version, 1);
    CHECK_EQ(format.families, test::kFirstFamilies);
}
