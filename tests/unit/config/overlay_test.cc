#include <doctest/doctest.h>

#include "config/option.h"
#include "unit/config/config_text.h"

using namespace crawld;

TEST_CASE("an overlay changes what it names and leaves the rest") {
    const auto loaded = loaded_after(R"(
fetch: {retries: 7}
hosts:
  - match: "*.example.org"
    politeness: {host: {windows: [5/1s]}}
    crawl: {limits: {pages_per_host: 10}}
  - match: www.example.org
    politeness: {host: {concurrency: 3}}
    html: {embeds: true}
)");
    const auto table = make_host_options_table(loaded.config);
    const auto www = table->for_host("www.example.org");
    CHECK_EQ(www->politeness.host.windows, std::vector<Window>{{5, seconds(1)}});
    CHECK_EQ(www->politeness.host.concurrency, 3);
    CHECK_EQ(www->limits.pages_per_host, 10);
    CHECK_EQ(www->fetch.retries, 7);
    CHECK(www->html.embeds);
    const auto other = table->for_host("other.test");
    CHECK_EQ(other->politeness.host.windows.size(), 2);
    CHECK_FALSE(other->html.embeds);
}

TEST_CASE("what holds for all hosts is refused in an overlay") {
    CHECK_EQ(errors_after("hosts:\n  - match: a.example\n    network: {ports: [80]}\n"),
             "crawld.yaml:5:15: hosts[0].network.ports: holds for all hosts and cannot stand under "
             "hosts; set it at the top level\n");
    for (const char* option :
         {"identity: {}", "state_dir: /x", "hosts: []", "politeness: {own_hosts: []}",
          "politeness: {global: {}}", "politeness: {ip: {}}", "crawl: {limits: {pages: 1}}",
          "crawl: {seeds: []}", "crawl: {scope: {within: any}}", "store: {cache: 1GiB}",
          "log: {level: debug}"}) {
        CAPTURE(option);
        CHECK_NE(errors_after("hosts:\n  - match: a.example\n    " + std::string(option) + "\n")
                     .find(": holds for all hosts and cannot stand under hosts; set it at the top "
                           "level\n"),
                 std::string::npos);
    }
}

TEST_CASE("errors inside an overlay have their place and path") {
    CHECK_EQ(errors_after("hosts:\n"
                          "  - match: a.example\n"
                          "    fetch: {retrys: 1, retries: 1000}\n"
                          "  - match: https://b.example/\n"
                          "  - {fetch: {}}\n"
                          "  - c.example\n"),
             "crawld.yaml:5:13: hosts[0].fetch.retrys: unknown option; did you mean \"retries\"?\n"
             "crawld.yaml:5:33: hosts[0].fetch.retries: 1000 is out of range; 0 to 100 is allowed\n"
             "crawld.yaml:6:12: hosts[1].match: \"https://b.example/\" is a URL; write a host name "
             "(www.example.org), *.example.org for all names below it, or *\n"
             "crawld.yaml:7:5: hosts[2]: has no match; say for which hosts it holds, for example "
             "match: \"*.example.org\"\n"
             "crawld.yaml:8:5: hosts[3]: expected options (name: value), found \"c.example\"\n");
}

TEST_CASE("rules between fields hold for overlays over the file's own options") {
    CHECK_EQ(errors_after("politeness: {backoff_max: 2m}\n"
                          "hosts: [{match: a.example, politeness: {backoff_min: 5m}}]\n"),
             "crawld.yaml:4:9: hosts[0].politeness.backoff_min: 5m is more than "
             "hosts[0].politeness.backoff_max (2m)\n");
}

TEST_CASE("every option that may stand in an overlay is one of a host's options") {
    CrawldConfig config;
    each_option(describe_options(config), [](const Option& option) {
        if (!option.per_host) return;
        CAPTURE(option.path);
        const bool carried =
            option.path.starts_with("politeness.") || option.path.starts_with("fetch.") ||
            option.path.starts_with("html.") || option.path.starts_with("sitemaps.") ||
            option.path.starts_with("crawl.limits.");
        CHECK(carried);
    });
}

TEST_CASE("the limits of a registrable domain stand under its name") {
    const auto errors_for = [](const std::string& match) {
        return errors_after("hosts: [{match: \"" + match +
                            "\", politeness: {domain: {windows: [1/2s]}}}]\n");
    };
    for (const char* match : {"example.org", "example.co.uk", "*", "*.org", "*.co.uk"})
        CHECK_EQ(errors_for(match), "");
    for (const char* match : {"www.example.org", "*.example.org", "*.www.example.org"})
        CHECK_EQ(errors_for(match),
                 "crawld.yaml:3:9: hosts[0].politeness.domain.windows: \"" + std::string(match) +
                     "\" is not the name of a registrable domain, whose limits these are; give "
                     "them under match: example.org\n");
}
