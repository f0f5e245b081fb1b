#include "scenarios/archive_check.h"

#include <algorithm>
#include <map>
#include <set>

#include "archive/warc_reader.h"
#include "base/text.h"

namespace crawld {

namespace {

struct Place {
    std::string file;
    std::string offset;
    auto operator<=>(const Place&) const = default;
};

class ArchiveChecker {
  public:
    explicit ArchiveChecker(Rig& rig) : rig_(rig) {}

    std::vector<Complaint> check() {
        const auto names = rig_.disk().list(std::string(kArchiveDirectory));
        if (!names) complain(names.error().error.message);
        for (const std::string& name : names.value_or(std::vector<std::string>())) {
            if (name.ends_with(kOpenSuffix)) complain("D3: left open: " + name);
            if (name.ends_with(".warc.gz")) read(name);
        }
        check_lines();
        return std::move(complaints_);
    }

  private:
    void complain(const std::string& what) { complaints_.push_back({0, what}); }

    void read(const std::string& name) {
        const std::string path = std::string(kArchiveDirectory) + "/" + name;
        const auto reader = WarcReader::open(rig_.disk(), path);
        if (!reader) return complain("D3: " + reader.error().message);
        size_t with_line = 0;
        for (;;) {
            const auto record = (*reader)->next();
            if (!record) return complain("D3: " + record.error().message);
            if (!*record) break;
            for (const RecordProblem problem : (*record)->problems)
                complain("D3: " + name + ": " + std::string(to_string(problem)));
            if ((*record)->type() != "response" && (*record)->type() != "revisit") continue;
            ++with_line;
            records_[{name, std::to_string((*record)->offset)}] = (*record)->target_uri();
        }
        const std::string index =
            rig_.disk().contents(std::string(kArchiveDirectory) + "/" + index_name(name));
        std::vector<std::string_view> lines = split(index, '\n');
        if (!lines.empty() && lines.back().empty()) lines.pop_back();
        if (lines.size() != with_line) complain("D3: the index of " + name + " has other lines");
        if (!std::is_sorted(lines.begin(), lines.end())) complain("D3: unsorted index of " + name);
    }

    void check_lines() {
        std::set<Place> told;
        size_t crashes = 0;
        for (const SimEvent& event : rig_.events()) {
            if (event.name == "process.crashed") ++crashes;
            if (event.name != "fetch.settled") continue;
            const std::string outcome = event.field("outcome");
            if (event.field("warc_file").empty()) {
                if (outcome == "ok" || outcome == "redirect" || outcome == "not_modified")
                    complain("not archived: " + event.to_text());
                continue;
            }
            const Place place{std::string(event.field("warc_file")),
                              std::string(event.field("warc_offset"))};
            if (!told.insert(place).second) complain("D2: two of one place: " + event.to_text());
            const auto found = records_.find(place);
            if (found == records_.end() || found->second != event.field("url"))
                complain("D6: no record of " + event.to_text());
        }
        const size_t untold = records_.size() - std::min(records_.size(), told.size());
        if (untold > crashes * 256)
            complain("D2: " + std::to_string(untold) + " records that no line tells of");
    }

    Rig& rig_;
    std::map<Place, std::string> records_;
    std::vector<Complaint> complaints_;
};

}  // namespace

std::vector<Complaint> check_archive(Rig& rig) {
    const bool archives = rig.epochs().back().config.archive.format == ArchiveFormat::warc;
    return archives && !rig.failed() ? ArchiveChecker(rig).check() : std::vector<Complaint>();
}

}  // namespace crawld
