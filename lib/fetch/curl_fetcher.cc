#include "fetch/curl_fetcher.h"

#include <sys/socket.h>

#include <csignal>
#include <deque>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/check.h"
#include "fetch/socket_table.h"
#include "fetch/transfer.h"

namespace crawld {

namespace {

// curl looks for dead connections at most once a second, when a transfer begins.
constexpr Duration kSweepDelay = milliseconds(1'100);
// How soon a paused transfer notes that there is memory. It becomes free on other threads, and in
// small pieces all the time: looking now and then costs less than being told of each.
constexpr Duration kResumeDelay = milliseconds(10);
// Transfers that begin at a time: a connect costs up to 0.2 ms.
constexpr size_t kStartsMax = 8;
// Paused transfers that go on at a time: each reads up to Transfer's bound.
constexpr size_t kResumesMax = 8;

void init_curl_once() {
    static const CURLcode code = [] {
        // With NOSIGNAL curl does not guard OpenSSL's writes to closed sockets.
        std::signal(SIGPIPE, SIG_IGN);
        return curl_global_init(CURL_GLOBAL_DEFAULT);
    }();
    CRAWLD_CHECK(code == CURLE_OK);
}

bool fits_a_header(std::string_view text) {
    using namespace std::string_view_literals;
    return text.find_first_of("\r\n\0"sv) == std::string_view::npos;
}

// The first thing in the request that would break out of its header line.
std::string_view unfit_header(const FetchRequest& request) {
    if (!fits_a_header(request.user_agent)) return "User-Agent";
    if (!fits_a_header(request.options.accept)) return "Accept";
    if (!fits_a_header(request.options.accept_language)) return "Accept-Language";
    for (const HttpHeader& header : request.headers)
        if (!fits_a_header(header.name) || !fits_a_header(header.value)) return header.name;
    return {};
}

// A kernel that still holds the request must forget it, not deliver it after we gave up.
void reset_on_close(int fd) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

class CurlFetcher::Impl : public std::enable_shared_from_this<Impl>, public TransferHost {
  public:
    Impl(UvLoop& loop, std::shared_ptr<const AddressPolicy> policy,
         const CurlFetcherOptions& options);
    ~Impl() override;

    void start(uint64_t token, FetchRequest request);
    void cancel(uint64_t token);
    size_t in_flight() const { return active_.size() + results_.size(); }

    FetcherListener* listener = nullptr;
    std::shared_ptr<const AddressPolicy> policy;

  private:
    using TransferPtr = std::unique_ptr<Transfer>;

    std::string_view refusal(const IpAddress& address, uint16_t port) const override {
        return policy->refusal(address, port);
    }
    void on_first_byte(uint64_t token) override;
    void on_socket_opened(int fd, Transfer& transfer) override;
    void on_socket_closing(int fd) override;
    curl_slist* dummy_addresses(uint16_t port) override;
    TlsNames tls_of(const SocketEnds& ends) const override { return sockets_.tls(ends); }
    bool dummy_addresses_known(uint16_t port) const override { return ports_seen_.contains(port); }
    bool grow_body(uint64_t token, uint64_t bytes, BodyLease& lease) override;

    static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void*);
    static int on_timer(CURLM* multi, long ms, void* self);
    void kick_soon();
    void kick();
    void act(int fd, int events);
    void collect();
    void complete(CURL* easy, CURLcode code);
    void fail_at_once(uint64_t token, Outcome outcome, std::string detail);
    void push_result(uint64_t token, FetchResult result);
    void deliver_soon();
    void deliver();
    void release_socket(uint64_t token);
    void resume_waiting();
    void resume(Transfer& transfer);
    void make_sweeper();
    void sweep();

    UvLoop& loop_;
    CurlFetcherOptions options_;
    SocketTable sockets_;
    MultiHandle multi_;
    std::unique_ptr<Timer> timer_;
    std::unique_ptr<Timer> sweep_timer_;
    std::unique_ptr<Timer> resume_timer_;
    BodyGate gate_;
    bool bodies_wait_told_ = true;
    bool sweep_armed_ = false;
    bool kick_posted_ = false;
    bool deliver_posted_ = false;
    bool acting_ = false;

    std::unordered_map<uint16_t, Slist> dummies_;
    std::unordered_set<uint16_t> ports_seen_;  // whose dummies curl has taken over
    std::unordered_map<uint64_t, TransferPtr> active_;
    std::deque<uint64_t> starting_;  // of them, those that curl does not know yet
    std::vector<TransferPtr> pool_;
    EasyHandle sweeper_;
    std::vector<uint64_t> first_bytes_;
    std::vector<std::pair<uint64_t, FetchResult>> results_;
};

CurlFetcher::Impl::Impl(UvLoop& loop, std::shared_ptr<const AddressPolicy> guard,
                        const CurlFetcherOptions& options)
    : policy(std::move(guard)),
      loop_(loop),
      options_(options),
      sockets_(
          loop, [this](int fd, int events) { act(fd, events); },
          [this] {
              if (std::exchange(sweep_armed_, true)) return;
              sweep_timer_->arm(loop_.now() + kSweepDelay);
          }),
      timer_(loop.make_timer("fetch", [this] { act(CURL_SOCKET_TIMEOUT, 0); })),
      sweep_timer_(loop.make_timer("fetch", [this] { sweep(); })),
      resume_timer_(loop.make_timer("fetch", [this] { resume_waiting(); })),
      gate_(options.bodies ? options.bodies : std::make_shared<BodyBudget>(UINT64_MAX / 2)) {
    CRAWLD_CHECK(policy != nullptr);
    init_curl_once();
    multi_.reset(curl_multi_init());
    CRAWLD_CHECK(multi_ != nullptr);
    CURLM* multi = multi_.get();
    void* self = this;
    set_option(multi, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
    set_option(multi, CURLMOPT_SOCKETDATA, self);
    set_option(multi, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
    set_option(multi, CURLMOPT_TIMERDATA, self);
    set_option(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    // A full cache is searched at every completion, and eviction leaks in 7.88: it never fills,
    // since start() keeps no more. We admit transfers ourselves; curl's own limits would queue
    // them against their time-outs.
    set_option(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(4 * options_.connections_max));
    make_sweeper();
}

CurlFetcher::Impl::~Impl() {
    for (auto& [token, transfer] : active_)
        curl_multi_remove_handle(multi_.get(), transfer->easy());
    curl_multi_remove_handle(multi_.get(), sweeper_.get());
    multi_.reset();  // closes the cached connections, which tells on_socket_closing()
}

void CurlFetcher::Impl::start(uint64_t token, FetchRequest request) {
    const std::string_view refused = refusal(request.address, request.port);
    if (!refused.empty())
        return fail_at_once(token, Outcome::address_refused, std::string(refused));
    const std::string_view unfit = unfit_header(request);
    if (!unfit.empty())
        return fail_at_once(token, Outcome::skipped,
                            "a control character in the header " + std::string(unfit));

    // With those that begin at the same time at most three times connections_max.
    if (sockets_.open_count() >= 2 * options_.connections_max) request.keep_alive = false;
    TransferPtr transfer;
    if (pool_.empty()) {
        transfer = std::make_unique<Transfer>(*this, options_.ca_file);
    } else {
        transfer = std::move(pool_.back());
        pool_.pop_back();
    }
    transfer->begin(token, std::move(request));
    CRAWLD_CHECK(active_.emplace(token, std::move(transfer)).second);
    starting_.push_back(token);
    kick_soon();
}

void CurlFetcher::Impl::cancel(uint64_t token) {
    const auto found = active_.find(token);
    if (found == active_.end()) return;  // its result is on the way
    TransferPtr transfer = std::move(found->second);
    active_.erase(found);
    std::erase(starting_, token);
    CRAWLD_CHECK(curl_multi_remove_handle(multi_.get(), transfer->easy()) == CURLM_OK);
    sockets_.settle();
    gate_.leave(token);
    push_result(token, transfer->finish_canceled());
    pool_.push_back(std::move(transfer));
}

void CurlFetcher::Impl::on_first_byte(uint64_t token) {
    first_bytes_.push_back(token);
    deliver_soon();
}

void CurlFetcher::Impl::on_socket_opened(int fd, Transfer& transfer) {
    ports_seen_.insert(transfer.request().port);
    sockets_.opened(fd, &transfer);
}

void CurlFetcher::Impl::on_socket_closing(int fd) {
    const Transfer* user = sockets_.user(fd);
    if (user != nullptr && user->sent() && !user->answered()) reset_on_close(fd);
    sockets_.closing(fd);
}

curl_slist* CurlFetcher::Impl::dummy_addresses(uint16_t port) {
    Slist& list = dummies_[port];
    // One of each family, from the blocks reserved for documentation; IPRESOLVE picks.
    if (list == nullptr)
        append(list, ("*:" + std::to_string(port) + ":192.0.2.1,[2001:db8::1]").c_str());
    return list.get();
}

int CurlFetcher::Impl::on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void*) {
    auto& impl = *static_cast<Impl*>(self);
    Transfer* transfer = get_info<Transfer*>(easy, CURLINFO_PRIVATE);
    int events = 0;
    if (what != CURL_POLL_REMOVE) {
        if ((what & CURL_POLL_IN) != 0) events |= kReadable;
        if ((what & CURL_POLL_OUT) != 0) events |= kWritable;
        // On a kept-alive connection this is the first we hear of its descriptor.
        if (transfer != nullptr && transfer->fd() < 0) transfer->adopt(fd);
    }
    impl.sockets_.want(fd, events, transfer);
    return 0;
}

int CurlFetcher::Impl::on_timer(CURLM*, long ms, void* self) {
    auto& impl = *static_cast<Impl*>(self);
    if (ms > 0) {
        impl.timer_->arm(impl.loop_.now() + milliseconds(ms));
    } else {
        impl.timer_->cancel();
        if (ms == 0) impl.kick_soon();
    }
    return 0;
}

void CurlFetcher::Impl::kick_soon() {
    if (std::exchange(kick_posted_, true)) return;
    loop_.post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->kick();
    });
}

void CurlFetcher::Impl::kick() {
    for (size_t n = 0; n < kStartsMax && !starting_.empty(); ++n) {
        CURL* easy = active_.at(starting_.front())->easy();
        starting_.pop_front();
        CRAWLD_CHECK(curl_multi_add_handle(multi_.get(), easy) == CURLM_OK);
    }
    kick_posted_ = false;
    act(CURL_SOCKET_TIMEOUT, 0);
    if (!starting_.empty()) kick_soon();
}

void CurlFetcher::Impl::act(int fd, int events) {
    CRAWLD_CHECK(!std::exchange(acting_, true));
    int mask = 0;
    if ((events & kReadable) != 0) mask |= CURL_CSELECT_IN;
    if ((events & kWritable) != 0) mask |= CURL_CSELECT_OUT;
    // libuv names no events with an error: curl must look for itself.
    if ((events & kFdError) != 0) mask |= CURL_CSELECT_ERR | CURL_CSELECT_IN | CURL_CSELECT_OUT;
    int running = 0;
    CRAWLD_CHECK(curl_multi_socket_action(multi_.get(), fd, mask, &running) == CURLM_OK);
    collect();
    if ((events & kFdError) != 0) sockets_.resume(fd);
    sockets_.settle();
    acting_ = false;
}

// After every action, whatever `running` says: a transfer that ends by time-out as the last one
// would never be reported otherwise.
void CurlFetcher::Impl::collect() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left))
        if (message->msg == CURLMSG_DONE) complete(message->easy_handle, message->data.result);
}

