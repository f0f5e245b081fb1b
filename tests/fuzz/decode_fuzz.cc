// Content codings, alone and stacked: nothing comes out beyond the limits, memory stays within
// them, and it makes no difference in which pieces the coded bytes come.
#include <array>

#include "base/check.h"
#include "decode/codings.h"
#include "decode/decode.h"
#include "fuzz/input.h"

using namespace crawld;

namespace {

constexpr std::array<std::string_view, 10> kCodings = {
    "gzip",          "deflate",  "br",         "zstd",     "gzip, gzip",
    "deflate, gzip", "br, gzip", "gzip, zstd", "br, zstd", "gzip,br,gzip"};
// What a coding may hold besides its output: brotli's window of 16 MiB is the largest.
constexpr size_t kStageBytesMax = 20 << 20;

class Collect final : public Stage {
  public:
    Flow put(std::string_view bytes) override {
        text += bytes;
        return Flow::ok;
    }
    bool complete() const override { return true; }

    std::string text;
};

// One coding in pieces, what comes out and how it ends.
constexpr std::string_view kBroken = "damaged or too much";

struct Ending {
    std::string text;
    std::string how;
};

Ending decode_in_pieces(std::string_view coding, std::string_view bytes, size_t piece,
                        uint64_t bytes_max) {
    Collect out;
    const auto stage = make_decoder(coding, out, bytes_max);
    Flow flow = Flow::ok;
    for (; !bytes.empty() && flow == Flow::ok; bytes.remove_prefix(std::min(piece, bytes.size())))
        flow = stage->put(bytes.substr(0, piece));
    if (flow != Flow::ok) return {"", std::string(kBroken)};
    return {out.text, stage->complete() ? "whole" : "truncated"};
}

// How much a decoder hands on before it sees that the rest is damaged or too much is its own
// affair, and with it whether damage behind a whole frame is garbage, of which nothing came.
void check_pieces(std::string_view coding, std::string_view bytes, size_t piece,
                  uint64_t bytes_max) {
    const Ending whole = decode_in_pieces(coding, bytes, bytes.size(), bytes_max);
    const Ending pieces = decode_in_pieces(coding, bytes, piece, bytes_max);
    if (whole.how == kBroken || pieces.how == kBroken) return;
    fuzz::expect_same("the endings, whole and in pieces,", whole.how, pieces.how);
    fuzz::expect_same("the texts, whole and in pieces,", whole.text, pieces.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    fuzz::Input input(data, size);
    const std::string_view coding = kCodings[input.below(kCodings.size())];
    const DecodeLimits limits{.bytes_max = input.below(1 << 22),
                              .ratio_max = static_cast<uint32_t>(1 + input.below(1 << 10)),
                              .ratio_after = input.below(1 << 16)};
    const size_t piece = 1 + input.below(64);
    const fuzz::Exact raw(input.rest());

    const fuzz::MemoryPeak peak;
    const Decoded decoded = decode_body(std::string(raw.view()), coding, limits);
    CRAWLD_CHECK(peak.bytes() <= 4 * limits.bytes_max + 2 * kStageBytesMax + 2 * size);
    CRAWLD_CHECK(decoded.bytes.size() <= limits.bytes_max);
    CRAWLD_CHECK(decoded.bytes.size() <=
                 std::max(limits.ratio_after, raw.view().size() * limits.ratio_max));
    CRAWLD_CHECK((decoded.verdict == DecodeVerdict::whole) == decoded.detail.empty());
    CRAWLD_CHECK(decoded.verdict != DecodeVerdict::unknown || decoded.bytes.empty());
    if (coding.find(',') == std::string_view::npos)
        check_pieces(coding, raw.view(), piece, limits.bytes_max);
    return 0;
}
