#include "fetch/socket_table.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace crawld {

namespace {

using NameOf = int (*)(int, sockaddr*, socklen_t*);

void read_end(int fd, NameOf name_of, IpAddress& address, uint16_t& port) {
    sockaddr_storage raw{};
    socklen_t size = sizeof raw;
    if (name_of(fd, reinterpret_cast<sockaddr*>(&raw), &size) != 0) return;
    if (raw.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(raw);
        address.v6 = true;
        std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
        port = ntohs(v6.sin6_port);
    } else if (raw.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(raw);
        std::memcpy(address.bytes.data(), &v4.sin_addr, 4);
        port = ntohs(v4.sin_port);
    }
}

int peer_of(int fd, sockaddr* name, socklen_t* size) {
    return getpeername(fd, name, size);
}
int local_of(int fd, sockaddr* name, socklen_t* size) {
    return getsockname(fd, name, size);
}

SocketEnds ends_of(int fd) {
    SocketEnds ends;
    read_end(fd, peer_of, ends.peer, ends.peer_port);
    read_end(fd, local_of, ends.local, ends.local_port);
    return ends;
}

// Bytes, an end or an error.
bool has_news(int fd) {
    char byte = 0;
    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
           (errno != EAGAIN && errno != EWOULDBLOCK);
}

}  // namespace

SocketTable::SocketTable(UvLoop& loop, Ready ready, Retired retired)
    : loop_(loop), ready_(std::move(ready)), retired_(std::move(retired)) {}

SocketTable::Socket& SocketTable::at(int fd) {
    CRAWLD_CHECK(fd >= 0);
    const auto index = static_cast<size_t>(fd);
    if (index >= sockets_.size()) sockets_.resize(index + 1);
    return sockets_[index];
}

void SocketTable::opened(int fd, Transfer* user) {
    closing(fd);
    Socket& socket = at(fd);
    socket.open = true;
    ++open_count_;
    socket.user = user;
}

void SocketTable::want(int fd, int events, Transfer* user) {
    Socket& socket = at(fd);
    socket.wanted = events;
    if (events == 0) {
        released_.push_back(fd);
        return;
    }
    socket.kept = false;
    socket.user = user;
    if (socket.watch == nullptr)
        socket.watch =
            loop_.watch("fetch", fd, [this, fd](int happened) { on_event(fd, happened); });
    socket.watch->set(events);
}

void SocketTable::keep(int fd) {
    Socket& socket = at(fd);
    socket.user = nullptr;
    socket.kept = socket.open && socket.watch != nullptr;
}

void SocketTable::pause(int fd, Transfer* user) {
    Socket& socket = at(fd);
    socket.user = user;
    socket.kept = false;
    if (socket.wanted == 0) released_.push_back(fd);
}

int SocketTable::find_kept(const SocketEnds& ends) const {
    for (size_t fd = 0; fd < sockets_.size(); ++fd)
        if (sockets_[fd].kept && ends_of(static_cast<int>(fd)) == ends) return static_cast<int>(fd);
    return -1;
}

void SocketTable::closing(int fd) {
    Socket& socket = at(fd);
    if (socket.open) --open_count_;
    if (socket.retired) --retired_count_;
    const auto [first, last] = with_tls_.equal_range(socket.ends.local_port);
    for (auto entry = first; entry != last; ++entry) {
        if (entry->second != fd) continue;
        with_tls_.erase(entry);
        break;
    }
    socket = Socket{};
}

void SocketTable::settle() {
    for (const int fd : released_) {
        Socket& socket = at(fd);
        if (socket.wanted != 0 || socket.watch == nullptr) continue;
        if (socket.kept) {
            socket.watch->set(kReadable);
        } else {
            socket.watch.reset();
        }
    }
    released_.clear();
}

void SocketTable::resume(int fd) {
    Socket& socket = at(fd);
    if (socket.watch != nullptr && socket.wanted != 0) socket.watch->set(socket.wanted);
}

void SocketTable::on_event(int fd, int events) {
    if (at(fd).wanted == 0) {
        // What it was told of may have been read before it was kept.
        if ((events & kFdError) != 0 || has_news(fd)) retire(fd);
        return;
    }
    ready_(fd, events);
}

// Bytes left unread would make curl 7.88 take the connection for alive, and the next response for
// the answer to the next request.
void SocketTable::retire(int fd) {
    Socket& socket = at(fd);
    socket.watch.reset();
    socket.kept = false;
    socket.retired = true;
    ++retired_count_;
    std::array<char, 4096> unread;
    for (int i = 0; i < 16 && recv(fd, unread.data(), unread.size(), MSG_DONTWAIT) > 0; ++i) {
    }
    shutdown(fd, SHUT_RDWR);
    retired_();
}

Transfer* SocketTable::user(int fd) const {
    const auto index = static_cast<size_t>(fd);
    return index < sockets_.size() ? sockets_[index].user : nullptr;
}

void SocketTable::set_tls(int fd, const SocketEnds& ends, TlsNames names) {
    Socket& socket = at(fd);
    if (names.version.empty() || !socket.open || socket.ends == ends) return;
    socket.ends = ends;
    socket.tls = std::move(names);
    with_tls_.emplace(ends.local_port, fd);
}

TlsNames SocketTable::tls(const SocketEnds& ends) const {
    const auto [first, last] = with_tls_.equal_range(ends.local_port);
    for (auto entry = first; entry != last; ++entry) {
        const Socket& socket = sockets_[static_cast<size_t>(entry->second)];
        if (socket.ends == ends) return socket.tls;
    }
    return {};
}

}  // namespace crawld
