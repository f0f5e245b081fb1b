// iana_cipher_name(): the name that IANA has for a cipher suite of which OpenSSL tells its own.
//
// Suites of TLS 1.3 have one name; of TLS 1.2 those are known that OpenSSL offers by default.
//
// Thread: any.
// Errors: the name as it is given, where it is not known.
// Source: openssl ciphers -s -tls1_2 -stdname, OpenSSL 3.0; RFC 5246, 5288, 5289, 7905.
// Test:   tests/unit/fetch/cipher_names_test.cc
#pragma once

#include <string>
#include <string_view>

namespace crawld {

// "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" of "ECDHE-RSA-AES128-GCM-SHA256".
std::string iana_cipher_name(std::string_view openssl_name);

}  // namespace crawld
