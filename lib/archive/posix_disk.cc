#include "archive/posix_disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace crawld {

namespace {

DiskCause cause_of(int error_number) {
    switch (error_number) {
        case ENOSPC:
        case EDQUOT:
            return DiskCause::no_space;
        case ENOENT:
            return DiskCause::not_found;
        case EEXIST:
            return DiskCause::exists;
        default:
            return DiskCause::other;
    }
}

tl::unexpected<DiskError> failed(int error_number, const std::string& doing,
                                 const std::string& path) {
    return tl::unexpected(
        DiskError{cause_of(error_number), errno_error(error_number, doing + " " + path)});
}

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

class PosixFile : public DiskFile {
  public:
    PosixFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

    const std::string& path() const override { return path_; }

    DiskResult<size_t> read(uint64_t offset, std::span<char> out) override {
        size_t got = 0;
        while (got < out.size()) {
            const ssize_t n = ::pread(fd_.get(), out.data() + got, out.size() - got,
                                      static_cast<off_t>(offset + got));
            if (n == 0) break;
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return failed(errno, "cannot read", path_);
            got += static_cast<size_t>(n);
        }
        return got;
    }

    DiskStatus write(uint64_t offset, std::span<const std::string_view> pieces) override {
        size_t skip = 0;  // of the first piece, what is written already
        while (!pieces.empty()) {
            const size_t count = std::min(pieces.size(), parts_.size());
            for (size_t i = 0; i < count; ++i) {
                const std::string_view piece = pieces[i].substr(i == 0 ? skip : 0);
                parts_[i] = {const_cast<char*>(piece.data()), piece.size()};
            }
            const ssize_t n = ::pwritev(fd_.get(), parts_.data(), static_cast<int>(count),
                                        static_cast<off_t>(offset));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return failed(errno, "cannot write", path_);
            offset += static_cast<size_t>(n);
            skip += static_cast<size_t>(n);
            while (!pieces.empty() && skip >= pieces.front().size()) {
                skip -= pieces.front().size();
                pieces = pieces.subspan(1);
            }
        }
        return {};
    }

    DiskStatus truncate(uint64_t bytes) override {
        if (::ftruncate(fd_.get(), static_cast<off_t>(bytes)) == 0) return {};
        return failed(errno, "cannot cut", path_);
    }
    DiskStatus sync() override {
        if (::fdatasync(fd_.get()) == 0) return {};
        return failed(errno, "cannot sync", path_);
    }
    DiskResult<uint64_t> size() override {
        struct stat status {};
        if (::fstat(fd_.get(), &status) != 0) return failed(errno, "cannot look at", path_);
        return static_cast<uint64_t>(status.st_size);
    }

  private:
    static constexpr size_t kPartsMax = 512;

    std::string path_;
    Descriptor fd_;
    std::array<iovec, kPartsMax> parts_{};
};

DiskResult<std::unique_ptr<DiskFile>> open_file(const std::string& path, int flags,
                                                const std::string& doing) {
    constexpr mode_t kMode = 0640;
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, kMode);
    if (fd < 0) return failed(errno, doing, path);
    return std::make_unique<PosixFile>(path, fd);
}

}  // namespace

DiskResult<std::unique_ptr<DiskFile>> PosixDisk::create(const std::string& path) {
    return open_file(path, O_RDWR | O_CREAT | O_EXCL, "cannot create");
}
DiskResult<std::unique_ptr<DiskFile>> PosixDisk::open_to_read(const std::string& path) {
    return open_file(path, O_RDONLY, "cannot open");
}
DiskResult<std::unique_ptr<DiskFile>> PosixDisk::open_to_write(const std::string& path) {
    return open_file(path, O_RDWR, "cannot open");
}

DiskStatus PosixDisk::rename(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) == 0) return {};
    return failed(errno, "cannot rename to " + to + " the file", from);
}

DiskStatus PosixDisk::remove(const std::string& path) {
    if (::unlink(path.c_str()) == 0) return {};
    return failed(errno, "cannot remove", path);
}

DiskResult<std::vector<std::string>> PosixDisk::list(const std::string& directory) {
    std::error_code error;
    std::filesystem::directory_iterator entry(directory, error);
    std::vector<std::string> names;
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
        names.push_back(entry->path().filename().string());
    if (error) return failed(error.value(), "cannot list", directory);
    std::sort(names.begin(), names.end());
    return names;
}

DiskStatus PosixDisk::sync_directory(const std::string& directory) {
    const Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() < 0) return failed(errno, "cannot open to sync it the directory", directory);
    if (::fsync(fd.get()) == 0) return {};
    auto error = failed(errno, "cannot sync the directory", directory);
    if (error.value().error.code == ErrorCode::os_limit) error.value().error.code = ErrorCode::io;
    return error;
}

DiskResult<uint64_t> PosixDisk::free_bytes(const std::string& directory) {
    struct statvfs status {};
    if (::statvfs(directory.c_str(), &status) != 0)
        return failed(errno, "cannot ask the free space of", directory);
    return static_cast<uint64_t>(status.f_bavail) * status.f_frsize;
}

}  // namespace crawld
