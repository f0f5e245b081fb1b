#include "archive/digest.h"

#include <openssl/evp.h>

#include "base/check.h"
#include "base/fields.h"
#include "base/text.h"

namespace crawld {

namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

size_t size_of(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::sha1 ? 20 : 32;
}

std::string base32(std::string_view bytes) {
    std::string text;
    uint32_t buffer = 0;
    int bits = 0;
    for (const char c : bytes) {
        buffer = buffer << 8 | static_cast<uint8_t>(c);
        for (bits += 8; bits >= 5; bits -= 5)
            text += kBase32[buffer >> (bits - 5) & 31];
    }
    if (bits > 0) text += kBase32[buffer << (5 - bits) & 31];
    while (text.size() % 8 != 0)
        text += '=';
    return text;
}

int base32_value(char c) {
    if (is_alpha(c)) return to_lower(c) - 'a';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

int base64_value(char c) {
    if (is_upper(c)) return c - 'A';
    if (is_lower(c)) return c - 'a' + 26;
    if (is_digit(c)) return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

// Digits of `bits` each; what is left over of the last one is not looked at.
std::optional<std::string> decode(std::string_view text, int bits, int (*value)(char)) {
    std::string bytes;
    uint32_t buffer = 0;
    int held = 0;
    for (const char c : text) {
        const int digit = value(c);
        if (digit < 0) return std::nullopt;
        buffer = buffer << bits | static_cast<uint32_t>(digit);
        held += bits;
        if (held < 8) continue;
        held -= 8;
        bytes += static_cast<char>(buffer >> held);
    }
    return bytes;
}

std::optional<DigestAlgorithm> algorithm_named(std::string_view name) {
    if (iequals(name, "sha1") || iequals(name, "sha-1")) return DigestAlgorithm::sha1;
    if (iequals(name, "sha256") || iequals(name, "sha-256")) return DigestAlgorithm::sha256;
    return std::nullopt;
}

}  // namespace

std::string Digest::label() const {
    return std::string(to_string(algorithm)) + ":" + base32(bytes);
}

bool Digest::knows(std::string_view label) {
    return algorithm_named(trim(label.substr(0, label.find(':')))).has_value();
}

std::optional<Digest> Digest::parse(std::string_view label) {
    const size_t colon = label.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto algorithm = algorithm_named(trim(label.substr(0, colon)));
    std::string_view text = trim(label.substr(colon + 1));
    while (text.ends_with('='))
        text.remove_suffix(1);
    if (!algorithm) return std::nullopt;
    const size_t size = size_of(*algorithm);
    std::optional<std::string> bytes;
    if (text.size() == (size * 8 + 4) / 5) bytes = decode(text, 5, base32_value);
    if (text.size() == size * 2) bytes = decode(text, 4, hex_value);
    if (text.size() == (size * 8 + 5) / 6) bytes = decode(text, 6, base64_value);
    if (!bytes) return std::nullopt;
    CRAWLD_CHECK(bytes->size() == size);
    return Digest{*algorithm, std::move(*bytes)};
}

struct Digester::State {
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    DigestAlgorithm algorithm;
    std::unique_ptr<EVP_MD_CTX, Free> context;
};

Digester::Digester(DigestAlgorithm algorithm)
    : state_(std::make_unique<State>(
          State{algorithm, std::unique_ptr<EVP_MD_CTX, State::Free>(EVP_MD_CTX_new())})) {
    const EVP_MD* method = algorithm == DigestAlgorithm::sha1 ? EVP_sha1() : EVP_sha256();
    CRAWLD_CHECK(state_->context != nullptr &&
                 EVP_DigestInit_ex(state_->context.get(), method, nullptr) == 1);
}
Digester::~Digester() = default;
Digester::Digester(Digester&&) noexcept = default;
Digester& Digester::operator=(Digester&&) noexcept = default;

void Digester::put(std::string_view bytes) {
    CRAWLD_CHECK(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

Digest Digester::finish() {
    std::string bytes(size_of(state_->algorithm), '\0');
    CRAWLD_CHECK(EVP_DigestFinal_ex(state_->context.get(),
                                    reinterpret_cast<unsigned char*>(bytes.data()), nullptr) == 1);
    return {state_->algorithm, std::move(bytes)};
}

Digest digest_of(DigestAlgorithm algorithm, std::string_view bytes) {
    Digester digester(algorithm);
    digester.put(bytes);
    return digester.finish();
}

}  // namespace crawld
