#include "fetch/fetcher.h"

#include "base/text.h"

namespace crawld {

std::optional<std::string_view> FetchResult::header(std::string_view name) const {
    for (const HttpHeader& header : headers)
        if (iequals(header.name, name)) return header.value;
    return std::nullopt;
}

std::string header_list(const std::vector<HttpHeader>& headers, std::string_view name) {
    std::string list;
    for (const HttpHeader& header : headers)
        if (iequals(header.name, name)) list += (list.empty() ? "" : ", ") + header.value;
    return list;
}

}  // namespace crawld
