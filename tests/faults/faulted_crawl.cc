#include "faults/faulted_crawl.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "archive/warc_reader.h"
#include "crawl/archive_rows.h"
#include "scenarios/archive_check.h"
#include "scenarios/invariants.h"

namespace crawld::test {

namespace {

constexpr int kPages = 60;
constexpr int kHosts = 3;
constexpr int kRedirect = 5;
constexpr int kMissing = 50;
constexpr int kFailsAtFirst = 6;
constexpr uint64_t kUnderWayMax = 8;

std::string host_of(int page) {
    return "h" + std::to_string(page % kHosts) + ".example";
}
std::string url_of(int page) {
    return "http://" + host_of(page) + "/" + std::to_string(page);
}

std::vector<int> links_of(int page) {
    std::vector<int> links;
    for (const int child : {2 * page + 1, 2 * page + 2})
        if (child < kPages && page != kMissing) links.push_back(child);
    if (page == kRedirect) links.resize(1);
    return links;
}

std::set<std::string> reachable() {
    std::set<std::string> urls;
    std::vector<int> pages{0};
    while (!pages.empty()) {
        const int page = pages.back();
        pages.pop_back();
        urls.insert(url_of(page));
        for (const int link : links_of(page))
            pages.push_back(link);
    }
    for (int host = 0; host < kHosts; ++host)
        urls.insert("http://" + host_of(host) + "/robots.txt");
    return urls;
}

void put_page(std::ostream& out, int page) {
    out << "  page " << url_of(page);
    if (page == kRedirect) {
        out << " status 301 location " << url_of(links_of(page)[0]) << '\n';
        return;
    }
    if (page == kMissing) out << " status 404";
    out << " links";
    for (const int link : links_of(page))
        out << ' ' << url_of(link);
    out << '\n';
    if (page != kFailsAtFirst) return;
    out << "  page " << url_of(page) << " from 1 status 500\n  page " << url_of(page)
        << " from 2 links";
    for (const int link : links_of(page))
        out << ' ' << url_of(link);
    out << '\n';
}

Scenario make_scenario(const std::vector<std::string>& steps, uint64_t seed) {
    std::ostringstream out;
    out << "seed " << seed << '\n';
    for (const char* error : {"process.failed", "commit.failed", "archive.failed", "disk.filled"})
        out << "allow error " << error << '\n';
    out << "config:\n  crawl: {seeds: [" << url_of(0) << "], scope: {within: any}, "
        << "limits: {depth: 0}}\n"
        << "  politeness: {host: {windows: [10/1s], concurrency: 4}, "
        << "ip: {windows: [100/1s], concurrency: 0}, global: {concurrency: " << kUnderWayMax
        << "}}\n"
        << "  frontier: {recent_urls: 1024, known_filter_urls: 1024}\n"
        << "  archive: {format: warc, file_max: 1MiB, file_age_max: 600ms}\n"
        << "web:\n";
    for (int page = 0; page < kPages; ++page)
        put_page(out, page);
    out << "steps:\n";
    for (const std::string& step : steps)
        out << "  " << step << '\n';
    std::istringstream in(out.str());
    return read_scenario(in);
}

FaultedCrawl::Responses responses_of(Rig& rig, const std::string& file) {
    FaultedCrawl::Responses responses;
    const auto reader = WarcReader::open(rig.disk(), std::string(kArchiveDirectory) + "/" + file);
    while (reader) {
        const auto record = (*reader)->next();
        if (!record || !*record) break;
        if ((*record)->type() == "response" || (*record)->type() == "revisit")
            responses[(*record)->offset] = (*record)->target_uri();
    }
    return responses;
}

}  // namespace

FaultedCrawl::FaultedCrawl(const std::vector<std::string>& steps, uint64_t seed)
    : scenario_(make_scenario(steps, seed)), rig_(scenario_) {}

std::string FaultedCrawl::run() {
    try {
        rig_.run();
    } catch (const ScenarioError& error) {
        complain(error.what());
        return complaints_;
    }
    for (const Complaint& complaint : check_invariants(scenario_, rig_))
        complain(complaint.what);
    for (const Complaint& complaint : check_archive(rig_))
        complain(complaint.what);
    check_pages();
    check_refetches();
    check_places();
    return complaints_;
}

void FaultedCrawl::check_pages() {
    std::map<std::string, int> archived;
    for (const std::string& name : rig_.disk().names()) {
        if (!name.ends_with(".warc.gz")) continue;
        const std::string file = name.substr(kArchiveDirectory.size() + 1);
        for (const auto& [offset, url] : responses_[file] = responses_of(rig_, file))
            ++archived[url];
    }
    const std::set<std::string> expected = reachable();
    for (const std::string& url : expected)
        if (archived[url] == 0) complain("D1: not in the archive: " + url);
    for (const auto& [url, times] : archived) {
        if (!expected.contains(url)) complain("in the archive: " + url);
        const int visits = url == url_of(kFailsAtFirst) ? 2 : 1;
        if (times > visits)
            complain("D2: " + std::to_string(times) + " times in the archive: " + url);
    }
}

void FaultedCrawl::check_refetches() {
    std::map<std::string, uint64_t> asked;
    for (const SimRequest& request : rig_.requests())
        ++asked[request.url];
    uint64_t again = 0;
    for (const auto& [url, times] : asked)
        again += times - 1;
    const auto crashes = static_cast<uint64_t>(
        std::count_if(rig_.events().begin(), rig_.events().end(),
                      [](const SimEvent& event) { return event.name == "process.crashed"; }));
    if (again > crashes * kUnderWayMax + 1)
        complain("D2: " + std::to_string(again) + " refetches after " + std::to_string(crashes) +
                 " crashes");
}

void FaultedCrawl::check_places() {
    const auto store = rig_.open_store();
    if (!store) return complain("D7: " + store.error().message);
    size_t rows = 0;
    const auto cursor = (*store)->scan(Family::archive, "", "");
    for (; cursor->valid(); cursor->next(), ++rows) {
        const auto row = decode_archived_url(cursor->value());
        if (!row || !responses_[row->file].contains(row->place.offset))
            complain("D6: a record that the state names is not in the archive");
    }
    if (rows != reachable().size())
        complain("D6: the state has " + std::to_string(rows) + " places in the archive of " +
                 std::to_string(reachable().size()));
}

}  // namespace crawld::test
