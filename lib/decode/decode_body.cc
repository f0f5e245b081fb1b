#include <algorithm>
#include <memory>
#include <vector>

#include "base/text.h"
#include "decode/codings.h"
#include "decode/decode.h"

namespace crawld {
namespace {

// The end of the pipe, with its bound.
class Collect final : public Stage {
  public:
    explicit Collect(std::string& out) : out_(out) {}
    // No less than before.
    void allow(uint64_t bytes) { bytes_max_ = bytes; }
    Flow put(std::string_view bytes) override {
        const auto room = static_cast<size_t>(bytes_max_ - out_.size());
        out_ += bytes.substr(0, room);
        return bytes.size() > room ? Flow::full : Flow::ok;
    }
    bool complete() const override { return true; }

  private:
    std::string& out_;
    uint64_t bytes_max_ = 0;
};

// RFC 9110 8.4: in the order in which they were applied.
std::vector<std::string> parse_codings(std::string_view content_encoding) {
    std::vector<std::string> codings;
    for (std::string_view piece : split(content_encoding, ',')) {
        std::string coding = lowercase(trim(piece));
        if (!coding.empty() && coding != "identity") codings.push_back(std::move(coding));
    }
    return codings;
}

uint64_t output_max(uint64_t coded, const DecodeLimits& limits) {
    return std::min(limits.bytes_max, std::max(limits.ratio_after, coded * limits.ratio_max));
}

// In slices, so that the ratio counts for what was read: a bomb is not made harmless by what
// follows it.
Flow pour(std::string_view coded, Stage& entry, Collect& end, const DecodeLimits& limits) {
    constexpr size_t kSliceBytes = 16 * 1024;
    for (size_t at = 0; at < coded.size(); at += kSliceBytes) {
        const std::string_view slice = coded.substr(at, kSliceBytes);
        end.allow(output_max(at + slice.size(), limits));
        const Flow flow = entry.put(slice);
        if (flow != Flow::ok) return flow;
    }
    return Flow::ok;
}

// What went wrong, outermost coding first, or nothing.
std::string describe(DecodeVerdict verdict, uint64_t bytes_kept, std::string_view codings) {
    const std::string coded(codings.substr(0, 100));  // a header may be long
    switch (verdict) {
        case DecodeVerdict::whole:
            return "";
        case DecodeVerdict::truncated:
            return coded + " data ends early";
        case DecodeVerdict::corrupt:
            return coded + " data is damaged or has a wrong checksum";
        case DecodeVerdict::capped:
            return coded + " data decodes to too much: cut after " + std::to_string(bytes_kept) +
                   " bytes";
        case DecodeVerdict::unknown:
            return "content coding \"" + coded + "\" is not supported";
    }
    return "";
}

}  // namespace

Decoded decode_body(std::string raw, std::string_view content_encoding,
                    const DecodeLimits& limits) {
    const std::vector<std::string> codings = parse_codings(content_encoding);
    Decoded decoded;
    if (codings.empty()) {
        decoded.bytes = std::move(raw);
        if (decoded.bytes.size() <= limits.bytes_max) return decoded;
        decoded.bytes.resize(static_cast<size_t>(limits.bytes_max));
        decoded.verdict = DecodeVerdict::capped;
        decoded.detail = describe(decoded.verdict, limits.bytes_max, "plain");
        return decoded;
    }

    const uint64_t bytes_max = output_max(raw.size(), limits);
    Collect collect(decoded.bytes);
    std::vector<std::unique_ptr<Stage>> stages;  // the coding applied first comes first
    Stage* entry = &collect;
    const auto unsupported = [&] {
        decoded.verdict = DecodeVerdict::unknown;
        decoded.detail = describe(decoded.verdict, 0, trim(content_encoding));
        return decoded;
    };
    if (codings.size() > static_cast<size_t>(limits.codings_max)) return unsupported();
    for (const std::string& coding : codings) {
        stages.push_back(make_decoder(coding, *entry, bytes_max));
        if (stages.back() == nullptr) return unsupported();
        entry = stages.back().get();
    }

    // A body of no bytes is whole in every coding: an answer to HEAD, or a careless server.
    const Flow flow = pour(raw, *entry, collect, limits);
    const bool complete = raw.empty() || std::all_of(stages.begin(), stages.end(),
                                                     [](const auto& s) { return s->complete(); });
    if (flow == Flow::full)
        decoded.verdict = DecodeVerdict::capped;
    else if (flow == Flow::corrupt)
        decoded.verdict = DecodeVerdict::corrupt;
    else if (!complete)
        decoded.verdict = DecodeVerdict::truncated;
    decoded.detail = describe(decoded.verdict, decoded.bytes.size(), trim(content_encoding));
    return decoded;
}

}  // namespace crawld
