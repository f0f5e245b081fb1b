#include <algorithm>
#include <memory>
#include <vector>

#include "base/text.h"
#include "decode/codings.h"
#include "decode/decode.h"

namespace crawld {
namespace {

// The end of the pipe.
class Collect final : public Stage {
  public:
    explicit Collect(std::string& out) : out_(out) {}
    Flow put(std::string_view bytes) override {
        out_ += bytes;
        return Flow::ok;
    }
    bool complete() const override { return true; }

  private:
    std::string& out_;
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

// What went wrong, outermost coding first, or nothing.
std::string describe(DecodeVerdict verdict, uint64_t bytes_max, std::string_view codings) {
    const std::string coded(codings.substr(0, 100));  // a header may be long
    switch (verdict) {
        case DecodeVerdict::whole:
            return "";
        case DecodeVerdict::truncated:
            return coded + " data ends early";
        case DecodeVerdict::corrupt:
            return coded + " data is damaged or has a wrong checksum";
        case DecodeVerdict::capped:
            return coded + " data decodes to more than " + std::to_string(bytes_max) + " bytes";
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
        decoded.detail = describe(decoded.verdict, bytes_max, trim(content_encoding));
        return decoded;
    };
    if (codings.size() > static_cast<size_t>(limits.codings_max)) return unsupported();
    for (const std::string& coding : codings) {
        stages.push_back(make_decoder(coding, *entry, bytes_max));
        if (stages.back() == nullptr) return unsupported();
        entry = stages.back().get();
    }

    // A body of no bytes is whole in every coding: an answer to HEAD, or a careless server.
    const Flow flow = raw.empty() ? Flow::ok : entry->put(raw);
    const bool complete = raw.empty() || std::all_of(stages.begin(), stages.end(),
                                                     [](const auto& s) { return s->complete(); });
    if (flow == Flow::full)
        decoded.verdict = DecodeVerdict::capped;
    else if (flow == Flow::corrupt)
        decoded.verdict = DecodeVerdict::corrupt;
    else if (!complete)
        decoded.verdict = DecodeVerdict::truncated;
    decoded.detail = describe(decoded.verdict, bytes_max, trim(content_encoding));
    return decoded;
}

}  // namespace crawld
