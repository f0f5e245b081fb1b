#include "support/web/demo_site.h"

#include <algorithm>

#include "base/fingerprint.h"
#include "base/prng.h"
#include "base/text.h"
#include "support/web/prose.h"

namespace crawld::web {
namespace {

constexpr size_t kItemsPerShelf = 10;
constexpr std::string_view kImage =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"64\" height=\"64\">"
    "<circle cx=\"32\" cy=\"32\" r=\"28\" fill=\"#7a9\"/></svg>\n";

std::string text_of(uint64_t seed, int paragraphs) {
    Prng prng(seed);
    std::string out;
    for (int i = 0; i < paragraphs; ++i) {
        out += "<p>";
        for (uint64_t left = 3 + prng.below(4); left > 0; --left)
            out += sentence(prng) + "\n";
        out += "</p>\n";
    }
    return out;
}

// "/shelf/12" with the prefix "/shelf/" is 12; anything else is `none`.
size_t number_after(std::string_view target, std::string_view prefix, size_t none) {
    if (!target.starts_with(prefix)) return none;
    return parse_uint(target.substr(prefix.size())).value_or(none);
}

size_t shelves_of(size_t items) {
    return (items + kItemsPerShelf - 1) / kItemsPerShelf;
}

}  // namespace

std::vector<DemoSite::Host> DemoSite::make_hosts() {
    return {{"garden.demo.test", "The Walled Garden", "plants", 80, {}},
            {"kitchen.demo.test", "A Village Kitchen", "recipes", 70, {}},
            {"library.demo.test", "The Reading Room", "books", 70, {}},
            {"harbour.demo.test", "Harbour Journal", "ships", 60, {}},
            {"archive.demo.test", "Old Newsletters", "letters", 8, {}}};
}

DemoSite::DemoSite() : hosts_(make_hosts()) {
    uint64_t seed = 1;
    for (Host& host : hosts_) {
        Prng prng(seed++);
        for (size_t n = 0; n < host.item_count; ++n) {
            const std::string name = title(prng);
            std::string slug = lowercase(name);
            std::replace(slug.begin(), slug.end(), ' ', '-');
            host.items.push_back(
                {"/" + std::string(host.kind) + "/" + slug + "-" + std::to_string(n), name});
        }
    }
}

std::vector<std::string> DemoSite::hosts() {
    std::vector<std::string> names;
    for (const Host& host : make_hosts())
        names.emplace_back(host.name);
    return names;
}

void DemoSite::set_port(uint16_t port) {
    port_suffix_ = port == 80 ? "" : ":" + std::to_string(port);
}

std::string DemoSite::url(std::string_view host, std::string_view path) const {
    return "http://" + std::string(host) + port_suffix_ + std::string(path);
}

std::string DemoSite::link(std::string_view to, std::string_view text) const {
    return "<a href=\"" + std::string(to) + "\">" + std::string(text) + "</a>\n";
}

void DemoSite::page(const Host& host, std::string_view title, std::string_view content,
                    WebReply& reply) const {
    reply.body
        .append("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\n<title>")
        .append(title)
        .append(" &middot; ")
        .append(host.heading)
        .append("</title></head>\n<body>\n<header><img src=\"/images/logo.svg\" alt=\"\">\n<nav>")
        .append(link("/", "Home"))
        .append(link("/about", "About"))
        .append("</nav></header>\n<main><h1>")
        .append(title)
        .append("</h1>\n")
        .append(content)
        .append("</main>\n<footer>Made of words that mean nothing.</footer>\n</body></html>\n");
}

std::string DemoSite::home(const Host& host) const {
    std::string out = text_of(fingerprint64(host.name), 2) + "<ul>\n";
    for (size_t n = 1; n <= shelves_of(host.items.size()); ++n)
        out += "<li>" + link("/shelf/" + std::to_string(n), "Shelf " + std::to_string(n)) + "</li>";
    out += "</ul>\n<h2>Our neighbours</h2>\n";
    for (const Host& other : hosts_)
        if (&other != &host) out += link(url(other.name, "/"), other.heading);
    return out;
}

std::string DemoSite::shelf(const Host& host, size_t number) const {
    std::string out = "<ol>\n";
    const size_t first = (number - 1) * kItemsPerShelf;
    const size_t last = std::min(first + kItemsPerShelf, host.items.size());
    for (size_t n = first; n < last; ++n)
        out += "<li>" + link(host.items[n].path, host.items[n].title) + "</li>";
    out += "</ol>\n";
    if (number > 1) out += link(std::to_string(number - 1), "Previous shelf");
    if (last < host.items.size()) out += link(std::to_string(number + 1), "Next shelf");
    return out;
}

std::string DemoSite::item(const Host& host, size_t number) const {
    std::string out =
        "<img src=\"/images/" + std::to_string(number) + ".svg\" alt=\"A picture\">\n";
    out += text_of(fingerprint64(host.name) + number, 5);
    out += "<h2>See also</h2>\n";
    Prng prng(number);
    for (int i = 0; i < 3; ++i) {
        const Item& other = host.items[prng.below(host.items.size())];
        out += link(other.path, other.title);
    }
    // One in three also recommends something next door.
    const Host& neighbour = hosts_[prng.below(hosts_.size())];
    if (number % 3 == 0) {
        const Item& other = neighbour.items[prng.below(neighbour.items.size())];
        out += link(url(neighbour.name, other.path), other.title);
    }
    return out + link("/shelf/" + std::to_string(number / kItemsPerShelf + 1), "Back to the shelf");
}

std::string DemoSite::about(const Host& host) const {
    std::string out = text_of(fingerprint64(host.name) + 7'000, 3);
    if (&host != &hosts_.front()) return out;
    return out + "<ul>\n<li>" + link("/old", "Our former address") + "</li>\n<li>" +
           link("/moved", "Recipes with herbs") + "</li>\n<li>" +
           link("/missing", "A page somebody forgot") + "</li>\n<li>" +
           link("/slow", "The sundial, in no hurry") + "</li>\n<li>" +
           link("/private/diary", "The gardener's diary (robots.txt asks you not to)") +
           "</li>\n<li>" + link("/calendar", "Calendar") +
           "</li>\n<li><a rel=\"nofollow\" href=\"/trap/1\">An advertisement</a></li>\n</ul>\n";
}

// Whatever is not a page of the ordinary kind; false if `target` is none of it.
bool DemoSite::answer_oddity(const Host& host, std::string_view target, WebReply& reply) const {
    if (target == "/robots.txt") {
        reply.content_type = "text/plain";
        reply.body = "User-agent: *\nDisallow: /private/\n";
        if (host.name == "archive.demo.test") reply.body += "Crawl-delay: 0.5\n";
    } else if (target.starts_with("/images/")) {
        reply.content_type = "image/svg+xml";
        reply.body = kImage;
    } else if (&host != &hosts_.front()) {
        return false;
    } else if (target == "/old") {
        reply.status = 301;
        reply.headers = "Location: /\r\n";
    } else if (target == "/moved") {
        reply.status = 302;
        reply.headers = "Location: " + url("kitchen.demo.test", "/shelf/1") + "\r\n";
    } else if (target == "/slow") {
        reply.delay = seconds(2);
        page(host, "The sundial", text_of(2, 2), reply);
    } else if (target == "/calendar") {
        page(host, "Calendar",
             "<meta name=\"robots\" content=\"nofollow\">" + link("/trap/2", "Next day"), reply);
    } else if (const size_t day = number_after(target, "/trap/", 0); day > 0) {
        page(host, "Day " + std::to_string(day), link(std::to_string(day + 1), "Next day"), reply);
    } else {
        return false;
    }
    return true;
}

bool DemoSite::answer_page(const Host& host, std::string_view target, WebReply& reply) const {
    const size_t shelves = shelves_of(host.items.size());
    if (target == "/") {
        page(host, host.heading, home(host), reply);
    } else if (target == "/about") {
        page(host, "About us", about(host), reply);
    } else if (const size_t n = number_after(target, "/shelf/", 0); n > 0 && n <= shelves) {
        page(host, "Shelf " + std::to_string(n), shelf(host, n), reply);
    } else {
        const size_t dash = target.rfind('-');
        const size_t number =
            dash == std::string_view::npos
                ? host.items.size()
                : number_after(target, target.substr(0, dash + 1), host.items.size());
        if (number >= host.items.size() || host.items[number].path != target) return false;
        page(host, host.items[number].title, item(host, number), reply);
    }
    return true;
}

void DemoSite::answer(const WebRequest& request, WebReply& reply) {
    for (const Host& host : hosts_) {
        if (host.name != request.host) continue;
        if (answer_oddity(host, request.target, reply)) return;
        if (answer_page(host, request.target, reply)) return;
    }
    reply.status = 404;
    reply.body = "<!DOCTYPE html><title>Not found</title><p>There is no such page.</p>\n";
}

}  // namespace crawld::web
