#include "store/behind_tear.h"

#include <optional>
#include <tuple>

namespace crawld {

namespace {

constexpr size_t kOperationBytesMin = 3;  // the tag, the family, a length

class Search {
  public:
    Search(std::string_view log, const TornLog& torn) : log_(log), torn_(torn) {}

    Durable run(size_t from);
    uint64_t summed_bytes() const { return summed_bytes_; }

  private:
    bool numbers_fit(size_t at, uint64_t number, uint64_t count) const {
        return number >= torn_.least && count > 0 &&
               count <= (log_.size() - at) / kOperationBytesMin &&
               (number <= torn_.base ||
                number - torn_.base <= (at - torn_.base_at) / kOperationBytesMin);
    }
    bool may_be(const BatchHead& head, size_t at) const;
    bool may_begin_batch(const Record& record, size_t at) const;
    bool is_good(const Record& record) {
        summed_bytes_ += record.payload.size();
        return record.is_good();
    }
    std::optional<Durable> said_by(const BatchHead& head) const;

    const std::string_view log_;
    const TornLog torn_;
    uint64_t summed_bytes_ = 0;
};

bool Search::may_be(const BatchHead& head, size_t at) const {
    if (!numbers_fit(at, head.sequence(), head.count())) return false;
    const auto durable = head.durable();
    if (!durable) return !torn_.notes_durable;
    return durable->log < torn_.log || (durable->log == torn_.log && durable->bytes <= at);
}

bool Search::may_begin_batch(const Record& record, size_t at) const {
    const std::string_view payload = record.payload;
    if (!record.begins_batch()) return false;
    if (payload.size() >= kBatchHeadBytes &&
        !numbers_fit(at, little_endian(payload, 0, 8), little_endian(payload, 8, 4)))
        return false;
    BatchHead head;
    // The head of one that ends with the block may lie in the next one, and then it is short.
    return head.take(record) ? may_be(head, at) : record.type == Record::first;
}

// Nothing where one behind it may say more.
std::optional<Durable> Search::said_by(const BatchHead& head) const {
    const auto durable = head.durable();
    if (!durable) return Durable::unknown;
    if (std::tie(durable->log, durable->bytes) > std::tie(torn_.good.log, torn_.good.bytes))
        return Durable::yes;
    return std::nullopt;
}

Durable Search::run(size_t from) {
    BatchHead head;
    size_t batch_at = from;
    bool inside = false;  // behind a good record of a batch that goes on
    for (size_t at = from; at < log_.size();) {
        const auto record = record_at(log_, at);
        const bool may_come =
            record && (inside ? !record->begins_batch() : may_begin_batch(*record, at));
        if (!may_come || !is_good(*record)) {
            if (!inside) ++at;
            inside = false;
            continue;
        }
        if (!inside) batch_at = at;
        inside = !record->ends_batch();
        at += kRecordHeadBytes + record->payload.size();
        if (!head.take(*record) || !may_be(head, batch_at)) continue;
        if (const auto said = said_by(head)) return *said;
    }
    return Durable::no;
}

}  // namespace

Behind look_behind(std::string_view log, size_t from, const TornLog& torn) {
    Search search(log, torn);
    const Durable found = search.run(from);
    return {.more_was_durable = found, .summed_bytes = search.summed_bytes()};
}

}  // namespace crawld
