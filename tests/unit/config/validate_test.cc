#include <doctest/doctest.h>

#include "unit/config/config_text.h"

using namespace crawld;

TEST_CASE("the version must be given and be ours") {
    CHECK_EQ(errors_of("identity: {contact: a@b.example}\n"),
             "crawld.yaml: version: missing; begin the file with the line version: 1\n");
    CHECK_EQ(errors_of("version: 2\nidentity: {contact: a@b.example}\n"),
             "crawld.yaml:1:10: version: this crawld reads version 1 of the configuration, not "
             "2\n");
    CHECK_EQ(errors_of("version: new\nidentity: {contact: a@b.example}\n"),
             "crawld.yaml:1:10: version: \"new\" is not a number\n");
}

TEST_CASE("no contact, no crawl") {
    CHECK_EQ(errors_of("version: 1\nidentity: {contact: ''}\n"),
             "crawld.yaml:2:21: identity.contact: missing; every request says whom to ask about "
             "it. Add a URL or mail address of yours, for example identity: {contact: "
             "\"https://example.org/bot\"}\n");
    for (const char* good :
         {"https://example.org/bot", "http://example.org", "a@b.example", "mailto:a@b.example"})
        CHECK_EQ(errors_of("version: 1\nidentity: {contact: \"" + std::string(good) + "\"}\n"), "");
    for (const char* bad : {"me", "https://", "ftp://example.org/", "a@b@c.example", "@b.example",
                            "a@b", "a b@c.example", "a@b.example\\r\\nX: y", "(a@b.example)"})
        CHECK_NE(errors_of("version: 1\nidentity: {contact: \"" + std::string(bad) + "\"}\n")
                     .find("\" is neither a URL (https://example.org/bot) nor a mail address "
                           "(crawler@example.org)\n"),
                 std::string::npos);
}

TEST_CASE("the product is a robots.txt token") {
    CHECK_EQ(errors_of("version: 1\nidentity: {product: my bot, contact: a@b.example}\n"),
             "crawld.yaml:2:21: identity.product: \"my bot\" is not a product token (RFC 9309): "
             "letters, '-' and '_' only\n");
}

TEST_CASE("archive and lists of pages are not in the database's directory") {
    CHECK_EQ(errors_after("state_dir: /s\narchive: {directory: db}\n"),
             "crawld.yaml:4:22: archive.directory: is in /s/db, where the state database is; give "
             "it another\n");
    CHECK_NE(errors_after("state_dir: /s/./x\narchive: {directory: /s/x/db/warc}\n"), "");
    CHECK_NE(errors_after("pages: {directory: ./db/}\n"), "");
    for (const char* good : {"database", "/var/warc", "../db", "."})
        CHECK_EQ(errors_after("archive: {directory: " + std::string(good) + "}\n"), "");
}

TEST_CASE("a least must not be more than its most, told where the file says it") {
    CHECK_EQ(errors_after("politeness: {backoff_min: 2h}\n"),
             "crawld.yaml:3:27: politeness.backoff_min: 2h is more than politeness.backoff_max "
             "(1h)\n");
    CHECK_EQ(errors_after("politeness: {backoff_max: 10s}\n"),
             "crawld.yaml:3:27: politeness.backoff_max: 10s is less than politeness.backoff_min "
             "(1m)\n");
    CHECK_EQ(errors_after("network: {dns_ttl_min: 2d}\n"),
             "crawld.yaml:3:24: network.dns_ttl_min: 2d is more than network.dns_ttl_max (1d)\n");
    CHECK_EQ(errors_after("fetch: {total_timeout: 1s}\n"),
             "crawld.yaml:3:24: fetch.total_timeout: 1s is less than fetch.connect_timeout "
             "(10s)\n");
}

TEST_CASE("robots: ignore needs own_hosts") {
    CHECK_EQ(errors_after("politeness: {robots: ignore}\n"),
             "crawld.yaml:3:22: politeness.robots: ignore needs own_hosts, the hosts that are "
             "yours, where it may take effect\n");
    CHECK_EQ(errors_after("politeness: {robots: ignore, own_hosts: [a.example]}\n"), "");
    CHECK_EQ(errors_after("hosts: [{match: a.example, politeness: {robots: ignore}}]\n"),
             "crawld.yaml:3:9: hosts[0].politeness.robots: ignore needs own_hosts, the hosts that "
             "are yours, where it may take effect\n");
}

TEST_CASE("seeds and scope rules say one thing each") {
    CHECK_EQ(
        errors_after("crawl: {seeds: [{url: \"https://a.example/\", file: b}, {}]}\n"),
        "crawld.yaml:3:17: crawl.seeds[0]: a seed is either a URL, {file: NAME} or {sitemap: URL}\n"
        "crawld.yaml:3:55: crawl.seeds[1]: a seed is either a URL, {file: NAME} or {sitemap: "
        "URL}\n");
    CHECK_EQ(errors_after("crawl:\n  scope:\n    rules:\n      - {name: a}\n      - {deny: b}\n"),
             "crawld.yaml:6:9: crawl.scope.rules[0]: a rule has either allow or deny\n"
             "crawld.yaml:7:9: crawl.scope.rules[1]: a rule needs a name; it appears in the log\n");
    CHECK_NE(errors_after("crawl: {scope: {rules: [{name: a, deny: '('}]}}\n")
                 .find("crawld.yaml:3:25: crawl.scope.rules[0]: scope rule \"a\": its pattern is "
                       "not valid RE2: "),
             std::string::npos);
}

TEST_CASE("addresses have a grammar") {
    CHECK_EQ(
        errors_after("network: {allow: [10.0.0.0/8, nowhere]}\n"),
        "crawld.yaml:3:31: network.allow[1]: \"nowhere\" is not CIDR or CIDR:port, for example "
        "10.0.0.0/8 or 127.0.0.1:8080\n");
    CHECK_EQ(errors_after("network: {hosts: {a.example: b.example}}\n"),
             "crawld.yaml:3:30: network.hosts.a.example: \"b.example\" is not an address, for "
             "example 192.0.2.1 or 2001:db8::1\n");
}

TEST_CASE("what everything else is bounded by must be bounded") {
    CHECK_EQ(errors_after("politeness: {global: {concurrency: 0}}\n"),
             "crawld.yaml:3:36: politeness.global.concurrency: must be at least 1: it bounds "
             "descriptors and memory\n");
    CHECK_EQ(errors_after("state_dir: ''\n"), "crawld.yaml:3:12: state_dir: must not be empty\n");
}

TEST_CASE("no option can smuggle a header") {
    CHECK_EQ(errors_after("fetch: {accept: \"a\\r\\nCookie: b\"}\n"),
             "crawld.yaml:3:17: fetch.accept: holds a byte that may not stand in a header\n");
}

TEST_CASE("what this version does not do is a warning, not a silence") {
    const auto loaded = loaded_after(
        "control: {socket: /run/c.sock}\narchive: {format: warc}\ncrawl: {seeds: []}\n");
    CHECK_EQ(loaded.warnings,
             std::vector<std::string>{
                 "crawld.yaml:3:19: control.socket: this version opens no control socket",
                 "crawld.yaml:5:16: crawl.seeds: no seeds: only URLs known from earlier runs are "
                 "crawled"});
}
