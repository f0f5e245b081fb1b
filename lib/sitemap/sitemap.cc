#include "sitemap/sitemap.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "decode/codings.h"
#include "sitemap/bounded_text.h"
#include "sitemap/entries.h"
#include "sitemap/lines.h"
#include "sitemap/utf8_blocks.h"
#include "sitemap/xml_reader.h"

namespace crawld {
namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";

}  // namespace

// Raw bytes come by put_raw(); decoded ones by put(), from there or from the inflater.
class SitemapReader::State final : public Stage {
  public:
    State(SitemapSink& sink, std::string_view url, std::string_view content_type,
          SitemapLimits limits)
        : limits_(limits), url_(url), entries_(sink, limits.urls_max), blocks_(content_type) {}

    bool put_raw(std::string_view bytes);
    Flow put(std::string_view bytes) override;
    bool complete() const override { return true; }
    SitemapResult finish();

  private:
    void feed(std::string_view bytes);
    void read_block(bool last);
    void choose_reader(std::string_view& text);
    void end(SitemapOutcome outcome, std::string detail);
    void end_of_file();
    SitemapResult result() const;

    const SitemapLimits limits_;
    const std::string url_;
    Entries entries_;
    Utf8Blocks blocks_;

    std::string magic_;  // the first bytes, until there are enough
    bool started_ = false;
    std::unique_ptr<Stage> gunzip_;

    uint64_t bytes_ = 0;
    std::string block_;
    uint64_t lines_before_ = 0;  // in front of the first text
    std::unique_ptr<TextReader> reader_;
    std::optional<Ending> ending_;
};

bool SitemapReader::State::put_raw(std::string_view bytes) {
    if (ending_) return false;
    if (!started_) {
        const size_t taken = std::min(bytes.size(), kGzipMagic.size() - magic_.size());
        magic_ += bytes.substr(0, taken);
        bytes.remove_prefix(taken);
        if (magic_.size() < kGzipMagic.size()) return true;
        started_ = true;
        if (magic_ == kGzipMagic) gunzip_ = make_decoder("gzip", *this, UINT64_MAX);
        feed(magic_);
    }
    feed(bytes);
    return !ending_;
}

void SitemapReader::State::feed(std::string_view bytes) {
    if (ending_) return;
    const Flow flow = gunzip_ ? gunzip_->put(bytes) : put(bytes);
    if (flow == Flow::corrupt) end(SitemapOutcome::malformed, "the gzip data are damaged");
}

Flow SitemapReader::State::put(std::string_view bytes) {
    const std::string_view fitting = bytes.substr(
        0, static_cast<size_t>(std::min<uint64_t>(bytes.size(), limits_.bytes_max - bytes_)));
    bytes_ += fitting.size();
    for (std::string_view rest = fitting; !rest.empty() && !ending_;) {
        const size_t taken = std::min(rest.size(), kBlockBytes - block_.size());
        block_ += rest.substr(0, taken);
        rest.remove_prefix(taken);
        if (block_.size() == kBlockBytes) read_block(false);
    }
    if (!ending_ && fitting.size() < bytes.size())
        end(SitemapOutcome::truncated, "more bytes than are read");
    return ending_ ? Flow::full : Flow::ok;
}

void SitemapReader::State::read_block(bool last) {
    std::string_view rest = block_;
    std::string_view text = blocks_.convert(rest, last);
    if (!reader_) choose_reader(text);
    if (reader_) {
        reader_->take(text, last);
        ending_ = reader_->ending();
    } else if (last) {
        ending_ = Ending{.outcome = SitemapOutcome::not_sitemap, .detail = "there is no text"};
    }
    block_.erase(0, block_.size() - rest.size());
}

void SitemapReader::State::choose_reader(std::string_view& text) {
    const std::string_view space = text.substr(0, leading_space(text));
    lines_before_ += static_cast<uint64_t>(std::count(space.begin(), space.end(), '\n'));
    text.remove_prefix(space.size());
    if (text.empty()) return;
    if (text.front() == '<')
        reader_ = std::make_unique<XmlReader>(entries_, url_);
    else
        reader_ = std::make_unique<LineReader>(entries_);
}

// What came before the end is read, and what of it is complete is handed out.
void SitemapReader::State::end(SitemapOutcome outcome, std::string detail) {
    if (!block_.empty()) read_block(false);
    if (ending_) return;
    if (reader_) reader_->cut();
    ending_ = Ending{.outcome = outcome, .detail = std::move(detail)};
}

void SitemapReader::State::end_of_file() {
    if (!started_) feed(magic_);
    if (ending_) return;
    if (gunzip_ && !gunzip_->complete())
        end(SitemapOutcome::malformed, "the gzip data end early");
    else
        read_block(true);
}

SitemapResult SitemapReader::State::finish() {
    if (!ending_) end_of_file();
    CRAWLD_CHECK(ending_.has_value());
    return {.outcome = ending_->outcome,
            .format = reader_ ? reader_->format() : SitemapFormat::unknown,
            .detail = ending_->detail,
            .line = ending_->line == 0 ? 0 : ending_->line + lines_before_,
            .column = ending_->column,
            .bytes = bytes_,
            .urls = entries_.urls(),
            .others = entries_.others(),
            .skipped = entries_.skipped()};
}

SitemapReader::SitemapReader(SitemapSink& sink, std::string_view url, std::string_view content_type,
                             SitemapLimits limits)
    : state_(std::make_unique<State>(sink, url, content_type, limits)) {}

SitemapReader::~SitemapReader() = default;

bool SitemapReader::put(std::string_view bytes) {
    return state_->put_raw(bytes);
}

SitemapResult SitemapReader::finish() {
    return state_->finish();
}

}  // namespace crawld
