#include "crawl/codings.h"

#include <doctest/doctest.h>

using namespace crawld;

namespace {

std::string codings(std::vector<HttpHeader> headers) {
    FetchResult result;
    result.headers = std::move(headers);
    return codings_of(result);
}

}  // namespace

TEST_CASE("codings_of: transfer codings are around content codings, and chunks are undone") {
    CHECK_EQ(codings({}), "");
    CHECK_EQ(codings({{"Content-Encoding", "br"}}), "br");
    CHECK_EQ(codings({{"Transfer-Encoding", "chunked"}}), "");
    CHECK_EQ(codings({{"transfer-encoding", "Chunked"}, {"Content-Encoding", "gzip"}}), "gzip");
    CHECK_EQ(codings({{"Transfer-Encoding", "gzip, chunked"}}), "gzip");
    CHECK_EQ(codings({{"Transfer-Encoding", "gzip"}, {"Transfer-Encoding", "chunked"}}), "gzip");
    CHECK_EQ(codings({{"Transfer-Encoding", "gzip ,, chunked,"}, {"Content-Encoding", "br"}}),
             "br, gzip");
    CHECK_EQ(codings({{"Transfer-Encoding", "odd"}}), "odd");
    CHECK_EQ(codings({{"Transfer-Encoding", "chunked, chunked"}}), "chunked");
}
