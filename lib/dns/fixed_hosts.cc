#include "dns/fixed_hosts.h"

#include "base/text.h"

namespace crawld {

Result<FixedHosts> FixedHosts::make(const NetworkOptions& options) {
    FixedHosts hosts;
    for (const auto& [name, value] : options.hosts) {
        DnsAnswer answer;
        for (const std::string_view piece : split(value, ',')) {
            const auto address = IpAddress::parse(trim(piece));
            if (!address)
                return fail(ErrorCode::configuration, "network.hosts: \"" + value + "\" for " +
                                                          name +
                                                          " is not an address; write for example "
                                                          "192.0.2.1 or 2001:db8::1");
            answer.addresses.push_back(*address);
        }
        hosts.answers_.insert_or_assign(lowercase(name), std::move(answer));
    }
    return hosts;
}

const DnsAnswer* FixedHosts::find(std::string_view host) const {
    const auto found = answers_.find(host);
    return found == answers_.end() ? nullptr : &found->second;
}

}  // namespace crawld
