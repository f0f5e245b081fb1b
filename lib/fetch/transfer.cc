#include "fetch/transfer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "fetch/cipher_names.h"
#include "fetch/curl_outcome.h"

namespace crawld {

namespace {

constexpr uint64_t kReserveMax = 256 << 10;  // of a length that is only announced
constexpr uint64_t kReserveMin = 16 << 10;   // of a body without length
// To copy a larger one into a buffer of twice its size would take milliseconds. It gets the address
// space of the largest at once, of which only what is written to takes memory.
constexpr uint64_t kCopiedMax = 512 << 10;

Duration info_time(CURL* easy, CURLINFO info) {
    return Duration{get_info<curl_off_t>(easy, info)};
}

// "TLSv1.3 / TLS_AES_256_GCM_SHA384"
TlsNames read_tls(std::string_view text) {
    constexpr std::string_view kBetween = " / ";
    const size_t end = text.find_first_of(" /\n");
    TlsNames names{.version = std::string(text.substr(0, end)), .cipher_suite = {}};
    if (end == std::string_view::npos || !text.substr(end).starts_with(kBetween)) return names;
    text.remove_prefix(end + kBetween.size());
    names.cipher_suite = iana_cipher_name(text.substr(0, text.find_first_of(" /\n")));
    return names;
}

// Puts the address we chose in place of the dummy; the port stays curl's, from the URL.
uint16_t replace_address(curl_sockaddr& target, const IpAddress& address) {
    if (address.v6) {
        auto* raw = reinterpret_cast<sockaddr_in6*>(&target.addr);
        std::memcpy(&raw->sin6_addr, address.bytes.data(), 16);
        return ntohs(raw->sin6_port);
    }
    auto* raw = reinterpret_cast<sockaddr_in*>(&target.addr);
    std::memcpy(&raw->sin_addr, address.bytes.data(), 4);
    return ntohs(raw->sin_port);
}

}  // namespace

void Transfer::forget() {
    body_ = {};
    lease_.end();
    detail_.clear();
    tls_ = {};
    request_head_ = {};
    body_bytes_wire_ = 0;
    fd_ = -1;
    ends_ = {};
    sends_ = 0;
    sockets_opened_ = 0;
    reused_ = false;
    answered_ = false;
    waited_ = false;
    stop_ = Stop::none;
}

int Transfer::stop(int code, Stop why, std::string_view detail) {
    if (stop_ == Stop::none) {
        stop_ = why;
        detail_ = detail;
    }
    return code;
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& transfer = *static_cast<Transfer*>(self);
    const FetchRequest& request = transfer.request_;
    if (transfer.sends_ > 0)
        return transfer.stop(CURL_SOCKET_BAD, Stop::sent_before,
                             "the kept-alive connection was dead");
    const int family = request.address.v6 ? AF_INET6 : AF_INET;
    if (address->family != family)
        return transfer.stop(CURL_SOCKET_BAD, Stop::address_refused,
                             "another family than the address");
    if (replace_address(*address, request.address) != request.port)
        return transfer.stop(CURL_SOCKET_BAD, Stop::address_refused, "another port than the URL's");
    const std::string_view refusal = transfer.host_.refusal(request.address, request.port);
    if (!refusal.empty()) return transfer.stop(CURL_SOCKET_BAD, Stop::address_refused, refusal);

    const int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (fd < 0) return transfer.stop(CURL_SOCKET_BAD, Stop::no_socket, std::strerror(errno));
    ++transfer.sockets_opened_;
    transfer.fd_ = fd;
    transfer.host_.on_socket_opened(fd, transfer);
    return fd;
}

int Transfer::on_send(void* self, char* peer, char* local, int peer_port, int local_port) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.sends_ > 0)
        return transfer.stop(CURL_PREREQFUNC_ABORT, Stop::sent_before,
                             "the kept-alive connection was dead");
    transfer.reused_ = transfer.sockets_opened_ == 0;
    const FetchRequest& request = transfer.request_;
    if (peer_port != request.port || IpAddress::parse(peer) != request.address)
        return transfer.stop(CURL_PREREQFUNC_ABORT, Stop::other_peer,
                             "the connection leads to another address");
    const std::string_view refusal = transfer.host_.refusal(request.address, request.port);
    if (!refusal.empty())
        return transfer.stop(CURL_PREREQFUNC_ABORT, Stop::address_refused, refusal);
    ++transfer.sends_;
    transfer.ends_ = {.peer = request.address,
                      .peer_port = request.port,
                      .local = IpAddress::parse(local).value_or(IpAddress{}),
                      .local_port = static_cast<uint16_t>(local_port)};
    if (transfer.reused_) transfer.tls_ = transfer.host_.tls_of(transfer.ends_);
    return CURL_PREREQFUNC_OK;
}

size_t Transfer::on_head(char* data, size_t size, size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (!transfer.answered_) {
        transfer.answered_ = true;
        transfer.host_.on_first_byte(transfer.token_);
    }
    ResponseHead& head = transfer.head_;
    const bool was_complete = head.complete();
    if (!head.add({data, size * count})) {
        transfer.stop(0, Stop::bad_head, "");
        return 0;
    }
    if (head.complete() && !was_complete) {
        if (!head.framing_doubt().empty()) {
            set_option(transfer.easy(), CURLOPT_FORBID_REUSE, 1L);
            transfer.applied_.keep_alive = -1;  // the next request sets it anew
        }
    }
    return size * count;
}

