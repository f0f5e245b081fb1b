#include "base/check.h"
#include "config/config.h"
#include "config/option.h"

namespace crawld {

std::vector<ConfigChange> diff(const CrawldConfig& from, const CrawldConfig& to) {
    CrawldConfig before = from;
    CrawldConfig after = to;
    std::vector<std::string> values;
    each_option(describe_options(before),
                [&](const Option& option) { values.push_back(to_flow(option.value)); });

    std::vector<ConfigChange> changes;
    size_t i = 0;
    each_option(describe_options(after), [&](const Option& option) {
        CRAWLD_CHECK(i < values.size());
        const std::string& old_value = values[i++];
        std::string new_value = to_flow(option.value);
        if (old_value != new_value)
            changes.push_back({option.path, old_value, std::move(new_value), option.live});
    });
    return changes;
}

}  // namespace crawld
