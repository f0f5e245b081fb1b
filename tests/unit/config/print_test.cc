#include "config/print.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "config/option.h"
#include "support/testdata.h"
#include "unit/config/config_text.h"

using namespace crawld;

// With CRAWLD_REGENERATE=1 in the environment the file is written anew instead.
TEST_CASE("config/crawld.yaml is what the descriptions say, byte for byte") {
    const std::string path = test::source_path("config/crawld.yaml");
    if (std::getenv("CRAWLD_REGENERATE") != nullptr)
        std::ofstream(path, std::ios::binary) << render_documented_defaults();
    CHECK_EQ(file_content(path), render_documented_defaults());
}

TEST_CASE("the documented defaults load, and are the defaults, once there is a contact") {
    std::string text = render_documented_defaults();
    CHECK_NE(errors_of(text).find(": identity.contact: missing; "), std::string::npos);
    const size_t at = text.find("contact: \"\"");
    REQUIRE_NE(at, std::string::npos);
    text.replace(at, 11, "contact: ${CONTACT}");
    const ConfigResult loaded = load_text(text);
    CHECK_EQ(errors_of(text), "");
    REQUIRE(loaded.has_value());
    const auto changes = diff(CrawldConfig{}, loaded->config);
    REQUIRE_EQ(changes.size(), 1);
    CHECK_EQ(changes[0].option, "identity.contact");
}

TEST_CASE("every option has a sentence, and none is longer than its line") {
    CrawldConfig config;
    each_option(describe_options(config), [](const Option& option) {
        CAPTURE(option.path);
        REQUIRE_FALSE(option.help.empty());
        CHECK_EQ(option.help.back(), '.');
    });
    std::string line;
    for (char c : render_documented_defaults()) {
        if (c != '\n') {
            line += c;
            continue;
        }
        CAPTURE(line);
        CHECK_LE(line.size(), 100);
        line.clear();
    }
}

TEST_CASE("the effective configuration reads back as itself") {
    const LoadedConfig loaded = loaded_after(R"(
state_dir: "/var/lib/a b: #c"
crawl:
  seeds: ["https://example.org/?a=1&b=[2]", {file: /srv/seeds.txt}]
  scope: {rules: [{name: no-print, deny: '[?&]print="\\'}, {name: "7", allow: "$${x}"}]}
politeness: {host: {windows: [5/1s, 100/1h30m]}, robots: ignore, own_hosts: [a.example]}
hosts:
  - match: "*.example.org"
    politeness: {host: {windows: [1/10s], concurrency: 2}}
    fetch: {accept: "$${not a variable}"}
network: {hosts: {a.example: 192.0.2.1, "b.example": "2001:db8::1"}, ports: [80, 8080]}
store: {cache: 1GiB}
)");
    const std::string printed = print_effective(loaded.config);
    CAPTURE(printed);
    const ConfigResult again =
        load_config_text(printed, "/elsewhere/crawld.yaml", test_environment);
    REQUIRE(again.has_value());
    CHECK_EQ(diff(loaded.config, again->config).size(), 0);
    CHECK_EQ(print_effective(again->config), printed);
    const auto table = make_host_options_table(again->config);
    CHECK_EQ(table->for_host("x.example.org")->fetch.accept, "${not a variable}");
}

TEST_CASE("printed plainly: one line an option") {
    const std::string printed = print_effective(loaded_after("fetch: {retries: 5}\n").config);
    CHECK_NE(printed.find("\nfetch:\n  connect_timeout: 10s\n  total_timeout: 1m\n"),
             std::string::npos);
    CHECK_NE(printed.find(
                 "  body_max: 16MiB\n  bodies_max: 512MiB\n  headers_max: 300KiB\n  retries: 5\n"),
             std::string::npos);
    CHECK_NE(printed.find("  host:\n    windows: [1/1s, 60/5m]\n    concurrency: 1\n"),
             std::string::npos);
    CHECK_EQ(printed.find('#'), std::string::npos);
}

TEST_CASE("printed with comments: help, type, range, default, and when a change takes effect") {
    const std::string printed =
        print_effective(loaded_after("fetch: {retries: 5}\n").config, Comments::all);
    CHECK_NE(printed.find("  # Further tries after a failure that may pass.\n"
                          "  # (number, 0 to 100; default 3; reload, per host)\n"
                          "  retries: 5\n"),
             std::string::npos);
    CHECK_NE(printed.find("  # (one of obey, ignore; default obey; reload, per host)\n"
                          "  robots: obey\n"),
             std::string::npos);
    CHECK_NE(printed.find("; default 200000; restart)\n  dns_cache_max: 200000\n"),
             std::string::npos);
}
