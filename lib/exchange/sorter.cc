#include "exchange/sorter.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/check.h"

namespace crawld {

namespace {

using Size = uint32_t;  // in front of each record, in the machine's own order

std::string_view record_at(std::string_view bytes, size_t position) {
    Size size = 0;
    std::memcpy(&size, bytes.data() + position, sizeof size);
    return bytes.substr(position + sizeof size, size);
}

}  // namespace

Sorter::Sorter(std::string directory, size_t memory_bytes)
    : directory_(std::move(directory)), memory_bytes_(memory_bytes) {}

Sorter::~Sorter() {
    if (fd_ >= 0) ::close(fd_);
}

std::string_view Sorter::Run::record() const {
    return std::string_view(buffer).substr(begin + sizeof(Size), bytes);
}

Status Sorter::add(std::string_view record) {
    const Size size = static_cast<Size>(record.size());
    CRAWLD_CHECK(size == record.size());
    const size_t held = bytes_.size() + positions_.size() * sizeof(size_t);
    if (!positions_.empty() && held + sizeof size + record.size() > memory_bytes_)
        if (auto written = write_run(); !written) return written;
    positions_.push_back(bytes_.size());
    bytes_.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes_.append(record);
    return {};
}

void Sorter::sort_memory() {
    std::sort(positions_.begin(), positions_.end(),
              [&](size_t a, size_t b) { return record_at(bytes_, a) < record_at(bytes_, b); });
}

Status Sorter::make_file() {
    std::string name = directory_ + "/crawld-sort-XXXXXX";
    fd_ = ::mkstemp(name.data());
    if (fd_ < 0)
        return tl::unexpected(errno_error(errno, "cannot make a temporary file in " + directory_));
    ::unlink(name.c_str());
    return {};
}

Status Sorter::write_run() {
    if (fd_ < 0)
        if (auto made = make_file(); !made) return made;
    sort_memory();
    Run run;
    run.at = file_bytes_;
    std::string out;
    const auto flush = [&]() -> Status {
        for (std::string_view rest = out; !rest.empty();) {
            const ssize_t done =
                ::pwrite(fd_, rest.data(), rest.size(), static_cast<off_t>(file_bytes_));
            if (done < 0 && errno == EINTR) continue;
            if (done < 0)
                return tl::unexpected(
                    errno_error(errno, "cannot write a temporary file in " + directory_));
            rest.remove_prefix(static_cast<size_t>(done));
            file_bytes_ += static_cast<uint64_t>(done);
        }
        out.clear();
        return {};
    };
    for (const size_t position : positions_) {
        const std::string_view record = record_at(bytes_, position);
        out.append(bytes_, position, sizeof(Size) + record.size());
        if (out.size() < kRunBufferBytes) continue;
        if (auto written = flush(); !written) return written;
    }
    if (auto written = flush(); !written) return written;
    run.end = file_bytes_;
    runs_.push_back(std::move(run));
    bytes_.clear();
    positions_.clear();
    return {};
}

Status Sorter::sort() {
    if (runs_.empty()) {
        sort_memory();
        return {};
    }
    if (!positions_.empty())
        if (auto written = write_run(); !written) return written;
    bytes_ = {};
    positions_ = {};
    for (Run& run : runs_) {
        if (auto advanced = advance(run); !advanced) return advanced;
        heap_.push_back(&run);
    }
    std::make_heap(heap_.begin(), heap_.end(), behind);
    return {};
}

// Keeps what the buffer holds from `begin` on and reads as much as there is room for.
Status Sorter::refill(Run& run) {
    run.buffer.erase(0, run.begin);
    run.begin = 0;
    Size wanted = 0;  // a record may be larger than a buffer
    if (run.buffer.size() >= sizeof wanted) std::memcpy(&wanted, run.buffer.data(), sizeof wanted);
    const uint64_t more = std::min<uint64_t>(
        std::max<uint64_t>(kRunBufferBytes, sizeof wanted + uint64_t{wanted}) - run.buffer.size(),
        run.end - run.at);
    size_t filled = run.buffer.size();
    run.buffer.resize(filled + more);
    while (filled < run.buffer.size()) {
        const ssize_t got = ::pread(fd_, run.buffer.data() + filled, run.buffer.size() - filled,
                                    static_cast<off_t>(run.at));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0)
            return tl::unexpected(errno_error(got < 0 ? errno : EIO,
                                              "cannot read a temporary file in " + directory_));
        filled += static_cast<size_t>(got);
        run.at += static_cast<uint64_t>(got);
    }
    return {};
}

// To the record at `begin`, which may lie behind the buffer.
Status Sorter::advance(Run& run) {
    for (;;) {
        const size_t there = run.buffer.size() - run.begin;
        Size size = 0;
        if (there >= sizeof size) std::memcpy(&size, run.buffer.data() + run.begin, sizeof size);
        if (there >= sizeof size && there - sizeof size >= size) {
            run.bytes = size;
            return {};
        }
        if (run.at == run.end) {
            CRAWLD_CHECK(there == 0);
            run.bytes = kNone;
            return {};
        }
        if (auto filled = refill(run); !filled) return filled;
    }
}

Result<std::optional<std::string_view>> Sorter::next() {
    using Record = std::optional<std::string_view>;
    if (runs_.empty()) {
        if (next_in_memory_ == positions_.size()) return Record();
        return Record(record_at(bytes_, positions_[next_in_memory_++]));
    }
    if (taken_ != nullptr) {
        taken_->begin += sizeof(Size) + taken_->bytes;
        if (auto advanced = advance(*taken_); !advanced) return tl::unexpected(advanced.error());
        if (taken_->bytes != kNone) {
            heap_.push_back(taken_);
            std::push_heap(heap_.begin(), heap_.end(), behind);
        }
        taken_ = nullptr;
    }
    if (heap_.empty()) return Record();
    std::pop_heap(heap_.begin(), heap_.end(), behind);
    taken_ = heap_.back();
    heap_.pop_back();
    return Record(taken_->record());
}

}  // namespace crawld
