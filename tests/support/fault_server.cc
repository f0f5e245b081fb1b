#include "support/fault_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "loop/clock.h"

namespace crawld {

FaultStep send_bytes(std::string bytes) {
    return {FaultStep::Kind::send, std::move(bytes), {}};
}
FaultStep wait_for(Duration time) {
    return {FaultStep::Kind::wait, {}, time};
}
FaultStep close_now() {
    return {FaultStep::Kind::close, {}, {}};
}
FaultStep reset_now() {
    return {FaultStep::Kind::reset, {}, {}};
}
FaultStep drip_forever(std::string bytes, Duration gap) {
    return {FaultStep::Kind::drip, std::move(bytes), gap};
}
FaultStep send_page(std::string body, std::string more_headers) {
    return send_bytes("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
                      more_headers + "\r\n" + body);
}

struct FaultServer::Connection {
    explicit Connection(int descriptor, int its_number) : fd(descriptor), number(its_number) {}
    ~Connection() { ::close(fd); }

    int fd;
    int number;
    std::string received;
    std::vector<FaultStep> steps;  // being played
    size_t step = 0;
    size_t sent = 0;  // bytes of the current step
    Instant resume_at = kAlways;

    bool playing() const { return step < steps.size(); }
    void next_step() {
        ++step;
        sent = 0;
    }
};

FaultServer::FaultServer(Family family) : wake_fd_(eventfd(0, EFD_CLOEXEC)) {
    CRAWLD_CHECK(wake_fd_ >= 0);
    listen_on(family);
    thread_ = std::thread([this] { serve(); });
}

void FaultServer::listen_on(Family family) {
    const bool v6 = family == Family::v6;
    listen_fd_ = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    CRAWLD_CHECK(listen_fd_ >= 0);
    sockaddr_in address4{};
    address4.sin_family = AF_INET;
    address4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 address6{};
    address6.sin6_family = AF_INET6;
    address6.sin6_addr = in6addr_loopback;
    auto* raw =
        v6 ? reinterpret_cast<sockaddr*>(&address6) : reinterpret_cast<sockaddr*>(&address4);
    socklen_t length = v6 ? sizeof address6 : sizeof address4;
    CRAWLD_CHECK(bind(listen_fd_, raw, length) == 0 && listen(listen_fd_, 512) == 0);
    CRAWLD_CHECK(getsockname(listen_fd_, raw, &length) == 0);
    port_ = ntohs(v6 ? address6.sin6_port : address4.sin_port);
}

FaultServer::~FaultServer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    eventfd_write(wake_fd_, 1);
    thread_.join();
    ::close(wake_fd_);
    ::close(listen_fd_);
}

void FaultServer::on(const std::string& path, std::vector<FaultStep> steps) {
    const std::lock_guard lock(mutex_);
    scripts_[path] = std::move(steps);
}

std::vector<ReceivedRequest> FaultServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

int FaultServer::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
}

int FaultServer::connections_open() const {
    const std::lock_guard lock(mutex_);
    return connections_open_;
}

int FaultServer::resets() const {
    const std::lock_guard lock(mutex_);
    return resets_;
}

void FaultServer::serve() {
    std::vector<pollfd> polled;
    while (true) {
        polled.assign({{wake_fd_, POLLIN, 0}, {listen_fd_, POLLIN, 0}});
        const Instant before = boot_now();
        Duration wait = seconds(1);
        for (const auto& connection : open_) {
            const bool waiting = connection->playing() && connection->resume_at > before;
            if (waiting) wait = std::min(wait, connection->resume_at - before);
            const bool writing = connection->playing() && !waiting;
            polled.push_back(
                {connection->fd, static_cast<int16_t>(writing ? POLLIN | POLLOUT : POLLIN), 0});
        }
        const auto ms = std::chrono::ceil<milliseconds>(wait).count();
        poll(polled.data(), polled.size(), static_cast<int>(ms));
        const Instant now = boot_now();
        for (size_t i = polled.size(); i-- > 2;) {
            Connection& connection = *open_[i - 2];
            const bool keep = ((polled[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0 ||
                               read_some(connection)) &&
                              play(connection, now);
            if (!keep) open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i) - 2);
        }
        if ((polled[1].revents & POLLIN) != 0) accept_one();
        const std::lock_guard lock(mutex_);
        connections_open_ = static_cast<int>(open_.size());
        if (stopping_) break;
    }
    open_.clear();
}

void FaultServer::accept_one() {
    const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::lock_guard lock(mutex_);
    open_.push_back(std::make_unique<Connection>(fd, ++connections_));
}

bool FaultServer::read_some(Connection& connection) {
    std::array<char, 16384> buffer;
    const ssize_t received = recv(connection.fd, buffer.data(), buffer.size(), 0);
    if (received == 0) return false;
    if (received < 0) {
        if (errno == EAGAIN) return true;
        const std::lock_guard lock(mutex_);
        resets_ += errno == ECONNRESET ? 1 : 0;
        return false;
    }
    connection.received.append(buffer.data(), static_cast<size_t>(received));
    return true;
}

bool FaultServer::play(Connection& connection, Instant now) {
    while (true) {
        while (connection.playing()) {
            if (connection.resume_at > now) return true;
            const size_t step = connection.step;
            const size_t sent = connection.sent;
            if (!play_step(connection, connection.steps[step], now)) return false;
            if (connection.step == step && connection.sent == sent) return true;  // would block
        }
        const size_t end = connection.received.find("\r\n\r\n");
        if (end == std::string::npos) return true;
        std::string head = connection.received.substr(0, end + 4);
        connection.received.erase(0, end + 4);
        const size_t path_begin = head.find(' ') + 1;
        const std::string path = head.substr(path_begin, head.find(' ', path_begin) - path_begin);

        const std::lock_guard lock(mutex_);
        requests_.push_back({path, std::move(head), boot_now(), connection.number});
        const auto script = scripts_.find(path);
        connection.steps =
            script != scripts_.end()
                ? script->second
                : std::vector{send_bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")};
        connection.step = 0;
        connection.sent = 0;
        connection.resume_at = kAlways;
    }
}

bool FaultServer::play_step(Connection& connection, const FaultStep& step, Instant now) {
    switch (step.kind) {
        case FaultStep::Kind::close:
            return false;
        case FaultStep::Kind::reset: {
            const linger at_once{.l_onoff = 1, .l_linger = 0};
            setsockopt(connection.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            return false;
        }
        case FaultStep::Kind::wait:
            connection.resume_at = now + step.time;
            connection.next_step();
            return true;
        case FaultStep::Kind::drip: {
            const char byte = step.bytes[connection.sent % step.bytes.size()];
            const ssize_t sent = ::send(connection.fd, &byte, 1, MSG_NOSIGNAL);
            if (sent < 0) return errno == EAGAIN;
            ++connection.sent;
            connection.resume_at = now + step.time;
            return true;
        }
        case FaultStep::Kind::send: {
            const ssize_t sent = ::send(connection.fd, step.bytes.data() + connection.sent,
                                        step.bytes.size() - connection.sent, MSG_NOSIGNAL);
            if (sent < 0) return errno == EAGAIN;
            connection.sent += static_cast<size_t>(sent);
            if (connection.sent == step.bytes.size()) connection.next_step();
            return true;
        }
    }
    return false;
}

}  // namespace crawld
