#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/testdata.h"
#include "unit/config/config_text.h"

using namespace crawld;

TEST_CASE("two lines are a configuration; the rest are defaults") {
    const ConfigResult loaded = load_text(std::string(kRequired));
    REQUIRE(loaded.has_value());
    CHECK_EQ(loaded->config.identity.contact, "https://example.org/bot");
    CHECK_EQ(loaded->config.fetch.retries, 3);
    CHECK_EQ(loaded->config.politeness.host.windows.size(), 2);
    CHECK_EQ(loaded->config.archive.format, ArchiveFormat::warc);
}

TEST_CASE("values of every kind") {
    const CrawldConfig config = loaded_after(R"(
state_dir: /srv/crawl
crawl:
  seeds:
    - https://example.org/
    - {file: /srv/seeds.txt}
    - url: https://example.com/
  scope:
    within: domain
    rules:
      - {name: no-print, deny: '[?&]print='}
  limits: {depth: 3, pages: 5000000000, url_bytes: 1000}
politeness:
  host: {windows: [2/1s, 60/5m], concurrency: 2}
  crawl_delay_max: 1h30m
fetch: {body_max: 2 MiB, verify_tls: false, accept_language: "de, en;q=0.5"}
html: {parser: gumbo}
network: {ports: [80, 443, 8080], hosts: {a.example: 192.0.2.1}, allow: ["127.0.0.1:8080"]}
log: {level: debug}
threads: {loops: 2}
store: {cache: 1GiB}
)")
                                    .config;
    CHECK_EQ(config.state_dir, "/srv/crawl");
    REQUIRE_EQ(config.crawl.seeds.size(), 3);
    CHECK_EQ(config.crawl.seeds[0], SeedOption{.url = "https://example.org/"});
    CHECK_EQ(config.crawl.seeds[1], SeedOption{.file = "/srv/seeds.txt"});
    CHECK_EQ(config.crawl.seeds[2], SeedOption{.url = "https://example.com/"});
    CHECK_EQ(config.crawl.scope.within, ScopePreset::domain);
    REQUIRE_EQ(config.crawl.scope.rules.size(), 1);
    CHECK_EQ(config.crawl.scope.rules[0], ScopeRule{"no-print", "", "[?&]print="});
    CHECK_EQ(config.crawl.limits.pages, 5'000'000'000);
    CHECK_EQ(config.politeness.host.windows[0], Window{2, seconds(1)});
    CHECK_EQ(config.politeness.host.concurrency, 2);
    CHECK_EQ(config.politeness.crawl_delay_max, minutes(90));
    CHECK_EQ(config.fetch.body_max, mib(2));
    CHECK_FALSE(config.fetch.verify_tls);
    CHECK_EQ(config.html.parser, HtmlParser::gumbo);
    CHECK_EQ(config.network.ports, std::vector<uint32_t>{80, 443, 8080});
    CHECK_EQ(config.network.hosts.at("a.example"), "192.0.2.1");
    CHECK_EQ(config.log.level, LogLevel::debug);
    CHECK_EQ(config.threads.loops, 2);
    CHECK_EQ(config.store.cache, gib(1));
}

TEST_CASE("a section whose options are all commented out is empty") {
    CHECK_EQ(errors_after("fetch:\n  # retries: 5\ncrawl: {limits: }\n"), "");
}

TEST_CASE("an unknown option, with the nearest that exists") {
    CHECK_EQ(errors_after("fetch:\n  retrys: 5\n"),
             "crawld.yaml:4:3: fetch.retrys: unknown option; did you mean \"retries\"?\n");
    CHECK_EQ(errors_after("politness: {}\n"),
             "crawld.yaml:3:1: politness: unknown option; did you mean \"politeness\"?\n");
    CHECK_EQ(errors_after("threads: {zzzzzzzz: 1}\n"),
             "crawld.yaml:3:11: threads.zzzzzzzz: unknown option; valid here: loops, workers\n");
    CHECK_EQ(errors_after("crawl: {seeds: [{fil: x}]}\n"),
             "crawld.yaml:3:18: crawl.seeds[0].fil: unknown option; did you mean \"file\"?\n");
}

TEST_CASE("a value of the wrong type") {
    CHECK_EQ(errors_after("fetch: {retries: many}\n"),
             "crawld.yaml:3:18: fetch.retries: \"many\" is not a number\n");
    CHECK_EQ(
        errors_after("fetch: {connect_timeout: 10}\n"),
        "crawld.yaml:3:26: fetch.connect_timeout: \"10\" is not a duration; write a number and "
        "a unit (us, ms, s, m, h, d), for example 10s or 1h30m\n");
    CHECK_EQ(errors_after("fetch: {body_max: 16 apples}\n"),
             "crawld.yaml:3:19: fetch.body_max: \"16 apples\" is not a size; write a number and a "
             "unit (B, KiB, MiB, GiB, KB, MB, GB), for example 16MiB\n");
    CHECK_EQ(errors_after("html: {parser: fast}\n"),
             "crawld.yaml:3:16: html.parser: \"fast\" is not one of: auto, scanner, gumbo\n");
    CHECK_EQ(errors_after("html: {embeds: yes}\n"),
             "crawld.yaml:3:16: html.embeds: \"yes\" is not true or false\n");
    CHECK_EQ(errors_after("fetch: [retries]\n"),
             "crawld.yaml:3:8: fetch: expected options (name: value), found a list\n");
    CHECK_EQ(errors_after("fetch: {retries: [3]}\n"),
             "crawld.yaml:3:18: fetch.retries: expected one value, found a list\n");
    CHECK_EQ(errors_after("network: {ports: 80}\n"),
             "crawld.yaml:3:18: network.ports: expected a list ([a, b]), found \"80\"\n");
    CHECK_EQ(errors_after("network: {hosts: [a]}\n"),
             "crawld.yaml:3:18: network.hosts: expected options (name: value), found a list\n");
    CHECK_EQ(
        errors_after("crawl: {scope: {rules: [x]}}\n"),
        "crawld.yaml:3:25: crawl.scope.rules[0]: expected options (name: value), found \"x\"\n");
    CHECK_NE(errors_after("politeness: {host: {windows: [1/1s, often]}}\n")
                 .find("crawld.yaml:3:37: politeness.host.windows[1]: \"often\" "),
             std::string::npos);
    CHECK_EQ(errors_of("- a\n- b\n"),
             "crawld.yaml: version: missing; begin the file with the line version: 1\n"
             "crawld.yaml: identity.contact: missing; every request says whom to ask about it. Add "
             "a URL or mail address of yours, for example identity: {contact: "
             "\"https://example.org/bot\"}\n"
             "crawld.yaml:1:1: expected options (name: value), found a list\n");
}

TEST_CASE("an option without a value") {
    CHECK_EQ(errors_after("fetch:\n  retries:\n"),
             "crawld.yaml:4:3: fetch.retries: has no value; write one, or remove the line\n");
    CHECK_EQ(errors_after("crawl: {seeds: ~}\n"),
             "crawld.yaml:3:9: crawl.seeds: has no value; write one, or remove the line\n");
}

TEST_CASE("a value out of range") {
    CHECK_EQ(errors_after("fetch: {retries: 101}\n"),
             "crawld.yaml:3:18: fetch.retries: 101 is out of range; 0 to 100 is allowed\n");
    CHECK_EQ(errors_after("fetch: {retries: -1}\n"),
             "crawld.yaml:3:18: fetch.retries: -1 is out of range; 0 to 100 is allowed\n");
    CHECK_EQ(errors_after("crawl: {limits: {pages: -1}}\n"),
             "crawld.yaml:3:25: crawl.limits.pages: -1 is out of range; at least 0 is allowed\n");
    CHECK_EQ(errors_after("fetch: {low_speed_bytes: 5000000000}\n"),
             "crawld.yaml:3:26: fetch.low_speed_bytes: 5000000000 is out of range; 0 to 4294967295 "
             "is allowed\n");
    CHECK_EQ(
        errors_after("fetch: {connect_timeout: 10m}\n"),
        "crawld.yaml:3:26: fetch.connect_timeout: 10m is out of range; 1ms to 5m is allowed\n");
    CHECK_EQ(errors_after("fetch: {body_max: 1B}\n"),
             "crawld.yaml:3:19: fetch.body_max: 1B is out of range; 1KiB to 1GiB is allowed\n");
    CHECK_EQ(errors_after("network: {ports: [80, 0, 70000]}\n"),
             "crawld.yaml:3:23: network.ports[1]: 0 is out of range; 1 to 65535 is allowed\n"
             "crawld.yaml:3:26: network.ports[2]: 70000 is out of range; 1 to 65535 is allowed\n");
    CHECK_EQ(errors_after("politeness: {backoff_min: 0}\n"),
             "crawld.yaml:3:27: politeness.backoff_min: 0 is out of range; at least 1ms is "
             "allowed\n");
}

TEST_CASE("all errors at once, in the order of the file") {
    CHECK_EQ(errors_of("identity: {product: crawld}\n"
                       "fetch: {retries: 1000, body_max: big}\n"
                       "html: {parser: scanner, embed: true}\n"
                       "fetch: {}\n"),
             "crawld.yaml: version: missing; begin the file with the line version: 1\n"
             "crawld.yaml: identity.contact: missing; every request says whom to ask about it. Add "
             "a URL or mail address of yours, for example identity: {contact: "
             "\"https://example.org/bot\"}\n"
             "crawld.yaml:2:18: fetch.retries: 1000 is out of range; 0 to 100 is allowed\n"
             "crawld.yaml:2:34: fetch.body_max: \"big\" is not a size; write a number and a unit "
             "(B, KiB, MiB, GiB, KB, MB, GB), for example 16MiB\n"
             "crawld.yaml:3:25: html.embed: unknown option; did you mean \"embeds\"?\n"
             "crawld.yaml:4:1: \"fetch\" is given twice; the first is in line 2\n");
}

TEST_CASE("an empty file lacks what must be given, and nothing else") {
    for (const char* text : {"", "# nothing here\n", "---\n"})
        CHECK_EQ(errors_of(text),
                 "crawld.yaml: version: missing; begin the file with the line version: 1\n"
                 "crawld.yaml: identity.contact: missing; every request says whom to ask about it. "
                 "Add a URL or mail address of yours, for example identity: {contact: "
                 "\"https://example.org/bot\"}\n");
    CHECK_EQ(exit_code(load_text("").error().code), 78);
}

TEST_CASE("a text that is not YAML is one error") {
    CHECK_EQ(errors_of("version: 1\nidentity: {contact: a@b.c\n"),
             "crawld.yaml:3:1: not YAML: end of map flow not found\n");
    CHECK_EQ(errors_of("version: 1\nidentity:\n\tcontact: a@b.c\n"),
             "crawld.yaml:3:1: a tab in the indentation; YAML allows only spaces there\n");
}

TEST_CASE("errors are bounded") {
    std::string text;
    for (int i = 0; i < 5'000; ++i)
        text += "unknown" + std::to_string(i) + ": 1\n";
    const auto result = load_text(std::string(kRequired) + text);
    REQUIRE_FALSE(result.has_value());
    CHECK_EQ(result.error().errors.size(), 100);
}

namespace {

struct TempDir {
    std::string path;
    TempDir() {
        std::string name =
            (std::filesystem::temp_directory_path() / "crawld-config-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    ~TempDir() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("a file: relative paths are relative to its directory") {
    TempDir dir;
    std::ofstream(dir.path + "/c.yaml")
        << kRequired << "state_dir: state\nlog: {directory: ../logs}\n"
        << "crawl: {seeds: [{file: seeds.txt}, {file: /srv/all.txt}, https://example.org/]}\n";
    const ConfigResult loaded = load_config_file(dir.path + "/c.yaml");
    REQUIRE(loaded.has_value());
    CHECK_EQ(loaded->config.state_dir, dir.path + "/state");
    CHECK_EQ(loaded->config.log.directory,
             std::filesystem::path(dir.path).parent_path().string() + "/logs");
    CHECK_EQ(loaded->config.crawl.seeds[0].file, dir.path + "/seeds.txt");
    CHECK_EQ(loaded->config.crawl.seeds[1].file, "/srv/all.txt");
    CHECK_EQ(loaded->config.crawl.seeds[2].file, "");
}

TEST_CASE("a file that cannot be read says why") {
    TempDir dir;
    const ConfigResult missing = load_config_file(dir.path + "/none.yaml");
    REQUIRE_FALSE(missing.has_value());
    CHECK_EQ(exit_code(missing.error().code), 78);
    CHECK_EQ(to_string(missing.error().errors.at(0)),
             dir.path + "/none.yaml: cannot read the configuration: No such file or directory");
    const ConfigResult directory = load_config_file(dir.path);
    REQUIRE_FALSE(directory.has_value());
    CHECK_EQ(to_string(directory.error().errors.at(0)),
             dir.path + ": cannot read the configuration: it is not a regular file");
    if (::geteuid() == 0) return;  // root may read everything
    std::ofstream(dir.path + "/secret.yaml") << kRequired;
    ::chmod((dir.path + "/secret.yaml").c_str(), 0);
    CHECK_EQ(exit_code(load_config_file(dir.path + "/secret.yaml").error().code), 77);
}

TEST_CASE("the examples load without an error or a warning but those they are about") {
    size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(test::source_path("config/examples"))) {
        if (entry.path().extension() != ".yaml") continue;
        CAPTURE(entry.path().string());
        const ConfigResult loaded = load_config_file(entry.path().string(), test_environment);
        REQUIRE(loaded.has_value());
        CHECK_FALSE(loaded->config.crawl.seeds.empty());
        CHECK(loaded->warnings.empty());
        ++count;
    }
    CHECK_EQ(count, 4);
}
