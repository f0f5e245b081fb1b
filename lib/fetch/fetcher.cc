#include "fetch/fetcher.h"

#include "base/text.h"

namespace crawld {

std::optional<std::string_view> FetchResult::header(std::string_view name) const {
    for (const HttpHeader& header : headers)
        if (iequals(header.name, name)) return header.value;
    return std::nullopt;
}

std::string FetchResult::header_list(std::string_view name) const {
    std::string list;
    for (const HttpHeader& header : headers)
        if (iequals(header.name, name)) list += (list.empty() ? "" : ", ") + header.value;
    return list;
}

}  // namespace crawld
