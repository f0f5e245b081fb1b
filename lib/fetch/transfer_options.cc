// The options of a transfer's easy handle: those set once, and those set for each request.
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "fetch/transfer.h"

namespace crawld {

namespace {

// We decode bodies ourselves, with our own bounds, and archive them as they came.
constexpr const char* kAcceptEncoding = "Accept-Encoding: gzip, deflate, br, zstd";

// curl reads up to a hundred buffers at once while the socket has more: half of its default makes
// that 800 KB, which take 2 to 5 ms.
constexpr long kReadBytes = 8 << 10;

long whole_ms(Duration time) {
    return std::max<long>(1, std::chrono::ceil<milliseconds>(time).count());
}

}  // namespace

Transfer::Transfer(TransferHost& host, const std::string& ca_file)
    : host_(host), easy_(curl_easy_init()) {
    CRAWLD_CHECK(easy_ != nullptr);
    set_up(ca_file);
    set_up_callbacks();
}

void Transfer::set_up(const std::string& ca_file) {
    CURL* easy = easy_.get();
    set_option(easy, CURLOPT_PRIVATE, static_cast<void*>(this));
    set_option(easy, CURLOPT_ERRORBUFFER, error_.data());
    set_option(easy, CURLOPT_NOSIGNAL, 1L);
    set_option(easy, CURLOPT_BUFFERSIZE, kReadBytes);
    set_option(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set_option(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set_option(easy, CURLOPT_FOLLOWLOCATION, 0L);
    // 7.88's HTTP/2 loses streams and leaks windows (#10693, #11052, #12356).
    set_option(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set_option(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    set_option(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    set_option(easy, CURLOPT_HTTP_TRANSFER_DECODING, 1L);
    set_option(easy, CURLOPT_PROXY, "");  // the environment's otherwise
    set_option(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set_option(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set_option(easy, CURLOPT_PATH_AS_IS, 1L);  // one URL parser decides, and it is not this one
    set_option(easy, CURLOPT_DNS_CACHE_TIMEOUT, -1L);  // the dummies never expire
    set_option(easy, CURLOPT_TCP_NODELAY, 1L);
    set_option(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // With a directory of certificates the X509 store cannot be cached, and each connection
    // parses all of them again: 38 ms instead of 1.7 ms.
    set_option(easy, CURLOPT_CAPATH, static_cast<char*>(nullptr));
    if (!ca_file.empty()) set_option(easy, CURLOPT_CAINFO, ca_file.c_str());
}

void Transfer::set_up_callbacks() {
    CURL* easy = easy_.get();
    void* self = this;
    set_option(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_head);
    set_option(easy, CURLOPT_HEADERDATA, self);
    set_option(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set_option(easy, CURLOPT_WRITEDATA, self);
    set_option(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
    set_option(easy, CURLOPT_OPENSOCKETDATA, self);
    set_option(easy, CURLOPT_PREREQFUNCTION, &Transfer::on_send);
    set_option(easy, CURLOPT_PREREQDATA, self);
    set_option(easy, CURLOPT_DEBUGFUNCTION, &Transfer::on_debug);
    set_option(easy, CURLOPT_DEBUGDATA, self);
    // The connection keeps this one beyond the transfer: it gets the host, which outlives it.
    const curl_closesocket_callback close_socket = [](void* host, curl_socket_t fd) {
        static_cast<TransferHost*>(host)->on_socket_closing(fd);
        return ::close(fd);
    };
    set_option(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    set_option(easy, CURLOPT_CLOSESOCKETDATA, static_cast<void*>(&host_));
    // curl asks its own resolver only if the dummies were lost. It must not: a hung look-up would
    // freeze the loop, and its answer would pass by the guard.
    const curl_resolver_start_callback never_resolve = [](void*, void*, void*) { return 1; };
    set_option(easy, CURLOPT_RESOLVER_START_FUNCTION, never_resolve);
}

void Transfer::set_if_new(CURLoption option, long& applied, long value) {
    if (applied == value) return;
    set_option(easy_.get(), option, value);
    applied = value;
}

void Transfer::begin(uint64_t token, FetchRequest request) {
    forget();
    token_ = token;
    request_ = std::move(request);
    head_.clear(request_.options.headers_max.bytes, request_.keep_heads);
    set_option(easy_.get(), CURLOPT_URL, request_.url.c_str());
    apply_headers();
    apply_limits();
    apply_route();
    set_if_new(CURLOPT_FRESH_CONNECT, applied_.fresh, 0);
}

void Transfer::begin_again() {
    const FetchRequest& same = request_;
    forget();
    head_.clear(same.options.headers_max.bytes, same.keep_heads);
    set_if_new(CURLOPT_FRESH_CONNECT, applied_.fresh, 1);
}

void Transfer::apply_headers() {
    if (applied_.user_agent != request_.user_agent) {
        applied_.user_agent = request_.user_agent;
        set_option(easy_.get(), CURLOPT_USERAGENT, applied_.user_agent.c_str());
    }
    const FetchOptions& options = request_.options;
    const long keep_alive = request_.keep_alive ? 1 : 0;
    const bool same =
        request_.headers.empty() && !applied_.extra_headers && applied_.accept == options.accept &&
        applied_.accept_language == options.accept_language && applied_.keep_alive == keep_alive;
    if (same) return;

    Slist list;
    append(list, ("Accept: " + options.accept).c_str());
    if (!options.accept_language.empty())
        append(list, ("Accept-Language: " + options.accept_language).c_str());
    append(list, kAcceptEncoding);
    if (!request_.keep_alive) append(list, "Connection: close");
    for (const HttpHeader& header : request_.headers)
        append(list, (header.name + ": " + header.value).c_str());
    set_option(easy_.get(), CURLOPT_HTTPHEADER, list.get());
    header_list_ = std::move(list);
    applied_.accept = options.accept;
    applied_.accept_language = options.accept_language;
    applied_.extra_headers = !request_.headers.empty();
    set_option(easy_.get(), CURLOPT_FORBID_REUSE, 1 - keep_alive);
    applied_.keep_alive = keep_alive;
}

void Transfer::apply_limits() {
    const FetchOptions& options = request_.options;
    set_if_new(CURLOPT_CONNECTTIMEOUT_MS, applied_.connect_ms, whole_ms(options.connect_timeout));
    set_if_new(CURLOPT_TIMEOUT_MS, applied_.total_ms, whole_ms(options.total_timeout));
    set_if_new(CURLOPT_LOW_SPEED_LIMIT, applied_.low_speed_bytes,
               static_cast<long>(options.low_speed_bytes));
    set_if_new(CURLOPT_LOW_SPEED_TIME, applied_.low_speed_seconds,
               std::chrono::ceil<seconds>(options.low_speed_time).count());
}

void Transfer::apply_route() {
    const bool verify = request_.options.verify_tls;
    if (applied_.verify != (verify ? 1 : 0)) {
        set_option(easy_.get(), CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
        set_if_new(CURLOPT_SSL_VERIFYPEER, applied_.verify, verify ? 1 : 0);
    }
    // curl tells the version of TLS, and what it sends, nowhere but in its talk; see on_debug().
    const bool listens = request_.keep_heads || request_.url.starts_with("https:");
    set_if_new(CURLOPT_VERBOSE, applied_.verbose, listens ? 1 : 0);
    // One of the two dummies; the other family would be tried after it otherwise.
    set_if_new(CURLOPT_IPRESOLVE, applied_.family,
               request_.address.v6 ? CURL_IPRESOLVE_V6 : CURL_IPRESOLVE_V4);
    // Read when the transfer starts, and then kept by the multi handle for all transfers; but only
    // a handle that was given a wildcard itself looks for wildcards.
    if (applied_.wildcard && host_.dummy_addresses_known(request_.port)) return;
    set_option(easy_.get(), CURLOPT_RESOLVE, host_.dummy_addresses(request_.port));
    applied_.wildcard = true;
}

}  // namespace crawld
