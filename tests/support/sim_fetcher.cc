#include "support/sim_fetcher.h"

#include "base/check.h"

namespace crawld {

SimFetcher::~SimFetcher() {
    for (const auto& [token, transfer] : transfers_)
        web_.lose(transfer->exchange.request, loop_.now());
}

void SimFetcher::start(uint64_t token, FetchRequest request) {
    auto transfer = std::make_unique<Transfer>();
    transfer->exchange = web_.begin(request, loop_.now());
    if (transfer->exchange.first_byte) {
        transfer->first_byte = loop_.make_timer("fetch", [this, token] {
            if (listener_ != nullptr) listener_->on_first_byte(token);
        });
        transfer->first_byte->arm(loop_.now() + *transfer->exchange.first_byte);
    }
    transfer->end = loop_.make_timer("fetch", [this, token] { finish(token); });
    transfer->end->arm(loop_.now() + transfer->exchange.end);
    const bool is_new = transfers_.emplace(token, std::move(transfer)).second;
    CRAWLD_CHECK(is_new);
}

void SimFetcher::cancel(uint64_t token) {
    const auto it = transfers_.find(token);
    if (it == transfers_.end()) return;
    Transfer& transfer = *it->second;
    if (transfer.first_byte) transfer.first_byte->cancel();
    transfer.exchange.result = FetchResult{};
    transfer.exchange.result.outcome = Outcome::canceled;
    transfer.end->arm(loop_.now());
}

void SimFetcher::finish(uint64_t token) {
    const auto it = transfers_.find(token);
    const std::unique_ptr<Transfer> transfer = std::move(it->second);
    transfers_.erase(it);
    FetchResult& result = transfer->exchange.result;
    web_.end(transfer->exchange.request, result.outcome, loop_.now());
    if (listener_ != nullptr) listener_->on_fetched(token, std::move(result));
}

std::optional<DnsAnswer> SimResolver::lookup(std::string_view host) {
    const auto it = cache_.find(std::string(host));
    if (it != cache_.end() && loop_.now() < it->second.until) return it->second.answer;
    const auto literal = IpAddress::parse(host);
    if (!literal) return std::nullopt;
    return DnsAnswer{.outcome = DnsOutcome::found, .addresses = {*literal}};
}

void SimResolver::resolve(std::string_view host, uint64_t token) {
    auto query =
        loop_.make_timer("dns", [this, name = std::string(host), token] { answer(name, token); });
    query->arm(loop_.now() + web_.name(std::string(host)).delay);
    queries_[token] = std::move(query);
}

void SimResolver::answer(const std::string& host, uint64_t token) {
    const auto query = queries_.extract(token);  // ends with this call, not before
    const SimName& name = web_.name(host);
    const DnsAnswer answer{.outcome = name.outcome, .addresses = name.addresses};
    const bool found = answer.outcome == DnsOutcome::found;
    const bool denied =
        answer.outcome == DnsOutcome::not_found || answer.outcome == DnsOutcome::no_address;
    if (found || denied)
        cache_[host] = {.answer = answer, .until = loop_.now() + (found ? kTtl : kNegativeTtl)};
    if (listener_ != nullptr) listener_->on_resolved(token, answer);
}

}  // namespace crawld
