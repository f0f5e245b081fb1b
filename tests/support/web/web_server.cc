#include "support/web/web_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/text.h"

namespace crawld::web {
namespace {

constexpr size_t kHeadBytesMax = 16 << 10;
constexpr size_t kReadBytes = 16 << 10;
constexpr int kSendBufferBytes = 256 << 10;  // a whole page fits: one writev a reply
constexpr int64_t kWaitMaxMs = 60'000;

tl::unexpected<Error> errno_fail(std::string_view doing) {
    return tl::unexpected(errno_error(errno, doing));
}

std::string_view reason_of(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 400:
            return "Bad Request";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        default:
            return "Status";
    }
}

// The value of a header in a request head, or empty.
std::string_view header_of(std::string_view head, std::string_view name) {
    size_t at = head.find("\r\n");
    while (at != std::string_view::npos && at + 2 < head.size()) {
        const size_t start = at + 2;
        at = head.find("\r\n", start);
        const std::string_view line = head.substr(start, at - start);
        if (line.size() > name.size() && line[name.size()] == ':' && istarts_with(line, name))
            return trim(line.substr(name.size() + 1));
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<WebServer>> WebServer::open(WebSite& site, const WebServerSetup& setup) {
    std::unique_ptr<WebServer> server(new WebServer(site));
    server->epoll_ = epoll_create1(EPOLL_CLOEXEC);
    server->stop_event_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (server->epoll_ < 0 || server->stop_event_ < 0)
        return errno_fail("cannot make an epoll set");
    epoll_event event{.events = EPOLLIN, .data = {.fd = server->stop_event_}};
    epoll_ctl(server->epoll_, EPOLL_CTL_ADD, server->stop_event_, &event);
    if (!setup.access_log.empty()) {
        if (Status status = server->access_log_.open(setup.access_log); !status)
            return tl::unexpected(status.error());
    }
    if (Status status = server->listen_all(setup); !status) return tl::unexpected(status.error());
    site.set_port(server->port_);
    return server;
}

WebServer::~WebServer() {
    for (size_t fd = 0; fd < connections_.size(); ++fd)
        if (connections_[fd]) close(static_cast<int>(fd));
    for (const int fd : listeners_)
        close(fd);
    if (stop_event_ >= 0) close(stop_event_);
    if (epoll_ >= 0) close(epoll_);
}

Status WebServer::listen_all(const WebServerSetup& setup) {
    port_ = setup.port;
    for (uint32_t i = 0; i < setup.addresses; ++i) {
        // 127.0.0.1, 127.0.0.2, ...: all of 127/8 is this machine.
        if (Status status = listen_one((127U << 24) + 1 + i, port_); !status) return status;
    }
    return {};
}

Status WebServer::listen_one(uint32_t address, uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno_fail("cannot make a socket");
    listeners_.push_back(fd);
    // Accepted sockets inherit these.
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof kSendBufferBytes);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&where);
    if (bind(fd, generic, sizeof where) < 0)
        return errno_fail("cannot bind port " + std::to_string(port) + " on loopback");
    if (listen(fd, 4096) < 0) return errno_fail("cannot listen");
    socklen_t length = sizeof where;
    getsockname(fd, generic, &length);
    port_ = ntohs(where.sin_port);
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    return {};
}

void WebServer::stop() {
    const uint64_t one = 1;
    // An eventfd takes eight bytes or is full, and a full one has said it already.
    [[maybe_unused]] const ssize_t n = write(stop_event_, &one, sizeof one);
}

int WebServer::wait_ms() const {
    if (due_.empty()) return -1;
    const int64_t left_us = due_.top().at_us - boottime_us();
    return static_cast<int>(std::clamp<int64_t>((left_us + 999) / 1'000, 0, kWaitMaxMs));
}

Status WebServer::run() {
    std::array<epoll_event, 256> events;
    for (;;) {
        const int n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms());
        if (n < 0 && errno != EINTR) return errno_fail("cannot wait for events");
        for (int i = 0; i < n; ++i) {
            const int fd = events[static_cast<size_t>(i)].data.fd;
            if (fd == stop_event_) return {};
            if (std::find(listeners_.begin(), listeners_.end(), fd) != listeners_.end())
                accept_from(fd);
            else
                on_ready(fd);
        }
        if (!due_.empty()) send_due(boottime_us());
    }
}

void WebServer::accept_from(int listener) {
    for (;;) {
        const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        if (connections_.size() <= static_cast<size_t>(fd))
            connections_.resize(static_cast<size_t>(fd) * 2 + 1);
        auto& connection = connections_[static_cast<size_t>(fd)];
        connection = std::make_unique<Connection>();
        connection->serial = next_serial_++;
        epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.fd = fd}};
        epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    }
}

void WebServer::on_ready(int fd) {
    const auto index = static_cast<size_t>(fd);
    if (index >= connections_.size() || !connections_[index]) return;
    Connection& connection = *connections_[index];
    if (!connection.delayed && !connection.output.empty()) flush(fd, connection);
    if (!read_some(fd, connection)) return close_connection(fd);
    serve_buffered(fd, connection);
    finish(fd, connection);
}