// What may be written to is what counts, so it is ours to choose: twice what it was, and no more
// than is announced, nor than a body may have.
bool Transfer::make_room(size_t bytes) {
    const uint64_t needed = body_.size() + bytes;
    const uint64_t had = lease_.bytes();
    if (needed <= had) return true;
    const auto announced = head_.content_length();
    const uint64_t most = std::min(request_.options.body_max.bytes, announced.value_or(UINT64_MAX));
    const uint64_t first = announced ? kReserveMax : kReserveMin;
    const uint64_t room = std::max(needed, std::min(had == 0 ? first : 2 * had, most));
    if (!host_.grow_body(token_, room - had, lease_)) return false;
    if (body_.capacity() >= room) return true;
    std::string larger;
    larger.reserve(room <= kCopiedMax ? room : std::max(room, most));
    larger.append(body_);
    body_.swap(larger);
    return true;
}

size_t Transfer::on_body(char* data, size_t size, size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const size_t bytes = size * count;
    const size_t room = transfer.request_.options.body_max.bytes - transfer.body_.size();
    if (!transfer.make_room(std::min(bytes, room))) {
        transfer.waited_ = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    transfer.body_bytes_wire_ += bytes;
    transfer.body_.append(data, std::min(bytes, room));
    if (bytes <= room) return bytes;
    transfer.stop(0, Stop::body_full, "cut at fetch.body_max");
    return 0;
}

int Transfer::on_debug(CURL*, curl_infotype type, char* data, size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    std::string_view text(data, size);
    if (type == CURLINFO_HEADER_OUT && transfer.request_.keep_heads) {
        transfer.request_head_.append(text);
        return 0;
    }
    constexpr std::string_view kBegin = "SSL connection using ";
    if (type != CURLINFO_TEXT || !text.starts_with(kBegin)) return 0;
    text.remove_prefix(kBegin.size());
    transfer.tls_ = read_tls(text);
    return 0;
}

FetchResult Transfer::finish(CURLcode code) {
    FetchResult result;
    result.outcome = judge(code);
    result.detail = std::move(detail_);
    result.status = head_.complete() ? head_.status() : 0;
    result.body_cut = stop_ == Stop::body_full;
    result.bytes_wire = head_.bytes() + body_bytes_wire_;
    result.reused_connection = reused_;
    if (sends_ > 0 || sockets_opened_ > 0) result.address = request_.address;
    result.tls = tls_.version;
    result.cipher_suite = tls_.cipher_suite;
    result.request_head = std::move(request_head_);
    take_times(result);
    if (head_.complete()) {
        result.http_version = head_.http_version();
        result.headers = std::move(head_.headers());
        result.response_head = std::move(head_.text());
        result.body = std::move(body_);
        result.lease = std::move(lease_);
    }
    return result;
}

FetchResult Transfer::finish_canceled() {
    stop_ = Stop::none;
    FetchResult result = finish(CURLE_OK);
    result.outcome = Outcome::canceled;
    result.detail.clear();
    return result;
}

void Transfer::take_times(FetchResult& result) const {
    CURL* easy = easy_.get();
    result.times.total = info_time(easy, CURLINFO_TOTAL_TIME_T);
    if (answered_) result.times.first_byte = info_time(easy, CURLINFO_STARTTRANSFER_TIME_T);
    if (reused_) return;
    result.times.connect = info_time(easy, CURLINFO_CONNECT_TIME_T);
    const Duration ready = info_time(easy, CURLINFO_APPCONNECT_TIME_T);
    if (ready > result.times.connect) result.times.tls = ready - result.times.connect;
}

// A body that ends with the connection, over TLS, without the close_notify that would say so. Many
// servers end so, and all browsers take it.
bool Transfer::ended_without_close_notify(CURLcode code) const {
    return code == CURLE_RECV_ERROR && head_.complete() && !head_.is_chunked() &&
           !head_.content_length() &&
           std::string_view(error_.data()).find("unexpected eof") != std::string_view::npos;
}

Outcome Transfer::judge(CURLcode code) {
    if (stop_ != Stop::none) return judge_stop();
    const bool unclean = ended_without_close_notify(code);
    if (code == CURLE_OK || unclean) {
        if (unclean) detail_ = "the connection ended without close_notify";
        if (!head_.framing_doubt().empty()) detail_ = head_.framing_doubt();
        const HttpHeader* location = head_.find("location");
        return outcome_of_status(head_.status(), location != nullptr && !location->value.empty());
    }
    if (waited_ && code == CURLE_OPERATION_TIMEDOUT) {
        detail_ = "out of time; it waited for memory (fetch.bodies_max)";
        return Outcome::timeout;
    }
    long os_error = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &os_error);
    detail_ = error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
    return outcome_of_code(code, {.os_error = static_cast<int>(os_error),
                                  .sent = sends_ > 0,
                                  .head_complete = head_.complete(),
                                  .message = error_.data()});
}

Outcome Transfer::judge_stop() {
    switch (stop_) {
        case Stop::none:
            break;
        case Stop::address_refused:
        case Stop::other_peer:
            return Outcome::address_refused;
        case Stop::no_socket:
            return Outcome::canceled;
        case Stop::sent_before:
            return Outcome::connection_lost;
        case Stop::body_full:
            return Outcome::body_too_large;
        case Stop::bad_head:
            if (head_.problem() == ResponseHead::Problem::too_large) {
                detail_ = "more bytes of headers than fetch.headers_max, or more than " +
                          std::to_string(ResponseHead::kLinesMax) + " lines";
                return Outcome::headers_too_large;
            }
            detail_ = "a CR or NUL inside a header, or a malformed status line";
            return Outcome::bad_response;
    }
    return Outcome::ok;
}

}  // namespace crawld
