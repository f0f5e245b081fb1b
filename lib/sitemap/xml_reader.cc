#include "sitemap/xml_reader.h"

#include <expat.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace crawld {
namespace {

XML_ParserStruct* make_parser(ParserMemory& memory) {
    const ParserMemory::Use use(memory);
    const XML_Memory_Handling_Suite functions{.malloc_fcn = ParserMemory::allocate,
                                              .realloc_fcn = ParserMemory::reallocate,
                                              .free_fcn = ParserMemory::release};
    XML_ParserStruct* parser = XML_ParserCreate_MM("UTF-8", &functions, nullptr);
    CRAWLD_CHECK(parser != nullptr);
    return parser;
}

}  // namespace

void XmlReader::FreeParser::operator()(XML_ParserStruct* parser) const {
    const ParserMemory::Use use(*memory);
    XML_ParserFree(parser);
}

XmlReader::XmlReader(Entries& entries, std::string_view file_url)
    : elements_(entries, file_url), parser_(make_parser(memory_), FreeParser{&memory_}) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), start_element, end_element);
    XML_SetCharacterDataHandler(parser_.get(), character_data);
}

void XmlReader::take(std::string_view text, bool last) {
    if (ending_) return;
    // Expat, which wants quotes around attributes, would not get as far as the name.
    if (bytes_parsed_ == 0 && istarts_with(text, "<html")) return end_as_html();
    waiting_ += text;
    std::string_view rest = waiting_;
    const std::string_view passed = filter_.pass(rest, last);
    parse(passed, last && !filter_.has_doctype());
    if (!ending_ && filter_.has_doctype()) end_at_doctype();
    waiting_.erase(0, waiting_.size() - rest.size());
}

void XmlReader::cut() {
    if (ending_) return;
    std::string_view rest = waiting_;
    parse(filter_.pass(rest, true), false);
    elements_.finish();
}

void XmlReader::parse(std::string_view text, bool last) {
    const ParserMemory::Use use(memory_);
    XML_ParserStruct* parser = parser_.get();
    static_assert(kTagBytesMax < (1 << 30) && kBlockBytes < (1 << 20));  // sizes fit an int
    const XML_Status status =
        XML_Parse(parser, text.data(), static_cast<int>(text.size()), last ? XML_TRUE : XML_FALSE);
    bytes_parsed_ += text.size();
    if (status != XML_STATUS_OK) return end_with_parsers_error();
    if (last) return end(Ending{});
    const XML_Index seen = XML_GetCurrentByteIndex(parser);  // -1: nothing yet
    if (bytes_parsed_ > static_cast<uint64_t>(std::max<XML_Index>(seen, 0)) + kTagBytesMax)
        end({.outcome = SitemapOutcome::malformed,
             .detail = "a tag is longer than " + std::to_string(kTagBytesMax) + " bytes",
             .line = XML_GetCurrentLineNumber(parser),
             .column = XML_GetCurrentColumnNumber(parser) + 1});
}

void XmlReader::end(Ending ending) {
    elements_.finish();
    if (ending.outcome == SitemapOutcome::ok && elements_.ending())
        ending = *elements_.ending();
    else if (ending.outcome == SitemapOutcome::ok && elements_.format() == SitemapFormat::unknown)
        ending = elements_.no_sitemap();
    ending_ = std::move(ending);
}

void XmlReader::end_at_doctype() {
    elements_.finish();
    if (iequals(filter_.doctype(), "html")) return end_as_html();
    ending_ = {.outcome = SitemapOutcome::dtd_refused,
               .detail = "has a document type \"" + filter_.doctype() + "\"",
               .line = XML_GetCurrentLineNumber(parser_.get()),
               .column = XML_GetCurrentColumnNumber(parser_.get()) + 1};
}

void XmlReader::end_as_html() {
    elements_.end_as_html();
    ending_ = elements_.ending();
}

void XmlReader::end_with_parsers_error() {
    const XML_Error error = XML_GetErrorCode(parser_.get());
    Ending ending{
        .outcome = SitemapOutcome::malformed,
        .detail = error == XML_ERROR_NO_ELEMENTS ? "the markup ends early" : XML_ErrorString(error),
        .line = XML_GetCurrentLineNumber(parser_.get()),
        .column = XML_GetCurrentColumnNumber(parser_.get()) + 1};
    elements_.finish();
    if (error == XML_ERROR_ABORTED && !elements_.ending()) {
        CRAWLD_CHECK(work_ > kMarkupWorkMax);
        ending.outcome = SitemapOutcome::truncated;
        ending.detail = "more markup than is read";
    } else if (error == XML_ERROR_ABORTED) {
        ending.outcome = elements_.ending()->outcome;
        ending.detail = elements_.ending()->detail;
    }
    ending_ = std::move(ending);
}

void XmlReader::spend(uint64_t work) {
    work_ += work;
    if (work_ > kMarkupWorkMax) XML_StopParser(parser_.get(), XML_FALSE);
}

void XmlReader::stop_if_done() {
    if (elements_.ending()) XML_StopParser(parser_.get(), XML_FALSE);
}

void XmlReader::start_element(void* self, const char* name, const char** attributes) {
    auto* reader = static_cast<XmlReader*>(self);
    reader->elements_.start(name, attributes);
    reader->spend(kElementWork);
    reader->stop_if_done();
}

void XmlReader::end_element(void* self, const char*) {
    auto* reader = static_cast<XmlReader*>(self);
    reader->elements_.end();
    reader->stop_if_done();
}

void XmlReader::character_data(void* self, const char* text, int size) {
    auto* reader = static_cast<XmlReader*>(self);
    reader->elements_.text({text, static_cast<size_t>(size)});
    reader->spend(1);
}

}  // namespace crawld
