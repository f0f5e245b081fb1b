#include "crawl/system_seams.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "fetch/curl_version.h"
#include "log/events.h"

namespace crawld {

namespace {

constexpr size_t kJobsMax = 1 << 20;  // per loop at most one commit and one load a host
constexpr size_t kPagesWaitingMax = 1024;
constexpr size_t kConnectionsMax = 4096;  // where concurrency has no limit
// What nothing that comes from the network may take of a loop (10 ms), and what others on the
// machine may take of it before it is worth a word.
constexpr UvLoop::StallThreshold kStall{.busy = milliseconds(50), .cpu = milliseconds(10)};

size_t loop_count(const ThreadsOptions& threads) {
    if (threads.loops != 0) return threads.loops;
    const size_t cores = std::max(1U, std::thread::hardware_concurrency());
    return cores <= 4 ? 1 : cores / 4;
}

size_t worker_count(const ThreadsOptions& threads) {
    return threads.workers != 0 ? threads.workers
                                : std::max<size_t>(1, std::thread::hardware_concurrency());
}

// Without it curl would say so at every request.
Status check_ca_file(const std::string& path) {
    if (path.empty() || access(path.c_str(), R_OK) == 0) return {};
    return fail(ErrorCode::configuration, "network.ca_file: cannot read " + path + ": " +
                                              std::generic_category().message(errno));
}

}  // namespace

Result<std::unique_ptr<SystemSeams>> SystemSeams::make(const Setup& setup) {
    auto made = AddressPolicy::make(setup.network);
    if (!made) return tl::unexpected(made.error());
    const auto policy = std::make_shared<const AddressPolicy>(std::move(*made));
    if (Status readable = check_ca_file(setup.network.ca_file); !readable)
        return tl::unexpected(readable.error());
    const size_t connections_max = setup.concurrency == 0 ? kConnectionsMax : setup.concurrency;
    std::unique_ptr<SystemSeams> seams(new SystemSeams);
    auto committer = WorkerPool::make({.name = "committer", .threads = 1, .queue_max = kJobsMax});
    if (!committer) return tl::unexpected(committer.error());
    seams->committer_ = std::move(*committer);
    auto workers = WorkerPool::make(
        {.name = "worker", .threads = worker_count(setup.threads), .queue_max = kPagesWaitingMax});
    if (!workers) return tl::unexpected(workers.error());
    seams->workers_ = std::move(*workers);
    const auto bodies = std::make_shared<BodyBudget>(setup.bodies_max.bytes);
    for (size_t i = 0; i < loop_count(setup.threads); ++i) {
        auto unit = std::make_unique<Unit>();
        if (i > 0) unit->own_loop = std::make_unique<UvLoop>();
        unit->loop = i > 0 ? unit->own_loop.get() : &setup.main_loop;
        auto resolver = CaresResolver::make(*unit->loop, setup.network);
        if (!resolver) return tl::unexpected(resolver.error());
        unit->resolver = std::move(*resolver);
        unit->fetcher =
            std::make_unique<CurlFetcher>(*unit->loop, policy,
                                          CurlFetcherOptions{.connections_max = connections_max,
                                                             .ca_file = setup.network.ca_file,
                                                             .bodies = bodies});
        unit->loop->set_stall_listener(kStall, [&log = setup.log](const UvLoop::Stall& stall) {
            log.write(LoopStalled{.turn_ms = in_ms(stall.busy),
                                  .cpu_ms = in_ms(stall.cpu),
                                  .phase = std::string(stall.phase)});
        });
        seams->units_.push_back(std::move(unit));
    }
    return seams;
}

std::string SystemSeams::curl_version() {
    return curl_version_text();
}
std::string SystemSeams::curl_complaint() {
    return crawld::curl_complaint();
}

SystemSeams::~SystemSeams() {
    stop_loops();
    finish_jobs();
    // What hangs on a loop goes before it.
    for (auto& unit : units_) {
        unit->fetcher.reset();
        unit->resolver.reset();
    }
}

CrawlUnit SystemSeams::unit(size_t index) {
    Unit& unit = *units_[index];
    return {*unit.loop, *unit.resolver, *unit.fetcher};
}

Duration SystemSeams::longest_turn() const {
    Duration longest{0};
    for (const auto& unit : units_)
        longest = std::max(longest, unit->loop->longest_cpu());
    return longest;
}

void SystemSeams::set_network(size_t index, const NetworkOptions& options,
                              std::shared_ptr<const AddressPolicy> policy) {
    Unit& unit = *units_[index];
    CRAWLD_CHECK(unit.resolver->set_options(options).has_value());
    unit.fetcher->set_policy(std::move(policy));
}

Status SystemSeams::start_loops() {
    for (auto& unit : units_) {
        if (!unit->own_loop) continue;
        try {
            unit->thread = std::thread([loop = unit->loop] { loop->run(); });
        } catch (const std::system_error& error) {
            return tl::unexpected(thread_error(error.code().value(), "of an event loop"));
        }
    }
    return {};
}

void SystemSeams::stop_loops() {
    for (auto& unit : units_) {
        if (unit->own_loop) unit->own_loop->stop();
        if (unit->thread.joinable()) unit->thread.join();
    }
}

void SystemSeams::finish_jobs() {
    workers_.reset();
    committer_.reset();
}

}  // namespace crawld
