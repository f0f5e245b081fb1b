#include "support/sim_web.h"

#include <algorithm>

#include "base/check.h"
#include "url/url.h"

namespace crawld {

namespace {

// What every page that nobody described answers.
const SimReply kNotFound{
    .status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "not found", .links = {}};

SimExchange failure(Outcome outcome, Duration at) {
    SimExchange exchange;
    exchange.end = at;
    exchange.result.outcome = outcome;
    exchange.result.detail = "simulated";
    return exchange;
}

bool has_location(const SimReply& reply) {
    return std::any_of(reply.headers.begin(), reply.headers.end(),
                       [](const HttpHeader& header) { return header.name == "Location"; });
}

// As a server that knows validators: the ETag decides where there is one.
bool is_unchanged(const FetchRequest& request, const SimReply& reply) {
    const auto value = [](const std::vector<HttpHeader>& headers, std::string_view name) {
        const auto found =
            std::find_if(headers.begin(), headers.end(),
                         [&](const HttpHeader& header) { return header.name == name; });
        return found == headers.end() ? std::string() : found->value;
    };
    if (reply.status != 200) return false;
    const std::string etag = value(request.headers, "If-None-Match");
    if (!etag.empty()) return etag == value(reply.headers, "ETag");
    const std::string since = value(request.headers, "If-Modified-Since");
    return !since.empty() && since == value(reply.headers, "Last-Modified");
}

}  // namespace

Outcome sim_outcome(int status, bool has_location) {
    if (status == 429 || status == 503) return Outcome::throttled;
    if (status == 304) return Outcome::not_modified;
    switch (status / 100) {
        case 2:
            return Outcome::ok;
        case 3:
            return has_location ? Outcome::redirect : Outcome::odd_status;
        case 4:
            return Outcome::client_error;
        case 5:
            return Outcome::server_error;
        default:
            return Outcome::odd_status;
    }
}

void SimWeb::add_reply(const std::string& url, uint64_t from, SimReply reply) {
    pages_[url].replies.insert_or_assign(from, std::move(reply));
}

void SimWeb::replace_page(const std::string& url, SimReply reply) {
    Page& page = pages_[url];
    page.replies.clear();
    page.replies.emplace(1, std::move(reply));
}

void SimWeb::set_name(const std::string& host, SimName name) {
    names_.insert_or_assign(host, std::move(name));
}

void SimWeb::set_address(const IpAddress& address, SimAddress behaviour) {
    addresses_.insert_or_assign(address, behaviour);
}

const SimName& SimWeb::name(const std::string& host) {
    const auto [it, is_new] = names_.try_emplace(host);
    SimName& name = it->second;
    if (name.outcome == DnsOutcome::found && name.addresses.empty()) {
        if (const auto literal = IpAddress::parse(host)) {
            name.addresses.push_back(*literal);
        } else {
            // 20.64.0.1, 20.64.0.2, ...: an address that no guard refuses.
            const uint32_t n = ++addresses_made_;
            IpAddress address;
            address.bytes = {20, static_cast<uint8_t>(64 + (n >> 16)), static_cast<uint8_t>(n >> 8),
                             static_cast<uint8_t>(n)};
            name.addresses.push_back(address);
        }
    }
    return name;
}

const SimReply& SimWeb::reply_to(const std::string& url) {
    Page& page = pages_[url];
    ++page.requests;
    auto after = page.replies.upper_bound(page.requests);
    return after == page.replies.begin() ? kNotFound : std::prev(after)->second;
}

SimExchange SimWeb::begin(const FetchRequest& request, Instant now) {
    const auto url = CanonicalUrl::parse(request.url);
    CRAWLD_CHECK(url && url->href() == request.url);
    SimRequest& seen = requests_.emplace_back();
    seen.url = request.url;
    seen.host = url->host();
    seen.authority = url->authority();
    seen.address = request.address;
    seen.user_agent = request.user_agent;
    seen.epoch = epoch_;
    seen.dispatched = now;

    const auto found = addresses_.find(request.address);
    const SimAddress server = found == addresses_.end() ? SimAddress{} : found->second;
    const Duration patience = request.options.connect_timeout;
    SimExchange exchange;
    if (server.connect == SimConnect::hang || server.latency > patience) {
        exchange = failure(Outcome::connect_timeout, patience);
    } else if (server.connect == SimConnect::refuse) {
        exchange = failure(Outcome::connect_refused, server.latency);
    } else if (server.connect == SimConnect::unreachable) {
        exchange = failure(Outcome::connect_failed, server.latency);
    } else {
        const SimReply& reply = reply_to(request.url);
        seen.links = reply.links;
        exchange = converse(request, server, reply);
        const Duration latest = exchange.first_byte.value_or(exchange.end);
        const Duration room = std::max(Duration{0}, latest - server.latency);
        const uint64_t draw = prng_.below(4);  // early, late, or anywhere between
        const double part = draw == 0 ? 0 : draw == 1 ? 1 : prng_.unit();
        seen.received = now + server.latency + duration_cast<Duration>(room * part);
    }
    exchange.request = requests_.size() - 1;
    exchange.result.address = request.address;
    exchange.result.times.connect = std::min(server.latency, exchange.end);
    exchange.result.times.first_byte = exchange.first_byte.value_or(Duration{0});
    exchange.result.times.total = exchange.end;
    return exchange;
}

// As they would be on the wire.
static void put_heads(const FetchRequest& request, FetchResult& result) {
    const size_t path = request.url.find('/', request.url.find("//") + 2);
    result.request_head = "GET " + request.url.substr(path) + " HTTP/1.1\r\nHost: " + request.host +
                          "\r\nUser-Agent: " + request.user_agent + "\r\n\r\n";
    result.response_head = "HTTP/1.1 " + std::to_string(result.status) + " Simulated\r\n";
    for (const HttpHeader& header : result.headers)
        result.response_head += header.name + ": " + header.value + "\r\n";
    result.response_head += "\r\n";
}

SimExchange SimWeb::converse(const FetchRequest& request, const SimAddress& server,
                             const SimReply& reply) {
    const FetchOptions& options = request.options;
    const Duration first = server.latency + reply.delay;
    if (reply.fault == SimFault::silent || first > options.total_timeout)
        return failure(Outcome::timeout, options.total_timeout);
    if (reply.fault == SimFault::reset) return failure(Outcome::connection_lost, first);
    if (reply.fault == SimFault::stale) {
        SimExchange lost = failure(Outcome::connection_lost, first);
        lost.result.reused_connection = true;
        return lost;
    }
    if (reply.fault == SimFault::empty) return failure(Outcome::empty_reply, first);

    SimExchange exchange;
    exchange.first_byte = first;
    exchange.end = first + reply.rest;
    FetchResult& result = exchange.result;
    if (reply.fault == SimFault::garbage) {
        result.outcome = Outcome::bad_response;
        return exchange;
    }
    result.status = is_unchanged(request, reply) ? 304 : reply.status;
    result.outcome = sim_outcome(result.status, has_location(reply));
    result.headers = reply.headers;
    if (result.status != 304) result.body = reply.body;
    result.http_version = "1.1";
    if (request.url.starts_with("https:")) result.tls = "TLSv1.3";
    if (reply.fault == SimFault::cut) {
        result.outcome = Outcome::truncated;
        result.body.resize(result.body.size() / 2);
    }
    if (reply.fault == SimFault::stall) {
        result.outcome = Outcome::too_slow;
        result.body.clear();
        exchange.end = first + options.low_speed_time;
    }
    if (result.body.size() > options.body_max.bytes) {
        result.outcome = Outcome::body_too_large;
        result.body.resize(options.body_max.bytes);
        result.body_cut = true;
    }
    if (exchange.end > options.total_timeout) {
        result.outcome = Outcome::timeout;
        exchange.end = options.total_timeout;
    }
    result.bytes_wire = result.body.size() + 200;
    if (request.keep_heads) put_heads(request, result);
    return exchange;
}

void SimWeb::end(size_t request, Outcome outcome, Instant now) {
    requests_[request].ended = now;
    requests_[request].outcome = outcome;
    // What was cancelled may not have arrived any more.
    auto& received = requests_[request].received;
    if (received) received = std::min(*received, now);
}

void SimWeb::lose(size_t request, Instant now) {
    end(request, Outcome::canceled, now);
    requests_[request].lost = true;
}

}  // namespace crawld