void CurlFetcher::Impl::complete(CURL* easy, CURLcode code) {
    CRAWLD_CHECK(curl_multi_remove_handle(multi_.get(), easy) == CURLM_OK);
    Transfer* transfer = get_info<Transfer*>(easy, CURLINFO_PRIVATE);
    if (transfer == nullptr) return;  // the sweeper has done its work by beginning
    if (transfer->needs_new_connection()) {
        transfer->begin_again();
        CRAWLD_CHECK(curl_multi_add_handle(multi_.get(), easy) == CURLM_OK);
        return;
    }
    const int fd = transfer->fd();
    // Its descriptor may be another transfer's by now, if curl closed it.
    if (code == CURLE_OK && fd >= 0 && sockets_.user(fd) == transfer) {
        sockets_.set_tls(fd, transfer->ends(), transfer->tls());
        sockets_.keep(fd);
    }
    const auto found = active_.find(transfer->token());
    gate_.leave(found->first);
    push_result(found->first, transfer->finish(code));
    pool_.push_back(std::move(found->second));
    active_.erase(found);
}

void CurlFetcher::Impl::fail_at_once(uint64_t token, Outcome outcome, std::string detail) {
    FetchResult result;
    result.outcome = outcome;
    result.detail = std::move(detail);
    push_result(token, std::move(result));
}

