#include <algorithm>
#include <memory>
#include <vector>

#include "base/text.h"
#include "decode/codings.h"
#include "decode/decode.h"

namespace crawld {
namespace {

using TakeBytes = std::function<void(std::string_view)>;

// The end of the pipe, with its bound.
class Outlet final : public Stage {
  public:
    explicit Outlet(const TakeBytes& take) : take_(take) {}
    // No less than before.
    void allow(uint64_t bytes) { bytes_max_ = bytes; }
    Flow put(std::string_view bytes) override {
        const auto fitting = bytes.substr(0, static_cast<size_t>(bytes_max_ - bytes_));
        take_(fitting);
        bytes_ += fitting.size();
        return fitting.size() < bytes.size() ? Flow::full : Flow::ok;
    }
    bool complete() const override { return true; }
    uint64_t bytes() const { return bytes_; }

  private:
    const TakeBytes& take_;
    uint64_t bytes_max_ = 0;
    uint64_t bytes_ = 0;
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
Flow pour(std::string_view coded, Stage& entry, Outlet& end, const DecodeLimits& limits) {
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

DecodeEnding plain_in_pieces(std::string_view raw, const DecodeLimits& limits,
                             const TakeBytes& take) {
    const std::string_view fitting = raw.substr(0, static_cast<size_t>(limits.bytes_max));
    take(fitting);
    DecodeEnding ending{.bytes = fitting.size()};
    if (fitting.size() == raw.size()) return ending;
    ending.verdict = DecodeVerdict::capped;
    ending.detail = describe(ending.verdict, limits.bytes_max, "plain");
    return ending;
}

DecodeEnding coded_in_pieces(std::string_view raw, const std::vector<std::string>& codings,
                             const DecodeLimits& limits, const TakeBytes& take) {
    const DecodeEnding unsupported{.verdict = DecodeVerdict::unknown};
    if (codings.size() > static_cast<size_t>(limits.codings_max)) return unsupported;
    const uint64_t bytes_max = output_max(raw.size(), limits);
    Outlet outlet(take);
    std::vector<std::unique_ptr<Stage>> stages;  // the coding applied first comes first
    Stage* entry = &outlet;
    for (const std::string& coding : codings) {
        stages.push_back(make_decoder(coding, *entry, bytes_max));
        if (stages.back() == nullptr) return unsupported;
        entry = stages.back().get();
    }

    // A body of no bytes is whole in every coding: an answer to HEAD, or a careless server.
    const Flow flow = pour(raw, *entry, outlet, limits);
    const bool complete = raw.empty() || std::all_of(stages.begin(), stages.end(),
                                                     [](const auto& s) { return s->complete(); });
    DecodeEnding ending{.bytes = outlet.bytes()};
    if (flow == Flow::full)
        ending.verdict = DecodeVerdict::capped;
    else if (flow == Flow::corrupt)
        ending.verdict = DecodeVerdict::corrupt;
    else if (!complete)
        ending.verdict = DecodeVerdict::truncated;
    return ending;
}

}  // namespace

DecodeEnding decode_in_pieces(std::string_view raw, std::string_view content_encoding,
                              const DecodeLimits& limits, const TakeBytes& take) {
    const std::vector<std::string> codings = parse_codings(content_encoding);
    if (codings.empty()) return plain_in_pieces(raw, limits, take);
    DecodeEnding ending = coded_in_pieces(raw, codings, limits, take);
    ending.detail = describe(ending.verdict, ending.bytes, trim(content_encoding));
    return ending;
}

Decoded decode_body(std::string raw, std::string_view content_encoding,
                    const DecodeLimits& limits) {
    Decoded decoded;
    if (parse_codings(content_encoding).empty() && raw.size() <= limits.bytes_max) {
        decoded.bytes = std::move(raw);
        return decoded;
    }
    DecodeEnding ending = decode_in_pieces(raw, content_encoding, limits,
                                           [&](std::string_view bytes) { decoded.bytes += bytes; });
    decoded.verdict = ending.verdict;
    decoded.detail = std::move(ending.detail);
    return decoded;
}

}  // namespace crawld
