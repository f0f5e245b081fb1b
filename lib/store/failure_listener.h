// FailureListener: what RocksDB says of a failure besides the status of the write that met it; and
// that its manifest has changed.
//
// Thread: any.
#pragma once

#include <rocksdb/listener.h>

#include <atomic>

namespace crawld {

class FailureListener : public rocksdb::EventListener {
  public:
    // Leaving the read-only state is the caller's decision (Store::resume). RocksDB would watch
    // the free space by itself, go on unseen, and refuse to be resumed meanwhile.
    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                              bool* automatic) override {
        *automatic = false;
    }
    void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status*) override {
        if (reason == rocksdb::BackgroundErrorReason::kWriteCallback) log_failed = true;
    }

    void OnFlushCompleted(rocksdb::DB*, const rocksdb::FlushJobInfo&) override {
        manifest_changed = true;
    }
    void OnCompactionCompleted(rocksdb::DB*, const rocksdb::CompactionJobInfo&) override {
        manifest_changed = true;
    }

    std::atomic<bool> log_failed{false};  // a write to the write-ahead log failed
    std::atomic<bool> manifest_changed{false};
};

}  // namespace crawld