// Reads until the socket is dry or the buffer is full; false: the connection is broken.
bool WebServer::read_some(int fd, Connection& connection) {
    std::array<char, kReadBytes> bytes;
    while (!connection.saw_end && connection.input.size() < kHeadBytesMax) {
        const ssize_t n = read(fd, bytes.data(), bytes.size());
        if (n < 0) return errno == EAGAIN;
        if (n == 0) connection.saw_end = true;
        connection.input.append(bytes.data(), static_cast<size_t>(n));
        // A short read emptied the socket; more bytes come with an event of their own.
        if (static_cast<size_t>(n) < bytes.size()) return true;
    }
    return true;
}

void WebServer::serve_buffered(int fd, Connection& connection) {
    size_t used = 0;
    while (connection.output.empty() && !connection.closing && used < connection.input.size()) {
        const size_t n = serve_one(fd, connection, std::string_view(connection.input).substr(used));
        if (n == 0) break;
        used += n;
    }
    connection.input.erase(0, used);
}

// Answers the request that `input` starts with, if it is there whole; returns its length.
size_t WebServer::serve_one(int fd, Connection& connection, std::string_view input) {
    const size_t end = input.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        connection.closing = connection.closing || input.size() >= kHeadBytesMax;
        return 0;
    }
    const std::string_view head = input.substr(0, end + 2);
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const size_t first = line.find(' ');
    const size_t last = line.rfind(' ');
    reply_.clear();
    std::string host;
    const bool is_head = line.starts_with("HEAD ");
    if (first == last || (!is_head && !line.starts_with("GET "))) {
        reply_.status = first == last ? 400 : 405;
        connection.closing = true;
    } else {
        const std::string_view field = header_of(head, "host");
        host = lowercase(field.substr(0, field.rfind(':')));
        const std::string_view target = line.substr(first + 1, last - first - 1);
        const int64_t now = access_log_.is_open() ? boottime_us() : 0;
        site_.answer({.host = host, .target = target}, reply_);
        access_log_.write(now, host, target, reply_.status);
        connection.closing =
            iequals(header_of(head, "connection"), "close") || line.ends_with("HTTP/1.0");
    }
    send_reply(fd, connection, is_head);
    return end + 4;
}

void WebServer::send_reply(int fd, Connection& connection, bool head_only) {
    head_.assign("HTTP/1.1 ").append(std::to_string(reply_.status)).append(" ");
    head_.append(reason_of(reply_.status)).append("\r\nContent-Type: ").append(reply_.content_type);
    head_.append("\r\nContent-Length: ").append(std::to_string(reply_.body.size())).append("\r\n");
    head_.append(reply_.headers);
    if (connection.closing) head_.append("Connection: close\r\n");
    head_.append("\r\n");
    if (head_only) reply_.body.clear();

    if (reply_.delay > Duration{0}) {
        connection.output.assign(head_).append(reply_.body);
        connection.delayed = true;
        due_.push({boottime_us() + reply_.delay.count(), fd, connection.serial});
        return;
    }
    std::array<iovec, 2> pieces{
        {{head_.data(), head_.size()}, {reply_.body.data(), reply_.body.size()}}};
    const ssize_t n = writev(fd, pieces.data(), static_cast<int>(pieces.size()));
    size_t sent = n < 0 ? 0 : static_cast<size_t>(n);
    if (n < 0 && errno != EAGAIN) {
        connection.closing = true;
        return;
    }
    if (sent == head_.size() + reply_.body.size()) return;
    if (sent < head_.size()) connection.output.assign(head_, sent);
    sent -= std::min(sent, head_.size());
    connection.output.append(reply_.body, sent);
}

void WebServer::flush(int fd, Connection& connection) {
    while (connection.output_at < connection.output.size()) {
        const ssize_t n = write(fd, connection.output.data() + connection.output_at,
                                connection.output.size() - connection.output_at);
        if (n < 0) {
            if (errno == EAGAIN) return;
            connection.closing = true;
            break;
        }
        connection.output_at += static_cast<size_t>(n);
    }
    connection.output.clear();
    connection.output_at = 0;
}

void WebServer::send_due(int64_t now_us) {
    while (!due_.empty() && due_.top().at_us <= now_us) {
        const Due due = due_.top();
        due_.pop();
        auto& connection = connections_[static_cast<size_t>(due.fd)];
        if (!connection || connection->serial != due.serial) continue;
        connection->delayed = false;
        flush(due.fd, *connection);
        serve_buffered(due.fd, *connection);
        finish(due.fd, *connection);
    }
}

void WebServer::finish(int fd, Connection& connection) {
    if (connection.output.empty() && (connection.closing || connection.saw_end))
        close_connection(fd);
}

void WebServer::close_connection(int fd) {
    close(fd);
    connections_[static_cast<size_t>(fd)].reset();
}

}  // namespace crawld::web
