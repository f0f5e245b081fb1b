#include "support/web/synthetic_web.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/check.h"
#include "base/prng.h"
#include "base/text.h"
#include "support/web/prose.h"

namespace crawld::web {
namespace {

constexpr size_t kBlocks = 512;
constexpr std::array<std::string_view, 4> kSections{"news", "articles", "people", "places"};

// What the dice of mix() are for.
constexpr uint64_t kSize = 1 << 20;
constexpr uint64_t kFirstBlock = kSize + 1;

void append_number(uint64_t value, std::string& out) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

std::string_view section_of(uint64_t page) {
    return kSections[page % kSections.size()];
}

}  // namespace

SyntheticWeb::SyntheticWeb(SyntheticWebOptions options) : options_(std::move(options)) {
    CRAWLD_CHECK(options_.hosts > 0 && options_.pages >= options_.hosts);
    CRAWLD_CHECK(options_.links >= options_.children && options_.children > 0);
    Prng prng(options_.seed);
    for (size_t i = 0; i < kBlocks; ++i)
        blocks_.push_back(paragraph(prng));
}

void SyntheticWeb::set_port(uint16_t port) {
    port_suffix_ = port == 80 ? "" : ":" + std::to_string(port);
}

uint64_t SyntheticWeb::mix(uint64_t page, uint64_t what) const {
    return Prng(options_.seed ^ (page * 0x9e3779b97f4a7c15) ^ (what << 40)).next();
}

void SyntheticWeb::append_path(uint64_t page, std::string& out) const {
    out += '/';
    if (page < options_.hosts) return;
    out.append(section_of(page)).append("/");
    append_number(page, out);
}

std::string SyntheticWeb::url_of(uint64_t page) const {
    std::string url =
        "http://h" + std::to_string(page % options_.hosts) + "." + options_.domain + port_suffix_;
    append_path(page, url);
    return url;
}

std::optional<uint64_t> SyntheticWeb::page_at(std::string_view host,
                                              std::string_view target) const {
    const size_t dot = host.find('.');
    if (!host.starts_with("h") || dot == std::string_view::npos) return {};
    if (host.substr(dot + 1) != options_.domain) return {};
    const std::optional<uint64_t> host_number = parse_uint(host.substr(1, dot - 1));
    if (!host_number || *host_number >= options_.hosts) return {};
    if (target == "/") return *host_number;

    const size_t slash = target.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return {};
    const std::optional<uint64_t> page = parse_uint(target.substr(slash + 1));
    if (!page || *page >= options_.pages || *page < options_.hosts) return {};
    if (*page % options_.hosts != *host_number) return {};
    if (target.substr(1, slash - 1) != section_of(*page)) return {};
    return page;
}

void SyntheticWeb::links_of(uint64_t page, std::vector<uint64_t>& links) const {
    links.clear();
    const uint64_t first_child = page * options_.children + 1;
    for (uint64_t i = 0; i < options_.children && first_child + i < options_.pages; ++i)
        links.push_back(first_child + i);
    for (uint64_t i = 0; links.size() < options_.links; ++i) {
        const uint64_t dice = mix(page, i);
        uint64_t to = (dice >> 8) % options_.pages;
        if (dice % 3 != 0) {  // the page of the same rank on our own host
            to = to - to % options_.hosts + page % options_.hosts;
            if (to >= options_.pages) to = page % options_.hosts;
        }
        links.push_back(to);
    }
}

std::vector<uint64_t> SyntheticWeb::reachable_from(uint64_t start) const {
    std::vector<bool> seen(options_.pages, false);
    std::vector<uint64_t> todo{start};
    std::vector<uint64_t> links;
    seen[start] = true;
    while (!todo.empty()) {
        const uint64_t page = todo.back();
        todo.pop_back();
        links_of(page, links);
        for (const uint64_t to : links) {
            if (seen[to]) continue;
            seen[to] = true;
            todo.push_back(to);
        }
    }
    std::vector<uint64_t> reached;
    for (uint64_t page = 0; page < options_.pages; ++page)
        if (seen[page]) reached.push_back(page);
    return reached;
}

void SyntheticWeb::append_link(uint64_t from, uint64_t to, uint64_t dice, std::string& out) const {
    out += "<p><a ";
    if (dice % 4 == 0) out += "class=\"more\" ";
    out += "href=\"";
    const uint64_t to_host = to % options_.hosts;
    if (to_host != from % options_.hosts || dice % 8 == 1) {
        out += "http://h";
        append_number(to_host, out);
        out.append(".").append(options_.domain).append(port_suffix_);
    }
    append_path(to, out);
    if (dice % 16 == 2) out += "#notes";
    out += "\">";
    out += section_of(to);
    out += ' ';
    append_number(to, out);
    out += "</a></p>\n";
}

void SyntheticWeb::render(uint64_t page, std::string& out) {
    out += "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Page ";
    append_number(page, out);
    out += "</title>\n<link rel=\"stylesheet\" href=\"/style.css\"></head>\n<body><h1>Page ";
    append_number(page, out);
    out += "</h1>\n";
    links_of(page, links_);
    const uint64_t mean = options_.body_bytes;
    const uint64_t target = mean * 2 / 5 + mix(page, kSize) % (mean * 6 / 5 + 1);
    size_t block = mix(page, kFirstBlock) % blocks_.size();
    for (size_t i = 0; i < links_.size(); ++i) {
        append_link(page, links_[i], mix(page, i) >> 56, out);
        const uint64_t until = target * (i + 1) / links_.size();
        while (out.size() < until) {
            out += blocks_[block];
            block = (block + 1) % blocks_.size();
        }
    }
    out += "</body></html>\n";
}

void SyntheticWeb::answer(const WebRequest& request, WebReply& reply) {
    if (request.target == "/robots.txt") {
        reply.content_type = "text/plain";
        reply.body = "User-agent: *\nDisallow: /private/\n";
        return;
    }
    reply.delay = options_.delay;
    if (const std::optional<uint64_t> page = page_at(request.host, request.target)) {
        render(*page, reply.body);
    } else {
        reply.status = 404;
        reply.body = "<!DOCTYPE html><title>Not found</title><p>There is no such page.</p>\n";
    }
}

}  // namespace crawld::web