void CurlFetcher::Impl::push_result(uint64_t token, FetchResult result) {
    results_.emplace_back(token, std::move(result));
    deliver_soon();
}

void CurlFetcher::Impl::deliver_soon() {
    if (std::exchange(deliver_posted_, true)) return;
    loop_.post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->deliver();
    });
}

void CurlFetcher::Impl::deliver() {
    deliver_posted_ = false;
    CRAWLD_CHECK(listener != nullptr);
    // The listener takes now() for the time of the first byte: it must not lie before it.
    loop_.update_now();
    for (const uint64_t token : std::exchange(first_bytes_, {}))
        listener->on_first_byte(token);
    if (!std::exchange(bodies_wait_told_, true))
        listener->on_bodies_wait(
            {.transfers = gate_.waiting(), .waits = gate_.waits(), .held = gate_.held()});
    for (auto& [token, result] : std::exchange(results_, {}))
        listener->on_fetched(token, std::move(result));
}

bool CurlFetcher::Impl::grow_body(uint64_t token, uint64_t bytes, BodyLease& lease) {
    const bool none_waited = gate_.waiting() == 0;
    if (gate_.grow(token, bytes, lease)) return true;
    release_socket(token);
    if (none_waited) {
        resume_timer_->arm(loop_.now() + kResumeDelay);
        bodies_wait_told_ = false;
        deliver_soon();
    }
    return false;
}

