// DemoSite: the small web that `daemon/try.sh` crawls when it is given no URL: five hosts under
// demo.test with about 330 pages, and one of each thing that a crawler meets outside.
//
// On garden.demo.test: /old (301) and /moved (302, to another host), /missing (404), /slow (answers
// after two seconds), /private/ (disallowed), a rel=nofollow link and a page with meta robots
// nofollow, both leading to /trap/, which answers for ever. archive.demo.test asks for a
// Crawl-delay. Every page has an image.
//
// Test: tests/support/web/web_test.cc
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/web/web_site.h"

namespace crawld::web {

class DemoSite : public WebSite {
  public:
    DemoSite();
    void answer(const WebRequest& request, WebReply& reply) override;
    void set_port(uint16_t port) override;

    static std::vector<std::string> hosts();  // the first is where to start

  private:
    struct Item {
        std::string path;
        std::string title;
    };
    struct Host {
        std::string_view name;
        std::string_view heading;
        std::string_view kind;  // of its items, and the first part of their paths
        size_t item_count;
        std::vector<Item> items;
    };
    static std::vector<Host> make_hosts();

    std::string url(std::string_view host, std::string_view path) const;
    std::string link(std::string_view to, std::string_view text) const;
    void page(const Host& host, std::string_view title, std::string_view content,
              WebReply& reply) const;
    std::string home(const Host& host) const;
    std::string shelf(const Host& host, size_t number) const;
    std::string item(const Host& host, size_t number) const;
    std::string about(const Host& host) const;
    bool answer_oddity(const Host& host, std::string_view target, WebReply& reply) const;
    bool answer_page(const Host& host, std::string_view target, WebReply& reply) const;

    std::vector<Host> hosts_;
    std::string port_suffix_;
};

}  // namespace crawld::web
