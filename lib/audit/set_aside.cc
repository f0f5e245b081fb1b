#include "audit/set_aside.h"

#include <filesystem>
#include <fstream>
#include <vector>

namespace crawld {

namespace {

namespace fs = std::filesystem;

constexpr size_t kPieceBytes = 256 * 1024;

std::string damaged_name(const std::string& path, int number) {
    const std::string name = path + std::string(kDamagedSuffix);
    return number == 1 ? name : name + "-" + std::to_string(number);
}

bool is_there(const std::string& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

bool are_same(const std::string& path, const std::string& other) {
    std::error_code failed, also_failed;
    if (fs::equivalent(path, other, failed)) return true;
    const uintmax_t bytes = fs::file_size(path, failed);
    if (fs::file_size(other, also_failed) != bytes || failed || also_failed) return false;
    std::ifstream a(path, std::ios::binary), b(other, std::ios::binary);
    std::vector<char> of_a(kPieceBytes), of_b(kPieceBytes);
    for (uintmax_t left = bytes; left > 0;) {
        const size_t piece = std::min<uintmax_t>(left, kPieceBytes);
        of_a.resize(piece);
        of_b.resize(piece);
        a.read(of_a.data(), static_cast<std::streamsize>(piece));
        b.read(of_b.data(), static_cast<std::streamsize>(piece));
        if (!a || !b || of_a != of_b) return false;
        left -= piece;
    }
    return true;
}

// What is left of a copy that fails is removed.
Status copy(Disk& disk, const std::string& path, const std::string& aside) {
    std::error_code failed;
    fs::copy_file(path, aside, failed);
    Status done;
    if (failed) {
        done = tl::unexpected(errno_error(failed.value(), "cannot copy " + path + " to " + aside));
    } else {
        auto file = disk.open_to_write(aside);
        const DiskStatus synced = file ? (*file)->sync() : tl::unexpected(file.error());
        if (!synced) done = tl::unexpected(synced.error().error);
    }
    if (!done) fs::remove(aside, failed);
    return done;
}

}  // namespace

std::string free_damaged_name(const std::string& path) {
    int number = 1;
    while (is_there(damaged_name(path, number)))
        ++number;
    return damaged_name(path, number);
}

Result<std::string> keep_aside(Disk& disk, const std::string& path, const std::string& base,
                               Change change) {
    for (int number = 1;; ++number) {
        const std::string kept = damaged_name(base, number);
        if (!is_there(kept)) break;
        if (are_same(path, kept)) return kept;
    }
    std::string aside = free_damaged_name(base);
    std::error_code failed;
    if (change == Change::replaced) fs::create_hard_link(path, aside, failed);
    if (change == Change::in_place || failed)
        if (auto copied = copy(disk, path, aside); !copied) return tl::unexpected(copied.error());
    const auto synced = disk.sync_directory(fs::path(aside).parent_path());
    if (!synced) return tl::unexpected(synced.error().error);
    return aside;
}

}  // namespace crawld
