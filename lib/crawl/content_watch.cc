#include "crawl/content_watch.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/fingerprint.h"
#include "crawl/path_pattern.h"
#include "html/simhash.h"

namespace crawld {

namespace {

constexpr size_t kSeenSlots = 1 << 16;
constexpr size_t kNearSlots = 1 << 15;  // of each quarter
constexpr size_t kPrefixSlots = 1 << 15;
constexpr size_t kPrefixWays = 4;
constexpr size_t kNotedSlots = 1 << 16;
constexpr int kQuarters = 4;
constexpr float kWeight = 1.0F / 32;
constexpr size_t kPrefixesOfUrl = 3;

uint64_t mixed(uint64_t a, uint64_t b) {
    uint64_t x = (a ^ (b * 0x9e3779b97f4a7c15)) * 0xe9846af9b1a615d;
    x ^= x >> 32;
    return std::max<uint64_t>(x * 0xe9846af9b1a615d, 1);  // 0 is none
}

// Of "/a/b7/c?d": "/a/", "/a/b7/" and "/a/b7/c?", and the pattern.
struct Prefixes {
    std::array<std::string_view, kPrefixesOfUrl> text;
    size_t count = 0;
    std::string_view path;
    bool has_query = false;
};

Prefixes prefixes_in(std::string_view path_and_query) {
    Prefixes out;
    const size_t query = path_and_query.find('?');
    out.path = path_and_query.substr(0, query);
    out.has_query = query != std::string_view::npos;
    size_t end = 0;
    for (int level = 0; level < 2; ++level) {
        end = out.path.find('/', end + 1);
        if (end == std::string_view::npos) break;
        out.text[out.count++] = out.path.substr(0, end + 1);
    }
    if (out.has_query) out.text[out.count++] = path_and_query.substr(0, query + 1);
    return out;
}

uint64_t prefix_key(HostKey host, std::string_view prefix) {
    return mixed(fingerprint64(prefix), host.value);
}

// Of the kPrefixWays neighbours where a prefix may be.
size_t first_place(uint64_t key) {
    return key % (kPrefixSlots / kPrefixWays) * kPrefixWays;
}

}  // namespace

ContentWatch::ContentWatch()
    : seen_(kSeenSlots),
      near_(kQuarters * kNearSlots),
      prefixes_(kPrefixSlots),
      noted_(kNotedSlots) {}

// The same content under the same URL is a page fetched again, and says nothing new or old.
std::optional<CopyKind> ContentWatch::known_content(const Page& page) {
    const uint64_t content = mixed(page.content, page.key.host.value);
    Seen& slot = seen_[content % kSeenSlots];
    if (slot.content != content) {
        slot = {.content = content, .url = page.key.url, .error = page.error};
        return CopyKind::none;
    }
    if (slot.url == page.key.url) return std::nullopt;
    slot.error = slot.error || page.error;
    return slot.error ? CopyKind::soft_404 : CopyKind::same;
}

CopyKind ContentWatch::similar_content(const Page& page) {
    CopyKind found = CopyKind::none;
    for (uint64_t quarter = 0; quarter < kQuarters; ++quarter) {
        const uint64_t bits = (page.simhash >> (16 * quarter)) & 0xffff;
        const uint64_t place = mixed(bits | quarter << 16, page.key.host.value) % kNearSlots;
        Near& slot = near_[quarter * kNearSlots + place];
        const bool similar = slot.host == page.key.host && slot.url != page.key.url &&
                             is_similar(slot.simhash, page.simhash);
        if (similar && found != CopyKind::soft_404)
            found = slot.error ? CopyKind::soft_404 : CopyKind::similar;
        slot = {.simhash = page.simhash,
                .host = page.key.host,
                .url = page.key.url,
                .error = page.error || (similar && slot.error)};
    }
    return found;
}

// Of the places where it may be the one with the fewest pages makes room.
ContentWatch::Prefix& ContentWatch::prefix_of(uint64_t key) {
    const std::span<Prefix> places = std::span(prefixes_).subspan(first_place(key), kPrefixWays);
    Prefix* fewest = places.data();
    for (Prefix& place : places) {
        if (place.key == key) return place;
        if (place.pages < fewest->pages) fewest = &place;
    }
    if (fewest->demoted) {
        --demoted_;
        told_ = nullptr;
    }
    *fewest = {.key = key};
    return *fewest;
}

ContentWatch::Finding ContentWatch::note(const Page& page) {
    Finding finding;
    if (page.content == 0) return finding;
    const bool again =
        std::exchange(noted_[page.key.url % kNotedSlots], page.key.url) == page.key.url;
    const auto known = known_content(page);
    if (!known) return finding;
    finding.copy = *known;
    if (page.simhash != 0) {
        const CopyKind similar = similar_content(page);
        if (finding.copy == CopyKind::none || similar == CopyKind::soft_404) finding.copy = similar;
    }
    if (page.error) return {};
    if (again) return finding;  // nothing new is expected of it
    const Prefixes prefixes = prefixes_in(page.path_and_query);
    const bool is_new = finding.copy == CopyKind::none;
    bool covered = false;
    for (size_t i = 0; i < prefixes.count; ++i)
        covered = note_prefix(page.key.host, prefixes.text[i], is_new, true, finding) || covered;
    const PathPattern pattern(prefixes.path, prefixes.has_query);
    if (!pattern.text().empty())
        note_prefix(page.key.host, pattern.text(), is_new, !covered, finding);
    return finding;
}

// Whether it is demoted now. `may_fall`: not where a part of the host that holds it has fallen.
bool ContentWatch::note_prefix(HostKey host, std::string_view text, bool is_new, bool may_fall,
                               Finding& finding) {
    Prefix& prefix = prefix_of(prefix_key(host, text));
    prefix.share += kWeight * ((is_new ? 1.0F : 0.0F) - prefix.share);
    ++prefix.pages;
    const bool falls =
        may_fall && !prefix.demoted && prefix.pages >= kPagesMin && prefix.share < kDemotedBelow;
    const bool rises = prefix.demoted && prefix.share > kRestoredAbove;
    if (falls || rises) {
        prefix.demoted = falls;
        if (falls)
            ++demoted_;
        else
            --demoted_;
        told_ = nullptr;
        finding.turns.push_back(
            {.prefix = std::string(text), .demoted = falls, .share = prefix.share});
    }
    return prefix.demoted;
}

std::shared_ptr<const DemotedPrefixes> ContentWatch::demoted() {
    if (demoted_ == 0) return nullptr;
    if (told_ == nullptr) {
        std::vector<uint64_t> keys;
        for (const Prefix& prefix : prefixes_)
            if (prefix.demoted) keys.push_back(prefix.key);
        std::sort(keys.begin(), keys.end());
        told_ = std::make_shared<const DemotedPrefixes>(std::move(keys));
    }
    return told_;
}

bool DemotedPrefixes::have(HostKey host, std::string_view path_and_query) const {
    const auto is_demoted = [&](std::string_view text) {
        return std::binary_search(keys_.begin(), keys_.end(), prefix_key(host, text));
    };
    const Prefixes prefixes = prefixes_in(path_and_query);
    for (size_t i = 0; i < prefixes.count; ++i)
        if (is_demoted(prefixes.text[i])) return true;
    const PathPattern pattern(prefixes.path, prefixes.has_query);
    return !pattern.text().empty() && is_demoted(pattern.text());
}

}  // namespace crawld
