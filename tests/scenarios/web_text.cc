#include "scenarios/web_text.h"

#include "base/text.h"
#include "url/url.h"

namespace crawld {

namespace {

template <class E, size_t N>
E word_of(const std::array<std::pair<std::string_view, E>, N>& known, const std::string& text,
          const Words& words) {
    for (const auto& [name, value] : known)
        if (name == text) return value;
    words.fail("unknown word: " + text);
}

constexpr std::array<std::pair<std::string_view, SimFault>, 7> kFaults{{
    {"silent", SimFault::silent},
    {"reset", SimFault::reset},
    {"stale", SimFault::stale},
    {"empty", SimFault::empty},
    {"cut", SimFault::cut},
    {"stall", SimFault::stall},
    {"garbage", SimFault::garbage},
}};
constexpr std::array<std::pair<std::string_view, DnsOutcome>, 5> kDns{{
    {"found", DnsOutcome::found},
    {"nxdomain", DnsOutcome::not_found},
    {"empty", DnsOutcome::no_address},
    {"servfail", DnsOutcome::server_failure},
    {"timeout", DnsOutcome::timed_out},
}};
constexpr std::array<std::pair<std::string_view, SimConnect>, 4> kConnects{{
    {"accept", SimConnect::accept},
    {"refuse", SimConnect::refuse},
    {"hang", SimConnect::hang},
    {"unreachable", SimConnect::unreachable},
}};

uint64_t number(const std::string& text, const Words& words) {
    const auto value = parse_uint(text);
    if (!value) words.fail("not a number: " + text);
    return *value;
}

std::string canonical(const std::string& text, const Words& words) {
    const auto url = CanonicalUrl::parse(text);
    if (!url) words.fail("not a URL: " + text);
    return url->href();
}

IpAddress address(std::string_view text, const Words& words) {
    const auto parsed = IpAddress::parse(text);
    if (!parsed) words.fail("not an address: " + std::string(text));
    return *parsed;
}

HttpHeader header(const std::string& text, const Words& words) {
    const size_t colon = text.find(':');
    if (colon == std::string::npos) words.fail("write a header as \"NAME: VALUE\"");
    return {text.substr(0, colon), std::string(trim(std::string_view(text).substr(colon + 1)))};
}

std::string page_of_links(const std::vector<std::string>& links) {
    std::string body = "<!doctype html><title>page</title>\n";
    for (const std::string& link : links)
        body += "<a href=\"" + link + "\">link</a>\n";
    return body;
}

std::string many_rules(uint64_t count) {
    std::string rules;
    for (uint64_t i = 0; i < count; ++i) {
        const std::string number = std::to_string(i);
        rules += "Disallow: /*" + number + "a*b" + number + "\n";
    }
    return rules;
}

struct PageWords {
    SimReply reply;
    uint64_t from = 1;
};

PageWords read_reply(Words& words, std::string type) {
    PageWords page;
    SimReply& reply = page.reply;
    uint64_t bytes = 0;
    while (!words.empty()) {
        const std::string word = words.take("a word");
        if (word == "from")
            page.from = number(words.take("from N"), words);
        else if (word == "status")
            reply.status = static_cast<int>(number(words.take("S"), words));
        else if (word == "type")
            type = words.take("type T");
        else if (word == "header")
            reply.headers.push_back(header(words.take("header"), words));
        else if (word == "location")
            reply.headers.push_back({"Location", words.take("URL")});
        else if (word == "body")
            reply.body = words.take("body");
        else if (word == "rules")
            reply.body += many_rules(number(words.take("rules N"), words));
        else if (word == "bytes")
            bytes = number(words.take("bytes N"), words);
        else if (word == "delay")
            reply.delay = scenario_duration(words.take("delay D"), words);
        else if (word == "rest")
            reply.rest = scenario_duration(words.take("rest D"), words);
        else if (word == "fault")
            reply.fault = word_of(kFaults, words.take("fault F"), words);
        else if (word == "links") {
            reply.links = words.rest();
            reply.body += page_of_links(reply.links);
        } else
            words.fail("unknown word: " + word);
    }
    if (reply.body.size() < bytes) reply.body.append(bytes - reply.body.size(), ' ');
    if (!type.empty()) reply.headers.push_back({"Content-Type", type});
    return page;
}

void page_line(const std::string& url, Words& words, const std::string& type, SimWeb& web,
               bool change) {
    PageWords page = read_reply(words, type);
    if (change)
        web.replace_page(url, std::move(page.reply));
    else
        web.add_reply(url, page.from, std::move(page.reply));
}

void host_line(Words& words, SimWeb& web) {
    const std::string host = words.take("a name");
    SimName name;
    while (!words.empty()) {
        const std::string word = words.take("a word");
        if (word == "address") {
            const std::string list = words.take("addresses");
            for (std::string_view one : split(list, ','))
                name.addresses.push_back(address(one, words));
        } else if (word == "dns") {
            name.outcome = word_of(kDns, words.take("dns"), words);
        } else if (word == "delay") {
            name.delay = scenario_duration(words.take("delay D"), words);
        } else {
            words.fail("unknown word: " + word);
        }
    }
    web.set_name(host, std::move(name));
}

void address_line(Words& words, SimWeb& web) {
    const IpAddress which = address(words.take("an address"), words);
    SimAddress server;
    server.connect = word_of(kConnects, words.take("what it does"), words);
    if (words.take_if("latency")) server.latency = scenario_duration(words.take("D"), words);
    web.set_address(which, server);
}

}  // namespace

Duration scenario_duration(const std::string& text, const Words& words) {
    const auto duration = parse_duration(text);
    if (!duration) words.fail(duration.error().message);
    return *duration;
}

bool apply_web_line(const ScenarioLine& line, SimWeb& web, bool change) {
    Words words(line);
    if (words.take_if("page")) {
        const std::string url = canonical(words.take("URL"), words);
        page_line(url, words, "text/html; charset=utf-8", web, change);
    } else if (words.take_if("robots")) {
        const std::string host = words.take("HOST");
        page_line(canonical("http://" + host + "/robots.txt", words), words, "text/plain", web,
                  change);
    } else if (words.take_if("host")) {
        host_line(words, web);
    } else if (words.take_if("address")) {
        address_line(words, web);
    } else {
        return false;
    }
    return true;
}

}  // namespace crawld
