#include "log/events.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/text.h"

using namespace crawld;

TEST_CASE("every event is named noun.past_verb, once, and says what it is") {
    std::set<std::string_view> names;
    for (const EventInfo& event : list_events()) {
        CAPTURE(event.name);
        CHECK(names.insert(event.name).second);
        const auto words = split(event.name, '.');
        REQUIRE_EQ(words.size(), 2);
        const auto is_word = [](char c) { return is_lower(c) || c == '_'; };
        CHECK_EQ(span_of(words[0], is_word), words[0].size());
        CHECK_EQ(span_of(words[1], is_word), words[1].size());
        CHECK_FALSE(event.help.empty());
        CHECK_EQ(event.help.back(), '.');
    }
}

TEST_CASE("every field has a name of its own in its event, and a sentence") {
    for (const EventInfo& event : list_events()) {
        std::set<std::string_view> names{"ts", "event", "level"};
        for (const EventField& field : event.fields) {
            CAPTURE(event.name);
            CAPTURE(field.name);
            CHECK(names.insert(field.name).second);
            CHECK_EQ(field.help.back(), '.');
        }
    }
}

TEST_CASE("the crawl log's fields are those that its readers were promised, in order") {
    std::string names;
    for (const EventInfo& event : list_events()) {
        if (event.name != "fetch.settled") continue;
        CHECK(event.crawl_log);
        for (const EventField& field : event.fields)
            names.append(field.name).append(" ");
    }
    CHECK_EQ(names,
             "visit url host ip status outcome code reason bytes_wire bytes_body mime charset "
             "http_version tls t_queue_ms t_wait_ms wait_cause t_dns_ms t_connect_ms t_tls_ms "
             "t_ttfb_ms t_total_ms attempt depth via path digest links_found links_new parser "
             "robots kind warc_file warc_offset detail directives dropped canonical usage "
             "links_left_out simhash copy sitemap_lastmod alternates ");
}

TEST_CASE("the catalogue as a page") {
    const std::string page = render_events();
    CHECK_NE(page.find("host.resumed (info)\n    A host that slept answers again.\n"
                       "    host (text): The host name.\n"
                       "    failures (number): Failures in a row before.\n"),
             std::string::npos);
    CHECK_NE(page.find("fetch.settled (crawl log)\n"), std::string::npos);
}
