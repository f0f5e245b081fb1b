#include "frontier/known_filter.h"

#include "base/check.h"

namespace crawld {

namespace {

constexpr size_t kBitsPerUrl = 10;
constexpr int kProbes = 6;

// Nine bits for each probe, independent of those that choose the block.
constexpr uint64_t probe_bits(uint64_t hash) {
    hash = (hash ^ hash >> 32) * 0xbf58476d1ce4e5b9;
    return hash ^ hash >> 29;
}
constexpr uint64_t probe_bit(uint64_t bits, int probe) {
    return bits >> (probe * 9) & 511;
}

}  // namespace

KnownFilter::KnownFilter(size_t urls) : urls_(urls), blocks_(urls * kBitsPerUrl / kBlockBits + 1) {
    CRAWLD_CHECK(blocks_.size() <= UINT32_MAX);
}

// Both halves of the key are fingerprints already, but the URLs of a host share the first.
uint64_t KnownFilter::hash(UrlKey key) {
    return (key.url ^ key.host.value * 0xd6e8feb86659fd93) * 0x9e3779b97f4a7c15;
}

void KnownFilter::insert(UrlKey key) {
    const uint64_t h = hash(key);
    Block& block = blocks_[block_of(h)];
    const uint64_t bits = probe_bits(h);
    for (int probe = 0; probe < kProbes; ++probe) {
        const uint64_t bit = probe_bit(bits, probe);
        block.words[bit / 64] |= uint64_t{1} << (bit % 64);
    }
}

bool KnownFilter::may_contain(UrlKey key) const {
    if (key >= filled_to_) return true;
    const uint64_t h = hash(key);
    const Block& block = blocks_[block_of(h)];
    const uint64_t bits = probe_bits(h);
    for (int probe = 0; probe < kProbes; ++probe) {
        const uint64_t bit = probe_bit(bits, probe);
        if ((block.words[bit / 64] >> (bit % 64) & 1) == 0) return false;
    }
    return true;
}

}  // namespace crawld
