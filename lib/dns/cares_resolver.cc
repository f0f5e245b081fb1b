#include "dns/cares_resolver.h"

#include <ares.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "dns/dns_cache.h"
#include "dns/fixed_hosts.h"

namespace crawld {

namespace {

// c-ares counts its initialisations, but not under threads; a static of a function is one.
struct AresLibrary {
    AresLibrary() { CRAWLD_CHECK(ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS); }
    ~AresLibrary() { ares_library_cleanup(); }
};

// Hosts asked for at the same time; further ones wait. A burst of more datagrams than the name
// server's socket buffer holds (about 270 small ones by default) would be lost without a word.
constexpr size_t kAskedMax = 100;

struct AddrinfoDeleter {
    void operator()(ares_addrinfo* info) const { ares_freeaddrinfo(info); }
};
using Addrinfo = std::unique_ptr<ares_addrinfo, AddrinfoDeleter>;

DnsOutcome outcome_of(int status) {
    switch (status) {
        case ARES_SUCCESS:
            return DnsOutcome::found;
        case ARES_ENOTFOUND:
        case ARES_EBADNAME:
            return DnsOutcome::not_found;
        case ARES_ENODATA:
            return DnsOutcome::no_address;
        case ARES_ETIMEOUT:
            return DnsOutcome::timed_out;
        default:
            return DnsOutcome::server_failure;
    }
}

bool is_failure(DnsOutcome outcome) {
    return outcome == DnsOutcome::server_failure || outcome == DnsOutcome::timed_out;
}

bool is_localhost(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    return host == "localhost" || host.ends_with(".localhost");
}

DnsAnswer loopback(bool ipv6) {
    DnsAnswer answer{DnsOutcome::found, {*IpAddress::parse("127.0.0.1")}};
    if (ipv6) answer.addresses.push_back(*IpAddress::parse("::1"));
    return answer;
}

// What is known of one address family of one host.
struct Half {
    bool done = false;
    DnsOutcome outcome = DnsOutcome::no_address;
    std::vector<IpAddress> addresses;
    Duration ttl = Duration::max();

    void take(int status, const ares_addrinfo* info);
};

void Half::take(int status, const ares_addrinfo* info) {
    done = true;
    outcome = outcome_of(status);
    if (info == nullptr) return;
    for (const auto* name = info->cnames; name != nullptr; name = name->next)
        ttl = std::min<Duration>(ttl, seconds(std::max(name->ttl, 0)));
    for (const auto* node = info->nodes; node != nullptr; node = node->ai_next) {
        if (addresses.size() == kAddressesMax) break;
        IpAddress address;
        address.v6 = node->ai_family == AF_INET6;
        if (address.v6) {
            const auto* raw = reinterpret_cast<const sockaddr_in6*>(node->ai_addr);
            std::memcpy(address.bytes.data(), &raw->sin6_addr, 16);
        } else {
            const auto* raw = reinterpret_cast<const sockaddr_in*>(node->ai_addr);
            std::memcpy(address.bytes.data(), &raw->sin_addr, 4);
        }
        ttl = std::min<Duration>(ttl, seconds(std::max(node->ai_ttl, 0)));
        addresses.push_back(address);
    }
    if (addresses.empty() && outcome == DnsOutcome::found) outcome = DnsOutcome::no_address;
}

DnsAnswer merge(const Half& v4, const Half& v6) {
    DnsAnswer answer;
    for (const Half* half : {&v4, &v6})
        for (const IpAddress& address : half->addresses)
            if (answer.addresses.size() < kAddressesMax) answer.addresses.push_back(address);
    if (!answer.addresses.empty()) return answer;
    // A name that does not exist has neither kind of address, whatever the other query met.
    if (v4.outcome == DnsOutcome::not_found || v6.outcome == DnsOutcome::not_found) {
        answer.outcome = DnsOutcome::not_found;
    } else if (is_failure(v4.outcome)) {
        answer.outcome = v4.outcome;
    } else {
        answer.outcome = is_failure(v6.outcome) ? v6.outcome : DnsOutcome::no_address;
    }
    return answer;
}

}  // namespace

class CaresResolver::Impl : public std::enable_shared_from_this<Impl> {
  public:
    Impl(UvLoop& loop, const NetworkOptions& options, FixedHosts hosts);
    ~Impl();
    Status open();
    void adopt(const NetworkOptions& options, FixedHosts hosts);

    std::optional<DnsAnswer> lookup(std::string_view host);
    void resolve(std::string_view host, uint64_t token);

    ResolverListener* listener = nullptr;
    DnsCache cache;

  private:
    struct Query {
        Impl* resolver;
        std::string host;
        std::vector<uint64_t> tokens;
        Half v4;
        Half v6;
        bool answered = false;
    };
    struct Socket {
        std::unique_ptr<FdWatch> watch;
        int wanted = 0;
    };

