#include "frontier/format.h"

#include <doctest/doctest.h>

#include "base/bytes.h"
#include "base/prng.h"

using namespace crawld;
using namespace std::string_literals;

namespace {

constexpr HostKey kHost{0x0123456789abcdef};

template <class T>
std::string encoded(const T& value) {
    std::string out;
    format::encode(out, value);
    return out;
}

// Nothing shorter, nothing longer, decodes.
template <class Decode>
void check_only_whole(const std::string& bytes, Decode decode) {
    CHECK(decode(bytes).has_value());
    for (size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE_MESSAGE(decode(std::string_view(bytes).substr(0, size)).has_value(), size);
    CHECK_FALSE(decode(bytes + "x").has_value());
}

std::string some_chunk() {
    const std::array items{
        format::ChunkItem{.href = "https://example.org/a", .via = "https://example.org/"},
        format::ChunkItem{.href = "https://example.org/ab",
                          .via = "https://example.org/",
                          .discovery = Discovery::redirect,
                          .depth = 300,
                          .hops = 2,
                          .attempt = 1,
                          .first_try = wall_from_us(5),
                          .discovered = wall_from_us(7)},
        format::ChunkItem{.href = "https://example.org/b",
                          .via = "https://example.org/",
                          .discovered = wall_from_us(7),
                          .etag = "\"v\"",
                          .last_modified = "Mon, 05 Jan 2026 10:00:00 GMT"}};
    std::string out;
    format::encode_chunk(out, items);
    return out;
}

}  // namespace

TEST_CASE("keys sort by host, priority, sequence and time") {
    CHECK_EQ(format::queue_key(kHost, Priority::link, 258),
             "\x01\x23\x45\x67\x89\xab\xcd\xef\x02\x00\x00\x00\x00\x00\x00\x01\x02"s);
    CHECK_EQ(format::seq_of_queue_key(format::queue_key(kHost, Priority::seed, 77)), 77);
    CHECK_FALSE(format::seq_of_queue_key("short").has_value());
    const format::DueKey retry{
        .kind = format::DueKind::retry, .at = wall_from_us(3), .host = kHost, .url = 9};
    CHECK_EQ(format::due_key(retry),
             "\x00\x00\x00\x00\x00\x00\x00\x00\x03\x01\x23\x45\x67\x89\xab"
             "\xcd\xef\x00\x00\x00\x00\x00\x00\x00\x09"s);
    const format::DueKey wake{
        .kind = format::DueKind::wake, .at = wall_from_us(3), .host = kHost, .url = 0};
    CHECK_EQ(format::due_key(wake),
             "\x01\x00\x00\x00\x00\x00\x00\x00\x03\x01\x23\x45\x67\x89\xab\xcd\xef"s);
    for (const format::DueKey& key : {retry, wake}) {
        check_only_whole(format::due_key(key), format::decode_due_key);
        const auto decoded = format::decode_due_key(format::due_key(key));
        CHECK(decoded->kind == key.kind);
        CHECK_EQ(decoded->at, key.at);
        CHECK_EQ(decoded->host, key.host);
        CHECK_EQ(decoded->url, key.url);
    }
    CHECK_LT(format::due_from(format::DueKind::retry, WallTime::max()),
             format::due_from(format::DueKind::wake, WallTime{}));
    CHECK_EQ(format::robots_key(kHost, "https://example.org").size(), 8);
    CHECK_EQ(format::robots_key(kHost, "https://example.org").substr(0, 2), "\x01\x23");
}

TEST_CASE("seen: one byte for a queued URL, its chunk if it moved, the outcome if it was tried") {
    CHECK_EQ(encoded(format::SeenRecord{}), "\x00"s);
    const format::SeenRecord moved{.state = UrlState::queued,
                                   .moved_to = ChunkRef{Priority::urgent, 300},
                                   .outcome = 0,
                                   .status = 0};
    CHECK_EQ(encoded(moved), "\x00\x00\xac\x02"s);
    CHECK(format::decode_seen(encoded(moved))->moved_to == moved.moved_to);
    const format::SeenRecord done{
        .state = UrlState::done, .moved_to = {}, .outcome = 3, .status = 404};
    CHECK_EQ(encoded(done), "\x01\x03\x01\x94"s);
    check_only_whole(encoded(done), format::decode_seen);
    CHECK_EQ(format::decode_seen(encoded(done))->status, 404);
    CHECK_FALSE(format::decode_seen("\x04\x00\x00\x00"s).has_value());
    CHECK_FALSE(format::decode_seen("\x00\x04\x00"s).has_value());
}

TEST_CASE("a host row comes back as it was") {
    format::HostRow row;
    row.facts = {.name = "a.example",
                 .not_before = wall_from_us(77),
                 .politeness = "\x00\xff"s,
                 .pages = 1,
                 .bytes = uint64_t{1} << 40,
                 .failures = 3,
                 .fetching = seconds(1)};
    row.queues[2] = {.head = 5, .fresh = 7, .tail = 300};
    row.queued = 9;
    row.wake_at = wall_from_us(258);
    const std::string bytes = encoded(row);
    CHECK_EQ(bytes, "\x02\x09"s + "a.example" + "\x02\x00\xff"s +
                        "\x00\x00\x00\x00\x00\x00\x00\x4d\x01\x80\x80\x80\x80\x80\x20\x03"s +
                        "\xc0\x84\x3d" + "\x09"s + "\x00\x00\x00\x00\x00\x00\x01\x02"s +
                        "\x00\x00\x00\x00\x00\x00"s + "\x05\x02\xa5\x02"s + "\x00\x00\x00"s);
    check_only_whole(bytes, format::decode_host);
    const auto back = format::decode_host(bytes);
    CHECK_EQ(back->facts.name, row.facts.name);
    CHECK_EQ(back->facts.politeness, row.facts.politeness);
    CHECK(back->queues == row.queues);
    CHECK_EQ(back->wake_at, row.wake_at);
    CHECK_EQ(back->facts.fetching, seconds(1));
    CHECK_FALSE(format::decode_host("\x03" + bytes.substr(1)).has_value());
    std::string first_version = "\x01" + bytes.substr(1);
    first_version.erase(first_version.find("\xc0\x84\x3d"), 3);
    const auto old = format::decode_host(first_version);
    REQUIRE(old.has_value());
    CHECK_EQ(old->facts.fetching, Duration{0});
    CHECK(old->queues == row.queues);
}

TEST_CASE("a chunk writes what differs from URL to URL") {
    CHECK_EQ(some_chunk(), "\x01\x03"s + "\x09\x00\x15https://example.org/a\x00\x00"s +
                               "\x14https://example.org/" + "\x32\x15\x01"s + "b" +
                               "\xac\x02\x02"s + "\x01\x00\x00\x00\x00\x00\x00\x00\x05"s +
                               "\x00\x00\x00\x00\x00\x00\x00\x07"s + "\x41\x14\x01"s + "b\0\0"s +
                               "\x03"s + "\"v\"" + "\x1dMon, 05 Jan 2026 10:00:00 GMT");
    const ChunkRef ref{Priority::seed, 4};
    const auto urls = format::decode_chunk(some_chunk(), kHost, ref);
    REQUIRE(urls.has_value());
    REQUIRE_EQ(urls->size(), 3);
    const QueuedUrl& second = (*urls)[1];
    CHECK_EQ(second.url.href(), "https://example.org/ab");
    CHECK_EQ(second.key, url_key(second.url, kHost));
    CHECK(second.priority == Priority::seed);
    CHECK(second.discovery == Discovery::redirect);
    CHECK_EQ(second.depth, 300);
    CHECK_EQ(second.hops, 2);
    CHECK_EQ(second.attempt, 1);
    CHECK_EQ(second.first_try, wall_from_us(5));
    CHECK_EQ(second.discovered, wall_from_us(7));
    CHECK_EQ(second.via, "https://example.org/");
    CHECK(second.chunk == ref);
    CHECK_EQ((*urls)[0].attempt, 0);
    CHECK_EQ((*urls)[0].discovered, WallTime{});
    CHECK(second.validators.empty());
    CHECK((*urls)[2].validators == Validators{"\"v\"", "Mon, 05 Jan 2026 10:00:00 GMT"});
}

TEST_CASE("lastmod costs nine bytes where there is one, and none elsewhere") {
    const WallTime lastmod = wall_from_us(0x0102);
    std::array items{format::ChunkItem{.href = "http://a/", .via = "", .lastmod = lastmod},
                     format::ChunkItem{.href = "http://a/b", .via = ""},
                     format::ChunkItem{.href = "http://a/c", .via = "", .lastmod = WallTime{}}};
    items[2].lastmod = wall_from_us(-1);  // before there was a web
    std::string bytes;
    format::encode_chunk(bytes, items);
    CHECK_EQ(bytes, "\x01\x03"s + "\x81\x00\x09http://a/\x00\x00\x01\0\0\0\0\0\0\x01\x02"s +
                        "\x01\x09\x01"s + "b\0\0"s + "\x01\x09\x01"s + "c\0\0"s);
    const auto decode = [](std::string_view chunk) {
        return format::decode_chunk(chunk, kHost, ChunkRef{});
    };
    check_only_whole(bytes, decode);
    const auto urls = decode(bytes);
    REQUIRE_EQ(urls->size(), 3);
    CHECK_EQ((*urls)[0].lastmod, lastmod);
    CHECK_EQ((*urls)[1].lastmod, WallTime{});
    CHECK_EQ((*urls)[2].lastmod, WallTime{});
    const size_t more = bytes.find("\x00\x00\x01\0"s) + 2;
    for (const char other : {'\x00', '\x02', '\x04', '\x80'}) {
        std::string changed = bytes;
        changed[more] = other;
        CHECK_FALSE(decode(changed).has_value());
    }
}

TEST_CASE("that a URL is counted among the pages of its host costs a byte where it is so") {
    const std::array items{
        format::ChunkItem{.href = "http://a/", .via = "", .counted = true},
        format::ChunkItem{.href = "http://a/b", .via = ""},
        format::ChunkItem{
            .href = "http://a/c", .via = "", .lastmod = wall_from_us(0x0102), .counted = true}};
    std::string bytes;
    format::encode_chunk(bytes, items);
    CHECK_EQ(bytes, "\x01\x03"s + "\x81\x00\x09http://a/\x00\x00\x02"s + "\x01\x09\x01"s +
                        "b\0\0"s + "\x81\x09\x01"s + "c\0\0\x03\0\0\0\0\0\0\x01\x02"s);
    const auto decode = [](std::string_view chunk) {
        return format::decode_chunk(chunk, kHost, ChunkRef{});
    };
    check_only_whole(bytes, decode);
    const auto urls = decode(bytes);
    REQUIRE_EQ(urls->size(), 3);
    CHECK((*urls)[0].counted);
    CHECK_FALSE((*urls)[1].counted);
    CHECK((*urls)[2].counted);
    CHECK(format::chunk_item((*urls)[2]).counted);
    CHECK_EQ((*urls)[2].lastmod, wall_from_us(0x0102));
}

// What was written before there was a second byte of flags.
TEST_CASE("a chunk without lastmod is what it always was") {
    const std::string old = "\x01\x02"s + "\x29\x00\x09http://a/\x00\x00\x02vi"s +
                            "\x00\x00\x00\x00\x00\x00\x00\x07"s + "\x44\x09\x01"s + "b\x05\x01"s +
                            "\x01\"\x00"s;
    const auto urls = format::decode_chunk(old, kHost, ChunkRef{});
    REQUIRE(urls.has_value());
    CHECK_EQ((*urls)[1].url.href(), "http://a/b");
    CHECK(((*urls)[1].validators == Validators{"\"", ""}));
    CHECK_EQ((*urls)[1].lastmod, WallTime{});
    std::vector<format::ChunkItem> items;
    for (const QueuedUrl& url : *urls)
        items.push_back(format::chunk_item(url));
    std::string again;
    format::encode_chunk(again, items);
    CHECK_EQ(again, old);
}

TEST_CASE("a cut or changed chunk is refused or stays well-formed") {
    const auto decode = [](std::string_view bytes) {
        return format::decode_chunk(bytes, kHost, ChunkRef{});
    };
    check_only_whole(some_chunk(), decode);
    const std::string chunk = some_chunk();
    for (size_t at = 0; at < chunk.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            std::string changed = chunk;
            changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
            const auto urls = decode(changed);
            if (urls) CHECK_EQ(urls->size(), 3);
        }
    for (const char* text : {"", "ftp://a/", "https://", "https:///x", "https://a", "https://a:x/",
                             "https://a:99999/", "https://[::1/", "https://:80/"}) {
        std::string bytes;
        const format::ChunkItem item{.href = text, .via = ""};
        format::encode_chunk(bytes, {&item, 1});
        CHECK_FALSE_MESSAGE(decode(bytes).has_value(), text);
    }
}

TEST_CASE("any URLs come back from a chunk in their order") {
    Prng prng(42);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::string> texts;
        std::vector<format::ChunkItem> items;
        const size_t count = 1 + prng.below(format::kChunkUrlsMax);
        for (size_t i = 0; i < count; ++i) {
            std::string text = prng.below(4) == 0 ? "http://h:81/" : "https://h/";
            for (uint64_t n = prng.below(30); n > 0; --n)
                text.push_back(static_cast<char>('a' + prng.below(3)));
            texts.push_back(text);
        }
        for (const std::string& text : texts)
            items.push_back({.href = text,
                             .via = texts[prng.below(2) * (count - 1)],
                             .depth = static_cast<uint16_t>(prng.below(3)),
                             .discovered = wall_from_us(static_cast<int64_t>(prng.below(2)))});
        std::string bytes;
        format::encode_chunk(bytes, items);
        const auto urls = format::decode_chunk(bytes, kHost, ChunkRef{});
        REQUIRE(urls.has_value());
        REQUIRE_EQ(urls->size(), count);
        for (size_t i = 0; i < count; ++i) {
            CHECK_EQ((*urls)[i].url.href(), items[i].href);
            CHECK_EQ((*urls)[i].via, items[i].via);
            CHECK_EQ((*urls)[i].depth, items[i].depth);
            CHECK_EQ((*urls)[i].discovered, items[i].discovered);
        }
    }
}

