#include "crawl/codings.h"

#include "base/text.h"

namespace crawld {

std::string codings_of(const FetchResult& result) {
    std::string codings = result.header_list("content-encoding");
    const std::string transfer = result.header_list("transfer-encoding");
    std::string_view rest = transfer;
    bool in_chunks = false;
    while (!rest.empty()) {
        const size_t comma = rest.find(',');
        const std::string_view coding = trim(rest.substr(0, comma));
        rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
        // Chunks in chunks would be undone once: what is left nobody understands.
        if (iequals(coding, "chunked") && !in_chunks)
            in_chunks = true;
        else if (!coding.empty())
            codings.append(codings.empty() ? "" : ", ").append(coding);
    }
    return codings;
}

}  // namespace crawld
