#include "crawl/run_mark.h"

#include "base/bytes.h"

namespace crawld {

namespace {
constexpr uint8_t kVersion = 3;
}

std::string RunMark::encode() const {
    std::string out;
    put_u8(out, kVersion);
    put_u8(out, clean ? 1 : 0);
    put_text(out, boot_id);
    put_u64(out, windows);
    put_u64(out, static_cast<uint64_t>(to_us(blocked_since)));
    put_text(out, shared_gates);
    put_varint(out, gates.size());
    for (const auto& [key, gate] : gates) {
        put_u64(out, key);
        put_text(out, gate);
    }
    return out;
}

std::optional<RunMark> RunMark::decode(std::string_view bytes) {
    ByteReader in(bytes);
    if (in.u8() != kVersion) return std::nullopt;
    RunMark mark;
    mark.clean = in.u8() == 1;
    mark.boot_id = in.text();
    mark.windows = in.u64();
    mark.blocked_since = instant_from_us(static_cast<int64_t>(in.u64()));
    mark.shared_gates = in.text();
    for (uint64_t left = in.varint(); left > 0 && !in.failed(); --left) {
        const uint64_t key = in.u64();
        mark.gates[key] = in.text();
    }
    if (in.failed() || !in.at_end()) return std::nullopt;
    return mark;
}

}  // namespace crawld
