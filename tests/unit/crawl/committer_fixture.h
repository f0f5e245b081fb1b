// A committer over a real store in a directory of its own, on simulated time.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "crawl/committer.h"
#include "support/sim_loop.h"
#include "support/temp_dir.h"

namespace crawld {

class CommitterFixture : public CommitterListener {
  public:
    CommitterFixture() { open(); }

    void open() {
        auto store = Store::open(dir / "db", {.cache = mib(4), .memtables = mib(4), .sync = false});
        REQUIRE_MESSAGE(store.has_value(), store.error().message);
        auto frontier = Frontier::open(
            **store, {.recent_urls = 1024, .host_rows_cached = 16, .known_filter_urls = 1024});
        REQUIRE_MESSAGE(frontier.has_value(), frontier.error().message);
        committer = std::make_unique<Committer>(std::move(*store), std::move(*frontier), thread,
                                                *this, "crawld");
        REQUIRE(committer->open_totals());
    }
    // As after a clean end of the process.
    void reopen() {
        run();
        committer.reset();
        open();
    }
    void run() { loop.run_until_idle(loop.now() + hours(1)); }

    static NewUrl new_url(const std::string& text) {
        const auto url = CanonicalUrl::parse(text);
        REQUIRE(url.has_value());
        return {.url = *url, .key = url_key(*url, host_key(url->host(), url->host()))};
    }
    void add(const std::vector<std::string>& texts) {
        std::vector<NewUrl> urls;
        for (const std::string& text : texts)
            urls.push_back(new_url(text));
        REQUIRE(committer->add(std::move(urls), "", "", loop.wall(), loop,
                               [](const Result<uint64_t>& added) { REQUIRE(added.has_value()); }));
        run();
    }
    LoadReply load(std::string_view host, bool known = true) {
        LoadReply out;
        REQUIRE(committer->load(
            {.host = host_key(host, host), .woken = known, .most = {100}, .robots_known = {}}, loop,
            [&](LoadReply reply) { out = std::move(reply); }));
        run();
        return out;
    }

    void on_woken(const std::vector<HostWake>& hosts) override {
        for (const HostWake& host : hosts)
            woken.push_back(host.name);
    }
    void on_fatal(const Error& error) override { fatal.push_back(error.message); }

    TempDir dir;
    SimLoop loop;
    SimExecutor thread{loop, milliseconds(3), 8};
    std::vector<std::string> woken;
    std::vector<std::string> fatal;
    std::unique_ptr<Committer> committer;
};

}  // namespace crawld
