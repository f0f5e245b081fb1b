// The webs that other tests trust: their oracles must be right, and the server must serve them.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>
#include <set>
#include <string>
#include <thread>

#include "support/web/demo_site.h"
#include "support/web/synthetic_web.h"
#include "support/web/web_server.h"

using namespace crawld;
using namespace crawld::web;

namespace {

std::vector<std::string> hrefs_of(const std::string& html) {
    std::vector<std::string> found;
    const std::string mark = "href=\"";
    for (size_t at = html.find(mark); at != std::string::npos; at = html.find(mark, at)) {
        at += mark.size();
        found.push_back(html.substr(at, html.find('"', at) - at));
    }
    return found;
}

struct Address {
    std::string host;
    std::string path;
    bool operator<(const Address& o) const {
        return std::tie(host, path) < std::tie(o.host, o.path);
    }
};

// Enough of URL resolution for the links our sites write.
Address resolve(const Address& base, std::string href) {
    href = href.substr(0, href.find('#'));
    if (href.starts_with("http://")) {
        const size_t slash = href.find('/', 7);
        return {href.substr(7, href.find_first_of(":/", 7) - 7), href.substr(slash)};
    }
    if (href.starts_with("/")) return {base.host, href};
    return {base.host, base.path.substr(0, base.path.rfind('/') + 1) + href};
}

std::string ask(uint16_t port, const std::string& request) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
    REQUIRE(write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size()));
    std::string answer;
    char bytes[4096];
    ssize_t n = 0;
    while ((n = read(fd, bytes, sizeof bytes)) > 0)
        answer.append(bytes, static_cast<size_t>(n));
    close(fd);
    return answer;
}

}  // namespace

TEST_CASE("a synthetic page's rendered links are the oracle's") {
    SyntheticWeb web({.seed = 5, .pages = 3'000, .hosts = 7});
    web.set_port(8080);
    for (uint64_t page = 0; page < 200; ++page) {
        const std::string url = web.url_of(page);
        const Address address = resolve({}, url);
        WebReply reply;
        web.answer({.host = address.host, .target = address.path}, reply);
        REQUIRE(reply.status == 200);
        std::vector<uint64_t> expected;
        web.links_of(page, expected);
        std::vector<uint64_t> rendered;
        for (const std::string& href : hrefs_of(reply.body)) {
            if (href == "/style.css") continue;
            const Address to = resolve(address, href);
            rendered.push_back(web.page_at(to.host, to.path).value());
        }
        CHECK(rendered == expected);
    }
}

TEST_CASE("every synthetic page is reachable from page 0, and its size is as asked") {
    SyntheticWeb web({.seed = 9, .pages = 2'000, .hosts = 10, .body_bytes = 25'000});
    web.set_port(80);
    const std::vector<uint64_t> reached = web.reachable_from(0);
    REQUIRE(reached.size() == 2'000);
    size_t bytes = 0;
    for (const uint64_t page : reached) {
        const Address address = resolve({}, web.url_of(page));
        REQUIRE(web.page_at(address.host, address.path) == page);
        WebReply reply;
        web.answer({.host = address.host, .target = address.path}, reply);
        bytes += reply.body.size();
    }
    CHECK(bytes / 2'000 > 24'000);
    CHECK(bytes / 2'000 < 27'000);
}

TEST_CASE("other paths than those of pages do not exist") {
    SyntheticWeb web({.pages = 100, .hosts = 4});
    for (const char* target :
         {"/news/100", "/news/x", "/news/5", "/people/12", "/5", "", "/news/"}) {
        WebReply reply;
        web.answer({.host = "h0.example.test", .target = target}, reply);
        CHECK_MESSAGE(reply.status == 404, target);
    }
}

TEST_CASE("the demo site has over 300 pages and keeps its traps behind nofollow and robots") {
    DemoSite site;
    site.set_port(8080);
    std::deque<Address> todo{{DemoSite::hosts().front(), "/"}};
    std::set<Address> seen{todo.front()};
    size_t pages = 0;
    std::set<int> statuses;
    while (!todo.empty()) {
        const Address address = todo.front();
        todo.pop_front();
        WebReply reply;
        site.answer({.host = address.host, .target = address.path}, reply);
        statuses.insert(reply.status);
        pages += reply.status == 200;
        if (address.path == "/calendar") continue;  // meta robots nofollow
        for (const std::string& href : hrefs_of(reply.body)) {
            const Address to = resolve(address, href);
            if (to.path.starts_with("/trap/") || to.path.starts_with("/private/")) continue;
            if (seen.insert(to).second) todo.push_back(to);
        }
    }
    CHECK(pages >= 300);
    CHECK(pages <= 400);
    CHECK(statuses == std::set<int>{200, 301, 302, 404});
}

TEST_CASE("the server answers pipelined, delayed, refused and broken requests") {
    SyntheticWeb web({.pages = 10, .hosts = 1, .delay = milliseconds(20)});
    auto server = WebServer::open(web, {.addresses = 2}).value();
    std::thread thread([&] { CHECK(server->run()); });

    const std::string get = " HTTP/1.1\r\nHost: H0.example.test:99\r\n\r\n";
    const std::string last =
        "GET /nope HTTP/1.1\r\nHost: h0.example.test\r\nConnection: close\r\n\r\n";
    const std::string answer =
        ask(server->port(), "GET /" + get + "HEAD /" + get + "GET /robots.txt" + get + last);
    CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(answer.find("<h1>Page 0</h1>") == answer.rfind("<h1>Page 0</h1>"));  // HEAD has none
    CHECK(answer.find("Disallow: /private/") != std::string::npos);
    CHECK(answer.find("HTTP/1.1 404 Not Found\r\n") != std::string::npos);
    CHECK(ask(server->port(), "POST / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405"));
    CHECK(ask(server->port(), "nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));

    server->stop();
    thread.join();
}
