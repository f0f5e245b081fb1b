#include "url/idna.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/check.h"
#include "url/utf8.h"

namespace crawld {

namespace {

struct UidnaDeleter {
    void operator()(UIDNA* idna) const { uidna_close(idna); }
};

// CheckBidi and CheckJoiners on, Transitional_Processing and UseSTD3ASCIIRules off.
constexpr uint32_t kOptions =
    UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII;

// ICU always checks these and only reports them; the standard wants CheckHyphens and
// VerifyDnsLength off.
constexpr uint32_t kAccepted = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                               UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
                               UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;

// ICU's instance is immutable and shared by all threads.
const UIDNA* uts46() {
    static const std::unique_ptr<UIDNA, UidnaDeleter> instance = [] {
        UErrorCode error = U_ZERO_ERROR;
        std::unique_ptr<UIDNA, UidnaDeleter> opened(uidna_openUTS46(kOptions, &error));
        CRAWLD_CHECK(U_SUCCESS(error));
        return opened;
    }();
    return instance.get();
}

// Characters that UTS #46 began to map or to ignore after Unicode 15.0, and that the ICU of the
// systems we run on still refuses (or maps otherwise: capital sharp s). Mapping is the first step
// of UTS #46, so mapping them before ICU does gives what a newer ICU would.
struct Mapping {
    char32_t first;
    char32_t last;
    char32_t to;  // what `first` becomes, the others follow in order; 0: ignored
};
constexpr std::array<Mapping, 18> kNewerMappings = {{
    {0x04C0, 0x04C0, 0x04CF},    // Cyrillic palochka
    {0x10A0, 0x10C5, 0x2D00},    // Georgian capitals
    {0x115F, 0x1160, 0},         // Hangul fillers
    {0x17B4, 0x17B5, 0},         // Khmer inherent vowels
    {0x180E, 0x180E, 0},         // Mongolian vowel separator
    {0x1E9E, 0x1E9E, 0x00DF},    // capital sharp s
    {0x2061, 0x2063, 0},         // invisible operators
    {0x206A, 0x206F, 0},         // deprecated format characters
    {0x2132, 0x2132, 0x214E},    // turned F
    {0x2183, 0x2183, 0x2184},    // reversed C
    {0x3164, 0x3164, 0},         // Hangul filler
    {0xFFA0, 0xFFA0, 0},         // half-width Hangul filler
    {0x1D173, 0x1D17A, 0},       // musical format characters
    {0x2F868, 0x2F868, 0x36FC},  // CJK compatibility ideographs
    {0x2F874, 0x2F874, 0x5F53},
    {0x2F91F, 0x2F91F, 0x243AB},
    {0x2F95F, 0x2F95F, 0x7AEE},
    {0x2F9BF, 0x2F9BF, 0x45D7},
}};

std::string apply_newer_mappings(std::string_view domain) {
    std::string out;
    out.reserve(domain.size());
    bool valid = true;
    while (!domain.empty()) {
        const char32_t c = utf8_next(domain, valid);
        const auto* mapping =
            std::find_if(kNewerMappings.begin(), kNewerMappings.end(),
                         [c](const Mapping& m) { return c >= m.first && c <= m.last; });
        if (mapping == kNewerMappings.end()) {
            utf8_append(out, c);
        } else if (mapping->to != 0) {
            utf8_append(out, mapping->to + (c - mapping->first));
        }
    }
    return out;
}

}  // namespace

std::optional<std::string> idna_to_ascii(std::string_view domain) {
    if (domain.size() > kIdnaBytesMax) return std::nullopt;
    const std::string mapped = apply_newer_mappings(domain);
    std::array<char, kIdnaBytesMax> out;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode error = U_ZERO_ERROR;
    const int32_t size =
        uidna_nameToASCII_UTF8(uts46(), mapped.data(), static_cast<int32_t>(mapped.size()),
                               out.data(), static_cast<int32_t>(out.size()), &info, &error);
    if (U_FAILURE(error) || (info.errors & ~kAccepted) != 0) return std::nullopt;
    return std::string(out.data(), static_cast<size_t>(size));
}

}  // namespace crawld
