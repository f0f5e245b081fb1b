// crawld export: the known URLs with their state, to standard output or into a file that appears
// under its name when it is whole. What is there and is no regular file, a pipe or a device, is
// written to and stays what it is.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "config/config.h"
#include "daemon/commands.h"
#include "daemon/daemon.h"
#include "daemon/system.h"
#include "exchange/export.h"

namespace crawld {

namespace {

namespace fs = std::filesystem;

class Output {
  public:
    explicit Output(std::string path) : path_(std::move(path)) {}
    ~Output() {
        if (fd_ <= STDOUT_FILENO) return;
        ::close(fd_);
        if (!part_.empty()) ::unlink(part_.c_str());
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    Status open() {
        fd_ = STDOUT_FILENO;
        if (path_.empty()) return {};
        std::error_code ignored;
        const fs::file_status there = fs::status(path_, ignored);
        const fs::path resolved = fs::canonical(path_, ignored);
        if (!ignored) path_ = resolved;
        if (!fs::exists(there) || fs::is_regular_file(there)) part_ = path_ + ".part";
        fd_ = ::open(name().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (fd_ >= 0) return {};
        return tl::unexpected(errno_error(errno, "cannot write " + name()));
    }
    Status write(std::string_view text) {
        while (!text.empty()) {
            const ssize_t done = ::write(fd_, text.data(), text.size());
            if (done < 0 && errno == EINTR) continue;
            if (done < 0) return tl::unexpected(errno_error(errno, "cannot write " + name()));
            text.remove_prefix(static_cast<size_t>(done));
        }
        return {};
    }
    Status finish() {
        if (part_.empty()) return {};
        if (::fsync(fd_) != 0) return tl::unexpected(errno_error(errno, "cannot sync " + part_));
        if (::rename(part_.c_str(), path_.c_str()) != 0)
            return tl::unexpected(errno_error(errno, "cannot make " + path_));
        ::close(fd_);
        fd_ = -1;
        return {};
    }

  private:
    std::string name() const {
        if (path_.empty()) return "standard output";
        return part_.empty() ? path_ : part_;
    }

    std::string path_;
    std::string part_;  // the file until it is whole; empty: there is none
    int fd_ = -1;
};

bool is_compressed(const std::string& name) {
    const std::string ending = fs::path(name).extension();
    return ending == ".gz" || ending == ".xz" || ending == ".bz2" || ending == ".zst";
}

void tell(const ExportCounts& counts) {
    std::cerr << "crawld: " << counts.urls << " known URLs written\n";
    if (counts.unnamed == 0) return;
    std::cerr << "crawld: " << counts.unnamed
              << " of them are settled and in no crawl log that was read, so that only their key "
                 "is known; give older logs with --log, compressed ones as --log <(zcat FILE)\n";
}

}  // namespace

std::vector<std::string> crawl_logs(const std::string& path) {
    std::vector<std::string> found;
    std::error_code ignored;
    const std::string name = fs::path(path).filename();
    for (fs::directory_iterator entry(fs::path(path).parent_path(), ignored), end;
         !ignored && entry != end; entry.increment(ignored)) {
        const std::string other = entry->path().filename();
        const bool rotated = other.starts_with(name + ".") || other.starts_with(name + "-");
        if ((other == name || rotated) && !is_compressed(other)) found.push_back(entry->path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

int fail_command(const Error& error) {
    std::cerr << "crawld: " << error.message << '\n';
    return exit_code(error.code);
}

int run_export(const ExportArguments& arguments) {
    const auto loaded = load_config_file(arguments.config_path);
    if (!loaded) return print_config_failure(loaded.error());
    const CrawldConfig& config = loaded->config;
    const auto lock = lock_state(config.state_dir);
    if (!lock) return fail_command(lock.error());
    const auto store = Store::open_read_only(config.state_dir + "/db", config.store);
    if (!store) return fail_command(store.error());
    std::vector<std::string> logs = arguments.logs;
    const std::string log_path = crawl_log_path(config);
    if (logs.empty() && !log_path.empty()) logs = crawl_logs(log_path);
    const auto temporary = temporary_directory();
    if (!temporary) return fail_command(temporary.error());
    Output output(arguments.output);
    if (auto opened = output.open(); !opened) return fail_command(opened.error());
    const Suffixes suffixes;
    const auto counts =
        export_known_urls({.store = **store,
                           .suffixes = suffixes,
                           .crawl_logs = std::move(logs),
                           .temporary_directory = *temporary,
                           .form = arguments.form,
                           .sink = [&](std::string_view text) { return output.write(text); }});
    if (!counts) return fail_command(counts.error());
    if (auto finished = output.finish(); !finished) return fail_command(finished.error());
    tell(*counts);
    return 0;
}

}  // namespace crawld
