#include "fetch/cipher_names.h"

#include <array>
#include <utility>

namespace crawld {

namespace {

using Part = std::pair<std::string_view, std::string_view>;  // OpenSSL's, IANA's

// RSA's key exchange has no part in OpenSSL's names: it is the last.
constexpr std::array<Part, 4> kKeyExchanges = {{{"ECDHE-ECDSA-", "ECDHE_ECDSA"},
                                                {"ECDHE-RSA-", "ECDHE_RSA"},
                                                {"DHE-RSA-", "DHE_RSA"},
                                                {"", "RSA"}}};
constexpr std::array<Part, 8> kCiphers = {{{"AES128-GCM-SHA256", "AES_128_GCM_SHA256"},
                                           {"AES256-GCM-SHA384", "AES_256_GCM_SHA384"},
                                           {"CHACHA20-POLY1305", "CHACHA20_POLY1305_SHA256"},
                                           {"AES128-SHA", "AES_128_CBC_SHA"},
                                           {"AES256-SHA", "AES_256_CBC_SHA"},
                                           {"AES128-SHA256", "AES_128_CBC_SHA256"},
                                           {"AES256-SHA256", "AES_256_CBC_SHA256"},
                                           {"AES256-SHA384", "AES_256_CBC_SHA384"}}};

}  // namespace

std::string iana_cipher_name(std::string_view openssl_name) {
    for (const auto& [exchange, exchange_name] : kKeyExchanges) {
        if (!openssl_name.starts_with(exchange)) continue;
        const std::string_view rest = openssl_name.substr(exchange.size());
        for (const auto& [cipher, cipher_name] : kCiphers)
            if (rest == cipher)
                return "TLS_" + std::string(exchange_name) + "_WITH_" + std::string(cipher_name);
    }
    return std::string(openssl_name);
}

}  // namespace crawld
