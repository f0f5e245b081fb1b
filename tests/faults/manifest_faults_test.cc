// Power cuts while the manifest of the state's database is written: whatever sectors of what was
// not synced are there, the next open finds every write that had returned.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "faults/fault_fs.h"
#include "store/commit_mark.h"
#include "store/store_env.h"
#include "support/temp_dir.h"

using namespace crawld;
using namespace crawld::test;

namespace {

namespace fs = std::filesystem;
constexpr StoreOptions kSmall{.cache = mib(1), .memtables = mib(1), .sync = true};
constexpr uint64_t kSector = 512;
constexpr int kRows = 160;

std::string key(int row) {
    return "key" + std::to_string(row);
}

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// What may be left of bytes of which the first ones were synced: cut in each sector, and without
// each, or each but one.
std::vector<std::string> tears(const std::string& bytes, uint64_t synced) {
    std::vector<std::string> left;
    const auto without = [&](std::string torn, uint64_t from, uint64_t end) {
        for (uint64_t at = std::max(from, synced); at < std::min<uint64_t>(end, torn.size()); ++at)
            torn[at] = '\0';
        return torn;
    };
    for (uint64_t at = synced / kSector * kSector; at < bytes.size(); at += kSector) {
        const uint64_t end = at + kSector;
        left.push_back(bytes.substr(0, std::max(at, synced)));
        left.push_back(bytes.substr(0, (std::max(at, synced) + std::min(end, bytes.size())) / 2));
        left.push_back(without(bytes, at, end));
        left.push_back(without(without(bytes, 0, at), end, UINT64_MAX));
    }
    left.push_back(bytes);
    return left;
}

// Writes until the power goes, at the n-th sync of a manifest.
class TornManifest {
  public:
    explicit TornManifest(int n) {
        disk_->before_sync([&, n, syncs = 0](const std::string& name) mutable {
            if (name.find("MANIFEST-") != name.npos && syncs++ == n)
                disk_->fail_at(0, Fault::power_cut);
        });
        auto store = open_store_on(*env_, dir_ / "db", kSmall);
        for (; store && written_ < kRows; ++written_) {
            Batch batch;
            batch.put(Family::seen, key(written_), std::string(50'000, 'v'));
            batch.put(Family::host, key(written_), std::string(10'000, 'v'));
            if (!(*store)->write(batch)) break;
        }
        if (store) store->reset();
        fired_ = disk_->fired();
        if (const auto number = current_manifest(dir_ / "db")) manifest_ = manifest_name(*number);
        synced_ = disk_->synced_bytes(dir_ / ("db/" + manifest_));
        Prng prng(1);
        disk_->lose_power(Unsynced::kept, prng);
    }
    bool fired() const { return fired_; }

    // How many of them had more than one sector.
    int check_tears() {
        if (manifest_.empty()) {  // there is no database yet
            check(Store::open(dir_ / "db", kSmall));
            return 0;
        }
        const std::string bytes = read(dir_ / ("db/" + manifest_));
        int several = 0;
        for (const std::string& left : tears(bytes, synced_)) {
            several += left.size() / kSector > synced_ / kSector;
            fs::remove_all(dir_ / "copy");
            fs::copy(dir_ / "db", dir_ / "copy");
            std::ofstream(dir_ / ("copy/" + manifest_), std::ios::binary) << left;
            check(Store::open_read_only(dir_ / "copy", kSmall));
            check(Store::open(dir_ / "copy", kSmall));
        }
        return several;
    }

  private:
    void check(const Result<std::unique_ptr<Store>>& store) const {
        if (!store && written_ == 0 && store.error().code == ErrorCode::no_input) return;
        REQUIRE_MESSAGE(store.has_value(), store.error().message);
        for (int row = 0; row < written_; ++row) {
            CHECK((*store)->get(Family::seen, key(row)).value().has_value());
            CHECK((*store)->get(Family::host, key(row)).value().has_value());
        }
    }

    TempDir dir_;
    std::shared_ptr<FaultFileSystem> disk_ = std::make_shared<FaultFileSystem>();
    std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(disk_);
    int written_ = 0;
    bool fired_ = false;
    std::string manifest_;
    uint64_t synced_ = 0;
};

}  // namespace

TEST_CASE(
    "manifest: torn by a power cut at each of its syncs, it loses nothing that had returned") {
    int cuts = 0, several = 0;
    for (;; ++cuts) {
        CAPTURE(cuts);
        TornManifest torn(cuts);
        if (!torn.fired()) break;
        several += torn.check_tears();
    }
    MESSAGE("cuts: ", cuts, ", tears over more than one sector: ", several);
    CHECK_GT(cuts, 15);
    CHECK_GT(several, 5);
}
