// bare_fetch: a bare libcurl and libuv loop that fetches a list of URLs and throws the bodies away:
// what a crawl costs at least. Benchmarks divide by it.
//
//     bare_fetch URL_FILE PORT CONCURRENCY
//
// Every host is 127.0.0.1. Prints one JSON object: pages, errors, bytes, seconds, cpu_seconds.
#include <curl/curl.h>
#include <sys/resource.h>
#include <uv.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

struct Totals {
    size_t pages = 0;
    size_t errors = 0;
    size_t bytes = 0;
};

class BareLoop {
  public:
    BareLoop(std::vector<std::string> urls, uint16_t port, size_t concurrency);
    ~BareLoop();
    BareLoop(const BareLoop&) = delete;
    BareLoop& operator=(const BareLoop&) = delete;

    Totals run();

  private:
    // One socket of curl's under libuv's eyes; freed when libuv has let go of it.
    struct Watch {
        uv_poll_t poll{};
        curl_socket_t socket = 0;
        BareLoop* loop = nullptr;
    };

    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* watch);
    static int on_timeout(CURLM*, long timeout_ms, void* self);
    static size_t on_body(char*, size_t size, size_t count, void* self);
    void act(curl_socket_t socket, int events);
    void start_next(CURL* easy);

    std::vector<std::string> urls_;
    size_t next_ = 0;
    Totals totals_;
    uv_loop_t* loop_ = uv_default_loop();
    uv_timer_t timer_{};
    CURLM* multi_ = curl_multi_init();
    curl_slist* addresses_ = nullptr;
    std::vector<CURL*> handles_;
};

BareLoop::BareLoop(std::vector<std::string> urls, uint16_t port, size_t concurrency)
    : urls_(std::move(urls)) {
    uv_timer_init(loop_, &timer_);
    timer_.data = this;
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &BareLoop::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &BareLoop::on_timeout);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(concurrency * 2));
    const std::string entry = "*:" + std::to_string(port) + ":127.0.0.1";
    addresses_ = curl_slist_append(nullptr, entry.c_str());
    for (size_t i = 0; i < concurrency; ++i) {
        CURL* const easy = curl_easy_init();
        handles_.push_back(easy);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_RESOLVE, addresses_);
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &BareLoop::on_body);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    }
}

BareLoop::~BareLoop() {
    for (CURL* const easy : handles_)
        curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    curl_slist_free_all(addresses_);
}

Totals BareLoop::run() {
    for (CURL* const easy : handles_)
        start_next(easy);
    uv_run(loop_, UV_RUN_DEFAULT);
    return totals_;
}

void BareLoop::start_next(CURL* easy) {
    if (next_ == urls_.size()) return;
    curl_easy_setopt(easy, CURLOPT_URL, urls_[next_++].c_str());
    curl_multi_add_handle(multi_, easy);
}

int BareLoop::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) {
    auto* const loop = static_cast<BareLoop*>(self);
    auto* watch = static_cast<Watch*>(known);
    if (what == CURL_POLL_REMOVE) {
        if (watch == nullptr) return 0;
        curl_multi_assign(loop->multi_, socket, nullptr);
        uv_close(reinterpret_cast<uv_handle_t*>(&watch->poll), [](uv_handle_t* handle) {
            const std::unique_ptr<Watch> freed(static_cast<Watch*>(handle->data));
        });
        return 0;
    }
    if (watch == nullptr) {
        watch = std::make_unique<Watch>().release();
        watch->socket = socket;
        watch->loop = loop;
        uv_poll_init_socket(loop->loop_, &watch->poll, socket);
        watch->poll.data = watch;
        curl_multi_assign(loop->multi_, socket, watch);
    }
    const int events = ((what & CURL_POLL_IN) != 0 ? UV_READABLE : 0) |
                       ((what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0);
    uv_poll_start(&watch->poll, events, [](uv_poll_t* handle, int status, int ready) {
        auto* const it = static_cast<Watch*>(handle->data);
        int flags = status < 0 ? CURL_CSELECT_ERR | CURL_CSELECT_IN | CURL_CSELECT_OUT : 0;
        if ((ready & UV_READABLE) != 0) flags |= CURL_CSELECT_IN;
        if ((ready & UV_WRITABLE) != 0) flags |= CURL_CSELECT_OUT;
        it->loop->act(it->socket, flags);
    });
    return 0;
}

int BareLoop::on_timeout(CURLM*, long timeout_ms, void* self) {
    auto* const loop = static_cast<BareLoop*>(self);
    if (timeout_ms < 0) {
        uv_timer_stop(&loop->timer_);
        return 0;
    }
    uv_timer_start(
        &loop->timer_,
        [](uv_timer_t* timer) { static_cast<BareLoop*>(timer->data)->act(CURL_SOCKET_TIMEOUT, 0); },
        static_cast<uint64_t>(timeout_ms), 0);
    return 0;
}

size_t BareLoop::on_body(char*, size_t size, size_t count, void* self) {
    static_cast<BareLoop*>(self)->totals_.bytes += size * count;
    return size * count;
}

void BareLoop::act(curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(multi_, socket, events, &running);
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* const easy = message->easy_handle;
        (message->data.result == CURLE_OK ? totals_.pages : totals_.errors) += 1;
        curl_multi_remove_handle(multi_, easy);
        start_next(easy);
    }
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

template <class Number>
bool read_number(const char* text, Number& value) {
    const std::string_view digits(text);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size();
}

}  // namespace

int main(int argc, char** argv) {
    uint16_t port = 0;
    size_t concurrency = 0;
    if (argc != 4 || !read_number(argv[2], port) || !read_number(argv[3], concurrency)) {
        std::fputs("usage: bare_fetch URL_FILE PORT CONCURRENCY\n", stderr);
        return 64;
    }
    std::vector<std::string> urls;
    std::ifstream file(argv[1]);
    for (std::string line; std::getline(file, line);)
        urls.push_back(line);

    const uint64_t started = uv_hrtime();
    const Totals totals = BareLoop(std::move(urls), port, concurrency).run();
    const double seconds = static_cast<double>(uv_hrtime() - started) / 1e9;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf(
        "{\"pages\": %zu, \"errors\": %zu, \"bytes\": %zu, \"seconds\": %.3f, "
        "\"cpu_seconds\": %.3f}\n",
        totals.pages, totals.errors, totals.bytes, seconds,
        seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
    return totals.errors == 0 ? 0 : 1;
}
