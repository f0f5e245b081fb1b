// FixedHosts: the entries of `network.hosts`.
//
// Errors: an entry whose value is not one or more addresses, separated by commas.
// Test:   tests/unit/dns/fixed_hosts_test.cc
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "dns/options.h"
#include "dns/resolver.h"

namespace crawld {

class FixedHosts {
  public:
    static Result<FixedHosts> make(const NetworkOptions& options);
    // Null if there is no entry; `host` in lower case.
    const DnsAnswer* find(std::string_view host) const;

  private:
    struct Hash {
        using is_transparent = void;
        size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    std::unordered_map<std::string, DnsAnswer, Hash, std::equal_to<>> answers_;
};

}  // namespace crawld