    void ask_more();
    void ask(Query& query);
    void on_half(Query& query, Half& half, int status, ares_addrinfo* info);
    void remember(const Query& query);
    void answer(uint64_t token, DnsAnswer answer);
    void deliver();
    void on_socket_state(int fd, bool readable, bool writable);
    void on_ready(int fd, int events);
    void arm_timer();

    UvLoop& loop_;
    NetworkOptions options_;
    FixedHosts hosts_;
    ares_channel channel_ = nullptr;
    bool closing_ = false;
    bool timer_armed_ = false;
    std::unique_ptr<Timer> timer_;
    std::unordered_map<int, Socket> sockets_;
    std::unordered_map<std::string, std::unique_ptr<Query>> queries_;
    std::deque<Query*> waiting_;  // of queries_, not asked yet
    size_t asked_ = 0;
    std::vector<std::pair<uint64_t, DnsAnswer>> ready_;  // not empty: deliver() is posted
};

CaresResolver::Impl::Impl(UvLoop& loop, const NetworkOptions& options, FixedHosts hosts)
    : cache(options.dns_cache_max),
      loop_(loop),
      options_(options),
      hosts_(std::move(hosts)),
      timer_(loop.make_timer("dns", [this] {
          timer_armed_ = false;
          ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
          ask_more();
      })) {}

CaresResolver::Impl::~Impl() {
    closing_ = true;
    if (channel_ != nullptr) ares_destroy(channel_);
}

Status CaresResolver::Impl::open() {
    static const AresLibrary library;
    ares_options options{};
    options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
    options.timeout = static_cast<int>(to_ms(options_.dns_timeout));
    options.tries = static_cast<int>(options_.dns_tries);
    options.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
        static_cast<Impl*>(self)->on_socket_state(fd, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    // ares_getaddrinfo 1.18 searches the domains of resolv.conf in spite of NOSEARCH: give it none.
    options.ndomains = 0;
    const int status = ares_init_options(&channel_, &options,
                                         ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                             ARES_OPT_DOMAINS | ARES_OPT_SOCK_STATE_CB);
    if (status != ARES_SUCCESS)
        return fail(ErrorCode::os_limit,
                    std::string("cannot start the resolver: ") + ares_strerror(status));
    if (options_.dns_servers.empty()) return {};

    std::string servers;
    for (const std::string& server : options_.dns_servers)
        servers += (servers.empty() ? "" : ",") + server;
    if (ares_set_servers_ports_csv(channel_, servers.c_str()) != ARES_SUCCESS)
        return fail(ErrorCode::configuration,
                    "network.dns_servers: \"" + servers +
                        "\" has an entry that is not address or address:port");
    return {};
}

void CaresResolver::Impl::adopt(const NetworkOptions& options, FixedHosts hosts) {
    options_ = options;
    hosts_ = std::move(hosts);
}

std::optional<DnsAnswer> CaresResolver::Impl::lookup(std::string_view host) {
    if (const auto literal = IpAddress::parse(host))
        return DnsAnswer{DnsOutcome::found, {*literal}};
    if (const DnsAnswer* fixed = hosts_.find(host)) return *fixed;
    // Said here, since c-ares 1.18 loses the copy of a name at each look-up of localhost.
    if (is_localhost(host)) return loopback(options_.ipv6);
    if (const DnsAnswer* cached = cache.find(host, loop_.now())) return *cached;
    return std::nullopt;
}

void CaresResolver::Impl::resolve(std::string_view host, uint64_t token) {
    if (auto known = lookup(host)) return answer(token, std::move(*known));
    auto& query = queries_[std::string(host)];
    if (query != nullptr) {
        if (query->answered) return answer(token, merge(query->v4, query->v6));
        query->tokens.push_back(token);
        return;
    }
    query = std::make_unique<Query>(Query{this, std::string(host), {token}, {}, {}});
    waiting_.push_back(query.get());
    ask_more();
}

void CaresResolver::Impl::ask_more() {
    while (asked_ < kAskedMax && !waiting_.empty()) {
        Query* query = waiting_.front();
        waiting_.pop_front();
        ++asked_;
        ask(*query);
    }
    arm_timer();
}

// The query may be gone when this returns: c-ares may answer at once.
void CaresResolver::Impl::ask(Query& query) {
    ares_addrinfo_hints hints{};
    hints.ai_flags = ARES_AI_NOSORT;  // sorting connects a socket to every address
    hints.ai_socktype = SOCK_STREAM;
    const std::string host = query.host;
    query.v6.done = !options_.ipv6;
    if (options_.ipv6) {
        hints.ai_family = AF_INET6;
        ares_getaddrinfo(
            channel_, host.c_str(), nullptr, &hints,
            [](void* argument, int status, int, ares_addrinfo* info) {
                auto* asked = static_cast<Query*>(argument);
                asked->resolver->on_half(*asked, asked->v6, status, info);
            },
            &query);
    }
    hints.ai_family = AF_INET;
    ares_getaddrinfo(
        channel_, host.c_str(), nullptr, &hints,
        [](void* argument, int status, int, ares_addrinfo* info) {
            auto* asked = static_cast<Query*>(argument);
            asked->resolver->on_half(*asked, asked->v4, status, info);
        },
        &query);
}

void CaresResolver::Impl::on_half(Query& query, Half& half, int status, ares_addrinfo* info) {
    const Addrinfo owned(info);
    if (closing_) return;
    half.take(status, info);
    const bool all_done = query.v4.done && query.v6.done;
    if (all_done || !query.v4.addresses.empty()) remember(query);
    if (!query.answered && (all_done || !query.v4.addresses.empty())) {
        query.answered = true;
        for (const uint64_t token : query.tokens)
            answer(token, merge(query.v4, query.v6));
    }
    if (!all_done) return;
    --asked_;
    queries_.erase(queries_.find(query.host));
}

void CaresResolver::Impl::remember(const Query& query) {
    DnsAnswer known = merge(query.v4, query.v6);
    if (is_failure(known.outcome)) return;
    const Duration ttl =
        known.outcome == DnsOutcome::found
            ? std::clamp(std::min(query.v4.ttl, query.v6.ttl), options_.dns_ttl_min,
                         std::max(options_.dns_ttl_min, options_.dns_ttl_max))
            : options_.dns_negative_ttl;
    cache.put(query.host, std::move(known), loop_.now() + ttl);
}

void CaresResolver::Impl::answer(uint64_t token, DnsAnswer answer) {
    ready_.emplace_back(token, std::move(answer));
    if (ready_.size() > 1) return;
    loop_.post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->deliver();
    });
}

