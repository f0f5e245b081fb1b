// SyntheticWeb: a web of any size whose pages are a pure function of (seed, page number), so that a
// test knows every link without having stored one.
//
// How it is made: page n is on host n mod `hosts`; pages 0 .. hosts-1 are the hosts' roots, the
// others /<section>/<n>. Page n links to its children n*children+1 .. n*children+children as far as
// they exist, so that every page is reachable from page 0, and to random pages, two thirds of them
// on its own host. Links are written in the ways people write them: absolute, from the root,
// with a fragment. Text between them comes from a pool of paragraphs made once.
//
// Units:  body_bytes is the mean; sizes are uniform from 40 % to 160 % of it.
// Cost:   3-5 us a page of 25 KB.
// Test:   tests/support/web/web_test.cc
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "support/web/web_site.h"

namespace crawld::web {

struct SyntheticWebOptions {
    uint64_t seed = 1;
    uint64_t pages = 20'000;
    uint32_t hosts = 10;
    uint32_t links = 60;     // a page
    uint32_t children = 10;  // of these
    uint32_t body_bytes = 25'000;
    Duration delay{0};  // before every answer but robots.txt
    std::string domain = "example.test";
};

class SyntheticWeb : public WebSite {
  public:
    explicit SyntheticWeb(SyntheticWebOptions options);

    void answer(const WebRequest& request, WebReply& reply) override;
    void set_port(uint16_t port) override;

    // The oracle: what page n links to (in order, repeats included), and how it is called.
    void links_of(uint64_t page, std::vector<uint64_t>& links) const;
    std::string url_of(uint64_t page) const;
    std::optional<uint64_t> page_at(std::string_view host, std::string_view target) const;
    // Every page reachable from `start` by links, in ascending order, by a walk over links_of().
    std::vector<uint64_t> reachable_from(uint64_t start) const;

  private:
    uint64_t mix(uint64_t page, uint64_t what) const;
    void append_path(uint64_t page, std::string& out) const;
    void append_link(uint64_t from, uint64_t to, uint64_t dice, std::string& out) const;
    void render(uint64_t page, std::string& out);

    SyntheticWebOptions options_;
    std::string port_suffix_;          // ":8080"
    std::vector<std::string> blocks_;  // the pool of paragraphs
    std::vector<uint64_t> links_;      // render()'s scratch
};

}  // namespace crawld::web
