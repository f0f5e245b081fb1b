#include "log/log.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "log/events.h"
#include "unit/log/parsed_line.h"

using namespace crawld;

namespace {

WallTime fixed_clock() {
    return wall_from_us(1'770'091'506'000'007);
}

struct TempDir {
    std::string path;
    TempDir() {
        std::string name = (std::filesystem::temp_directory_path() / "crawld-log-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    ~TempDir() { std::filesystem::remove_all(path); }
    std::string file(const char* name) const { return path + "/" + name; }
};

std::string content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::unique_ptr<Log> file_log(const std::string& path) {
    return Log::open({.level = LogLevel::error, .crawl_log_path = path, .clock = fixed_clock})
        .value();
}

FetchSettled fetched(const char* url) {
    FetchSettled event;
    event.url = url;
    return event;
}

// What is written to stderr while it lives.
class StderrCapture {
  public:
    explicit StderrCapture(const std::string& path) : path_(path), saved_(::dup(2)) {
        REQUIRE(std::freopen(path.c_str(), "w", stderr) != nullptr);
    }
    ~StderrCapture() { restore(); }
    std::string take() {
        restore();
        return content(path_);
    }

  private:
    void restore() {
        if (saved_ < 0) return;
        std::fflush(stderr);
        ::dup2(saved_, 2);
        ::close(saved_);
        saved_ = -1;
    }
    std::string path_;
    int saved_;
};

}  // namespace

TEST_CASE("an event below the level is not written; the crawl log has no level") {
    std::vector<std::string> lines;
    auto log = Log::open({.clock = fixed_clock,
                          .capture = [&](std::string_view line) { lines.emplace_back(line); }})
                   .value();
    log->write(VisitTraced{});
    CHECK(lines.empty());
    log->set_level(LogLevel::debug);
    log->write(VisitTraced{.visit = 1});
    log->set_level(LogLevel::error);
    log->write(ConfigWarned{});
    log->write(fetched("https://example.org/"));
    REQUIRE_EQ(lines.size(), 2);
    CHECK_EQ(parse_line(lines[0])["event"], "visit.traced");
    CHECK_EQ(parse_line(lines[1])["event"], "fetch.settled");
}

TEST_CASE("crawl log lines gather until flush() and then are whole lines in the file") {
    TempDir dir;
    auto log = file_log(dir.file("logs/crawl.jsonl"));
    log->write(fetched("https://example.org/1"));
    log->write(fetched("https://example.org/2"));
    CHECK_EQ(content(dir.file("logs/crawl.jsonl")), "");
    log->flush();
    const std::string text = content(dir.file("logs/crawl.jsonl"));
    CHECK_EQ(std::count(text.begin(), text.end(), '\n'), 2);
    CHECK_EQ(text.back(), '\n');
    CHECK_EQ(parse_line(text.substr(0, text.find('\n')))["url"], "https://example.org/1");
}

TEST_CASE("gathered lines are bounded: many go to the file without flush()") {
    TempDir dir;
    auto log = file_log(dir.file("crawl.jsonl"));
    for (int i = 0; i < 200; ++i)
        log->write(fetched("https://example.org/"));
    CHECK_GT(content(dir.file("crawl.jsonl")).size(), 60'000);
}

TEST_CASE("closing writes what gathered, and a later run appends") {
    TempDir dir;
    file_log(dir.file("crawl.jsonl"))->write(fetched("https://example.org/1"));
    file_log(dir.file("crawl.jsonl"))->write(fetched("https://example.org/2"));
    const std::string text = content(dir.file("crawl.jsonl"));
    CHECK_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

TEST_CASE("half a line that a crash left stays alone on its line") {
    TempDir dir;
    std::ofstream(dir.file("crawl.jsonl")) << "{\"ts\":\"20";
    file_log(dir.file("crawl.jsonl"))->write(fetched("https://example.org/1"));
    const std::string text = content(dir.file("crawl.jsonl"));
    CHECK_EQ(text.substr(0, 11), "{\"ts\":\"20\n{");
    CHECK_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

TEST_CASE("reopen() goes on in a new file under the same name") {
    TempDir dir;
    auto log = file_log(dir.file("crawl.jsonl"));
    log->write(fetched("https://example.org/1"));
    std::filesystem::rename(dir.file("crawl.jsonl"), dir.file("crawl.jsonl.1"));
    REQUIRE(log->reopen().has_value());
    log->write(fetched("https://example.org/2"));
    log->flush();
    CHECK_NE(content(dir.file("crawl.jsonl.1")).find("org/1"), std::string::npos);
    CHECK_EQ(content(dir.file("crawl.jsonl.1")).find("org/2"), std::string::npos);
    CHECK_NE(content(dir.file("crawl.jsonl")).find("org/2"), std::string::npos);
}

TEST_CASE("a crawl log that cannot be opened is one clear sentence") {
    TempDir dir;
    std::ofstream(dir.file("file")) << "x";
    const auto log =
        Log::open({.crawl_log_path = dir.file("file") + "/crawl.jsonl", .clock = fixed_clock});
    REQUIRE_FALSE(log.has_value());
    CHECK_EQ(exit_code(log.error().code), 73);
    CHECK_NE(log.error().message.find("cannot open the log file " + dir.file("file")),
             std::string::npos);
}

TEST_CASE("lines that cannot be written are counted and reported once") {
    TempDir dir;
    StderrCapture capture(dir.file("stderr"));
    auto log = file_log("/dev/full");
    log->write(fetched("https://example.org/1"));
    log->write(fetched("https://example.org/2"));
    log->flush();
    log->write(fetched("https://example.org/3"));
    log->flush();
    CHECK_EQ(log->lost(), 3);
    const std::string reported = capture.take();
    CHECK_EQ(std::count(reported.begin(), reported.end(), '\n'), 1);
    const auto line = parse_line(reported.substr(0, reported.find('\n')));
    CHECK_EQ(line["event"], "log.failed");
    CHECK_EQ(line["lost"].GetUint64(), 2);
    CHECK_EQ(line["path"], "/dev/full");
}

TEST_CASE("without a crawl log its events are dropped and nothing is lost") {
    auto log = Log::open({.clock = fixed_clock}).value();
    log->write(fetched("https://example.org/"));
    log->flush();
    CHECK_EQ(log->lost(), 0);
}

TEST_CASE("stderr gets text on a terminal, after the hook that clears the progress line") {
    TempDir dir;
    StderrCapture capture(dir.file("stderr"));
    auto log = Log::open({.text_on_stderr = true, .clock = fixed_clock}).value();
    int calls = 0;
    log->set_before_stderr([&] { ++calls; });
    log->write(HostResumed{.host = "example.org", .failures = 5});
    CHECK_EQ(capture.take(), "04:05:06 info host.resumed host=example.org failures=5\n");
    CHECK_EQ(calls, 1);
}

TEST_CASE("any number of threads may write; every line is whole") {
    TempDir dir;
    auto log = file_log(dir.file("crawl.jsonl"));
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 300; ++i) {
                log->write(fetched("https://example.org/"));
                if (i % 50 == 0) log->flush();
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    log->flush();
    std::ifstream in(dir.file("crawl.jsonl"));
    int lines = 0;
    for (std::string line; std::getline(in, line); ++lines)
        CHECK_EQ(parse_line(line)["url"], "https://example.org/");
    CHECK_EQ(lines, 1'200);
    CHECK_EQ(log->lost(), 0);
}
