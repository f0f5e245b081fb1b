// Digests of blocks and payloads, as WARC labels them: "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ".
//
// Units:  base32 in upper case, padded with '=' (RFC 4648 6): none for sha1, four for sha256. What
//         others wrote is also read in hexadecimal, in base64 with either alphabet, and unpadded.
// Thread: any, one at a time.
// Errors: nothing for a label of an algorithm we do not have, or a value of another length.
// Cost:   OpenSSL's: about 1 ns a byte or less.
// Source: WARC/1.1 5.8 and 5.9; RFC 4648.
// Test:   tests/unit/archive/digest_test.cc
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace crawld {

enum class DigestAlgorithm : uint8_t { sha1, sha256 };
constexpr std::array<std::string_view, 2> enum_names(DigestAlgorithm) {
    return {"sha1", "sha256"};
}

struct Digest {
    DigestAlgorithm algorithm = DigestAlgorithm::sha1;
    std::string bytes;  // 20 of sha1, 32 of sha256

    bool operator==(const Digest&) const = default;
    std::string label() const;  // "sha1:..."
    static std::optional<Digest> parse(std::string_view label);
    // Whether a label is of an algorithm that we have, whatever its value is.
    static bool knows(std::string_view label);
};

// Of bytes that come in pieces.
class Digester {
  public:
    explicit Digester(DigestAlgorithm algorithm);
    ~Digester();
    Digester(Digester&&) noexcept;
    Digester& operator=(Digester&&) noexcept;

    void put(std::string_view bytes);
    Digest finish();  // once, last

  private:
    struct State;
    std::unique_ptr<State> state_;
};

Digest digest_of(DigestAlgorithm algorithm, std::string_view bytes);

}  // namespace crawld
