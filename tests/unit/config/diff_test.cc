#include <doctest/doctest.h>

#include "unit/config/config_text.h"

using namespace crawld;

TEST_CASE("nothing changed, nothing to say") {
    const auto config = loaded_after("fetch: {retries: 5}\n").config;
    CHECK(diff(config, config).empty());
}

TEST_CASE("what a reload changed, and whether it is in force at once") {
    const auto from = loaded_after("fetch: {retries: 5}\nnetwork: {ports: [80]}\n").config;
    const auto to = loaded_after(R"(
state_dir: /srv/x
crawl: {seeds: ["https://example.org/"]}
politeness: {host: {windows: [1/2s]}}
hosts: [{match: a.example, fetch: {retries: 1}}]
frontier: {hosts_loaded_max: 100, urls_per_host_loaded: 9, recent_urls: 5000}
)")
                        .config;
    std::string text;
    for (const ConfigChange& change : diff(from, to))
        text += change.option + ": " + change.from + " -> " + change.to +
                (change.live ? "" : " (restart)") + "\n";
    CHECK_EQ(text,
             "state_dir: /var/lib/crawld -> /srv/x (restart)\n"
             "crawl.seeds: [] -> [https://example.org/]\n"
             "politeness.host.windows: [1/1s, 60/5m] -> [1/2s]\n"
             "hosts: [] -> [{match: a.example, fetch: {retries: 1}}]\n"
             "fetch.retries: 5 -> 3\n"
             "network.ports: [80] -> [80, 443]\n"
             "frontier.recent_urls: 1000000 -> 5000 (restart)\n"
             "frontier.hosts_loaded_max: 50000 -> 100\n"
             "frontier.urls_per_host_loaded: 128 -> 9\n");
}