void CaresResolver::Impl::deliver() {
    const auto batch = std::exchange(ready_, {});
    CRAWLD_CHECK(listener != nullptr);
    for (const auto& [token, known] : batch)
        listener->on_resolved(token, known);
}

void CaresResolver::Impl::on_socket_state(int fd, bool readable, bool writable) {
    const int wanted = (readable ? kReadable : 0) | (writable ? kWritable : 0);
    if (wanted == 0) {  // c-ares is about to close it
        sockets_.erase(fd);
        return;
    }
    Socket& socket = sockets_[fd];
    if (socket.watch == nullptr)
        socket.watch = loop_.watch("dns", fd, [this, fd](int events) { on_ready(fd, events); });
    socket.wanted = wanted;
    socket.watch->set(wanted);
}

void CaresResolver::Impl::on_ready(int fd, int events) {
    const bool error = (events & kFdError) != 0;
    ares_process_fd(channel_, error || (events & kReadable) != 0 ? fd : ARES_SOCKET_BAD,
                    error || (events & kWritable) != 0 ? fd : ARES_SOCKET_BAD);
    if (error) {  // the watch has stopped; if the socket outlived the error, it goes on
        const auto found = sockets_.find(fd);
        if (found != sockets_.end()) found->second.watch->set(found->second.wanted);
    }
    ask_more();
}

// The earliest time-out only moves away while the timer is armed, so asking c-ares (which looks at
// every query) once per firing is enough.
void CaresResolver::Impl::arm_timer() {
    timeval left{};
    if (timer_armed_ || ares_timeout(channel_, nullptr, &left) == nullptr) return;
    timer_armed_ = true;
    const Duration wait = seconds(left.tv_sec) + Duration{left.tv_usec};
    timer_->arm(loop_.now() + std::max<Duration>(wait, milliseconds(1)));
}

CaresResolver::CaresResolver(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
CaresResolver::~CaresResolver() = default;

Result<std::unique_ptr<CaresResolver>> CaresResolver::make(UvLoop& loop,
                                                           const NetworkOptions& options) {
    auto hosts = FixedHosts::make(options);
    if (!hosts) return tl::unexpected(hosts.error());
    auto impl = std::make_shared<Impl>(loop, options, std::move(*hosts));
    if (const Status opened = impl->open(); !opened) return tl::unexpected(opened.error());
    return std::unique_ptr<CaresResolver>(new CaresResolver(std::move(impl)));
}

std::optional<DnsAnswer> CaresResolver::lookup(std::string_view host) {
    return impl_->lookup(host);
}

void CaresResolver::resolve(std::string_view host, uint64_t token) {
    impl_->resolve(host, token);
}

void CaresResolver::set_listener(ResolverListener* listener) {
    impl_->listener = listener;
}

Status CaresResolver::set_options(const NetworkOptions& options) {
    auto hosts = FixedHosts::make(options);
    if (!hosts) return tl::unexpected(hosts.error());
    impl_->adopt(options, std::move(*hosts));
    return {};
}

size_t CaresResolver::cache_size() const {
    return impl_->cache.size();
}

}  // namespace crawld
