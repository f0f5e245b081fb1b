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

TEST_CASE("a reload leaves what needs a restart as it is running, and every diff tells it again") {
    const auto running =
        loaded_after("state_dir: /srv/a\nlog: {crawl_log: a.jsonl, level: info}\n").config;
    auto wanted = loaded_after(R"(
state_dir: /srv/b
crawl: {seeds: ["https://example.org/"]}
fetch: {retries: 9}
network: {dns_servers: [192.0.2.1], ports: [81], ipv6: false}
log: {crawl_log: b.jsonl, level: debug}
threads: {loops: 3}
)")
                      .config;
    wanted.identity = {.product = "otherbot", .contact = "https://other.example/"};
    const CrawldConfig config = reloaded(running, wanted);
    CHECK_EQ(config.identity.product, running.identity.product);
    CHECK_EQ(config.identity.contact, running.identity.contact);
    CHECK_EQ(config.state_dir, running.state_dir);
    CHECK_EQ(config.log.crawl_log, running.log.crawl_log);
    CHECK_EQ(config.threads.loops, 0);
    CHECK(config.network.dns_servers.empty());
    CHECK(config.network.ipv6);
    CHECK_EQ(config.network.ports, std::vector<uint32_t>{81});
    CHECK_EQ(config.crawl.seeds.size(), 1);
    CHECK_EQ(config.fetch.retries, 9);
    CHECK(config.log.level == LogLevel::debug);
    for (const ConfigChange& change : diff(running, config))
        CHECK_MESSAGE(change.live, change.option);
    for (const ConfigChange& change : diff(config, wanted))
        CHECK_MESSAGE(!change.live, change.option);
    CHECK_EQ(diff(running, config).size() + diff(config, wanted).size(),
             diff(running, wanted).size());
}
