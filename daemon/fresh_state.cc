#include "daemon/fresh_state.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "archive/cdxj.h"
#include "base/fingerprint.h"

namespace crawld {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = "REPAIRED";
constexpr std::string_view kMagic = "crawld repaired 1 ";
constexpr size_t kMarkBytesMax = 512;

bool exists(const std::string& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

std::string name_of(const std::string& path) {
    return fs::path(path).filename().string();
}

std::string mark_of(const std::string& state) {
    return state + "/" + std::string(kMark);
}

std::string mark_text(const std::string& aside) {
    std::string text = std::string(kMagic) + aside + " ";
    return text + to_hex(fingerprint64(text)) + "\n";
}

// The name that the old state gets; nothing: this is not one that was complete.
std::optional<std::string> read_mark(Disk& disk, const std::string& state) {
    const auto file = disk.open_to_read(mark_of(state));
    if (!file) return std::nullopt;
    std::array<char, kMarkBytesMax> bytes{};
    const auto read = (*file)->read(0, bytes);
    if (!read) return std::nullopt;
    const std::string_view text(bytes.data(), *read);
    if (!text.starts_with(kMagic)) return std::nullopt;
    const std::string aside(
        text.substr(kMagic.size(), text.find(' ', kMagic.size()) - kMagic.size()));
    return text == mark_text(aside) ? std::optional(aside) : std::nullopt;
}

Status remove_mark(Disk& disk, const std::string& state) {
    if (!exists(mark_of(state))) return {};
    auto removed = disk.remove(mark_of(state));
    if (removed) removed = disk.sync_directory(state);
    return as_status(removed);
}

Status remove_all(const std::string& path) {
    std::error_code failed;
    fs::remove_all(path, failed);
    if (!failed) return {};
    return tl::unexpected(errno_error(failed.value(), "cannot remove " + path));
}

}  // namespace

FreshState::FreshState(Disk& disk, std::string state_dir, WallTime now)
    : disk_(disk),
      state_dir_(std::move(state_dir)),
      database_(state_dir_ + "/db"),
      fresh_(database_ + ".repairing"),
      ready_(database_ + ".repaired"),
      time_(timestamp14(now)) {}

// Names of one second have a number behind it.
std::string FreshState::name_for_old() const {
    const std::string name = database_ + ".damaged-" + time_;
    if (!exists(name)) return name;
    for (int number = 2;; ++number) {
        std::string numbered = name + "-" + std::to_string(number);
        if (!exists(numbered)) return numbered;
    }
}

// One that is complete is renamed first, for a removal that is cut short leaves part of it.
Status FreshState::clear_ready() {
    if (!exists(ready_)) return {};
    if (read_mark(disk_, ready_)) {
        std::cout << ready_
                  << ": the state that a repair made which was cut short never took its place; it "
                     "is removed, and made anew\n";
        auto renamed = disk_.rename(ready_, fresh_);
        if (renamed) renamed = disk_.sync_directory(state_dir_);
        return renamed ? remove_all(fresh_) : as_status(renamed);
    }
    const std::string kept = name_for_old();
    auto renamed = disk_.rename(ready_, kept);
    if (renamed) renamed = disk_.sync_directory(state_dir_);
    if (renamed)
        std::cout << ready_
                  << ": an old state, which a repair left that was cut short as it ended; "
                  << "it is kept as " << kept << '\n';
    return as_status(renamed);
}

Result<bool> FreshState::end_second_step() {
    const auto aside = read_mark(disk_, ready_);
    if (!aside || aside->empty() || !exists(state_dir_ + "/" + *aside)) return false;
    auto done = disk_.rename(ready_, database_);
    if (done) done = disk_.sync_directory(state_dir_);
    if (!done) return tl::unexpected(done.error().error);
    std::cout << "the last repair was cut short as it ended; its fresh state is in its place now, "
                 "and the old one in "
              << state_dir_ << '/' << *aside << '\n';
    if (auto removed = remove_mark(disk_, database_); !removed)
        return tl::unexpected(removed.error());
    return true;
}

Result<bool> FreshState::end_the_last() {
    if (exists(fresh_)) {
        std::cout << fresh_ << ": what a repair made that was cut short is removed\n";
        if (auto removed = remove_all(fresh_); !removed) return tl::unexpected(removed.error());
    }
    if (exists(database_)) {
        if (auto removed = remove_mark(disk_, database_); !removed)
            return tl::unexpected(removed.error());
    } else {
        const auto ended = end_second_step();
        if (!ended || *ended) return ended;
    }
    if (auto cleared = clear_ready(); !cleared) return tl::unexpected(cleared.error());
    return false;
}

Status FreshState::mark() {
    if (exists(database_)) aside_ = name_for_old();
    auto file = disk_.create(mark_of(fresh_));
    if (!file) return tl::unexpected(file.error().error);
    const std::string text = mark_text(aside_.empty() ? "" : name_of(aside_));
    const std::string_view piece = text;
    auto done = (*file)->write(0, {&piece, 1});
    if (done) done = (*file)->sync();
    if (done) done = disk_.sync_directory(fresh_);
    return as_status(done);
}

// Between the two there is no state.
DiskStatus FreshState::in_two_steps() {
    if (auto renamed = disk_.rename(database_, aside_); !renamed) return renamed;
    auto renamed = disk_.rename(ready_, database_);
    if (renamed)
        kept_ = aside_;
    else
        (void)disk_.rename(aside_, database_);
    return renamed;
}

DiskStatus FreshState::change_places() {
    if (aside_.empty()) return disk_.rename(ready_, database_);
    if (::renameat2(AT_FDCWD, ready_.c_str(), AT_FDCWD, database_.c_str(), RENAME_EXCHANGE) == 0) {
        kept_ = disk_.rename(ready_, aside_) ? aside_ : ready_;
        return {};
    }
    if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) return in_two_steps();
    return tl::unexpected(DiskError{.cause = DiskCause::other,
                                    .error = errno_error(errno, "cannot exchange " + ready_)});
}

Status FreshState::take_the_place() {
    auto done = disk_.rename(fresh_, ready_);
    if (done) done = change_places();
    if (done) {
        in_place_ = true;
        if (auto synced = disk_.sync_directory(state_dir_); !synced)
            return fail(synced.error().error.code,
                        "the fresh state is in its place, and whether it is there behind a power "
                        "cut is not known: " +
                            synced.error().error.message);
        (void)remove_mark(disk_, database_);  // or the next repair does
        return {};
    }
    const bool is_new = aside_.empty();
    if (!is_new && !exists(database_))
        return fail(done.error().error.code,
                    "the old state is in " + aside_ + ", and the fresh one in " + ready_ +
                        " cannot take its place; run crawld repair again, which does that: " +
                        done.error().error.message);
    (void)disk_.rename(ready_, fresh_);
    if (is_new)
        return fail(done.error().error.code,
                    "the fresh state cannot take its place: " + done.error().error.message);
    return fail(done.error().error.code,
                "the fresh state and the old one cannot change places, and the old one stays as "
                "it was: " +
                    done.error().error.message);
}

void FreshState::abandon() {
    std::error_code ignored;
    fs::remove_all(fresh_, ignored);
}

std::string left_by_repair(const std::string& state_dir) {
    std::string names;
    for (const char* name : {"db.repairing", "db.repaired"})
        if (exists(state_dir + "/" + name))
            names += (names.empty() ? "" : " and ") + std::string(name);
    if (names.empty()) return {};
    return "a repair that was cut short left " + names + " in " + state_dir +
           "; the crawl does not use what is there, and the next repair removes or keeps it: "
           "remove it if you need the space";
}

}  // namespace crawld