// Of a transfer that pauses. On a connection that was idle curl may not have told of its descriptor
// yet.
void CurlFetcher::Impl::release_socket(uint64_t token) {
    Transfer& transfer = *active_.at(token);
    if (transfer.fd() < 0) {
        const int fd = sockets_.find_kept(transfer.ends());
        if (fd >= 0) transfer.adopt(fd);
    }
    if (transfer.fd() >= 0) sockets_.pause(transfer.fd(), &transfer);
}

void CurlFetcher::Impl::resume_waiting() {
    CRAWLD_CHECK(!std::exchange(acting_, true));
    bool more = false;  // than are resumed at a time
    for (size_t n = 0; const auto token = gate_.next(); ++n) {
        more = n == kResumesMax;
        if (more) break;
        resume(*active_.at(*token));
        if (gate_.next() == token) break;  // it waits again, or nothing was kept
    }
    collect();
    sockets_.settle();
    acting_ = false;
    if (gate_.waiting() > 0) resume_timer_->arm(loop_.now() + (more ? Duration{0} : kResumeDelay));
}

// curl hands over what it kept from inside curl_easy_pause(), and forgets to end the transfer when
// that is refused: the body is full, for instance.
void CurlFetcher::Impl::resume(Transfer& transfer) {
    const CURLcode code = transfer.resume();
    if (code != CURLE_OK) complete(transfer.easy(), code);
}

// An easy handle that cannot get anywhere: what makes curl look for dead connections is that a
// transfer begins.
void CurlFetcher::Impl::make_sweeper() {
    sweeper_.reset(curl_easy_init());
    CRAWLD_CHECK(sweeper_ != nullptr);
    CURL* easy = sweeper_.get();
    set_option(easy, CURLOPT_NOSIGNAL, 1L);
    set_option(easy, CURLOPT_URL, "http://192.0.2.1/");
    set_option(easy, CURLOPT_PROXY, "");
    const curl_opensocket_callback no_socket = [](void*, curlsocktype, curl_sockaddr*) {
        return curl_socket_t{CURL_SOCKET_BAD};
    };
    set_option(easy, CURLOPT_OPENSOCKETFUNCTION, no_socket);
}

void CurlFetcher::Impl::sweep() {
    sweep_armed_ = false;
    if (sockets_.retired() == 0) return;
    // Refused if the last sweep has not ended yet.
    curl_multi_add_handle(multi_.get(), sweeper_.get());
    sweep_armed_ = true;
    sweep_timer_->arm(loop_.now() + kSweepDelay);
}

CurlFetcher::CurlFetcher(UvLoop& loop, std::shared_ptr<const AddressPolicy> policy,
                         const CurlFetcherOptions& options)
    : impl_(std::make_shared<Impl>(loop, std::move(policy), options)) {}
CurlFetcher::~CurlFetcher() = default;

void CurlFetcher::set_listener(FetcherListener* listener) {
    impl_->listener = listener;
}

void CurlFetcher::start(uint64_t token, FetchRequest request) {
    impl_->start(token, std::move(request));
}

void CurlFetcher::cancel(uint64_t token) {
    impl_->cancel(token);
}

size_t CurlFetcher::in_flight() const {
    return impl_->in_flight();
}

void CurlFetcher::set_policy(std::shared_ptr<const AddressPolicy> policy) {
    CRAWLD_CHECK(policy != nullptr);
    impl_->policy = std::move(policy);
}

}  // namespace crawld