TEST_CASE("robots and counts come back as they were") {
    const RobotsRecord record{.body = "User-agent: *\n",
                              .verdict = 2,
                              .status = 503,
                              .fetched_at = wall_from_us(1),
                              .expires_at = wall_from_us(2),
                              .first_failure_at = wall_from_us(3)};
    std::string bytes;
    format::encode(bytes, "http://a", record);
    check_only_whole(bytes, format::decode_robots);
    const auto robots = format::decode_robots(bytes);
    CHECK_EQ(robots->authority, "http://a");
    CHECK_EQ(robots->record.body, record.body);
    CHECK_EQ(robots->record.status, 503);
    CHECK_EQ(robots->record.first_failure_at, wall_from_us(3));

    const format::Counts counts{
        .known = 1, .queued = 300, .due = 3, .done = 4, .hosts = 5, .latest = wall_from_us(258)};
    CHECK_EQ(encoded(counts), "\x02\x01\xac\x02\x03\x04\x05\0\0\0\0\0\0\x01\x02"s);
    CHECK_EQ(format::decode_counts("\x01\x01\xac\x02\x03\x04\x05"s)->hosts, 5);
    check_only_whole(encoded(counts), format::decode_counts);
    CHECK(format::decode_counts(encoded(counts)) == counts);
}
