#include "scenarios/archive_check.h"

#include <algorithm>
#include <map>
#include <set>

#include "archive/warc_reader.h"
#include "base/text.h"
#include "log/json_read.h"

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
        check_references();
        check_lines();
        if (rig_.epochs().back().config.pages.format == PagesFormat::jsonl) check_pages();
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
            note_reference(**record);
            records_[{name, std::to_string((*record)->offset)}] = (*record)->target_uri();
        }
        const std::string index =
            rig_.disk().contents(std::string(kArchiveDirectory) + "/" + index_name(name));
        std::vector<std::string_view> lines = split(index, '\n');
        if (!lines.empty() && lines.back().empty()) lines.pop_back();
        if (lines.size() != with_line) complain("D3: the index of " + name + " has other lines");
        if (!std::is_sorted(lines.begin(), lines.end())) complain("D3: unsorted index of " + name);
    }

    void note_reference(const ReadRecord& record) {
        const auto field = [&](std::string_view name) {
            return std::string(record.fields.find(name).value_or(""));
        };
        const std::string payload = field("WARC-Payload-Digest");
        if (record.type() == "response")
            payloads_[{std::string(record.target_uri()), field("WARC-Date")}] = payload;
        else
            references_.push_back(
                {{field("WARC-Refers-To-Target-URI"), field("WARC-Refers-To-Date")}, payload});
    }

    void check_references() {
        for (const auto& [response, payload] : references_) {
            const auto found = payloads_.find(response);
            if (found == payloads_.end())
                complain("D3: a revisit of what is not there: " + response.first);
            else if (!payload.empty() && found->second != payload)
                complain("D3: a revisit of another payload: " + response.first);
        }
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

    void check_pages() {
        std::set<Place> listed;
        const auto names = rig_.disk().list(std::string(kPagesDirectory));
        if (!names) complain(names.error().error.message);
        for (const std::string& name : names.value_or(std::vector<std::string>())) {
            if (name.ends_with(kOpenSuffix)) complain("D3: left open: " + name);
            const std::string text =
                rig_.disk().contents(std::string(kPagesDirectory) + "/" + name);
            if (!text.ends_with('\n')) complain("D3: half a line at the end of " + name);
            for (const std::string_view line : split(text, '\n'))
                if (!line.empty()) check_page(line, listed);
        }
        for (const SimEvent& event : rig_.events()) {
            const bool page = event.name == "fetch.settled" && event.field("outcome") == "ok" &&
                              event.field("kind") == "page" && event.field("path") != "M" &&
                              event.field("dropped").find("noindex") == std::string::npos;
            const Place place{std::string(event.field("warc_file")),
                              std::string(event.field("warc_offset"))};
            if (page && !listed.contains(place)) complain("D6: not listed: " + event.to_text());
        }
    }

    void check_page(std::string_view line, std::set<Place>& listed) {
        Place place;
        std::string url;
        const bool whole =
            read_json_object(line, [&](std::string_view name, std::string_view value) {
                if (name == "warc_file") place.file = value;
                if (name == "warc_offset") place.offset = value;
                if (name == "url") url = value;
            });
        const auto record = records_.find(place);
        if (!whole || record == records_.end() || record->second != url)
            complain("D6: no record of " + std::string(line));
        if (!listed.insert(place).second) complain("D2: listed twice: " + std::string(line));
    }

    Rig& rig_;
    using UrlAndDate = std::pair<std::string, std::string>;
    std::map<Place, std::string> records_;
    std::map<UrlAndDate, std::string> payloads_;  // of responses
    std::vector<std::pair<UrlAndDate, std::string>> references_;
    std::vector<Complaint> complaints_;
};

}  // namespace

std::vector<Complaint> check_archive(Rig& rig) {
    const bool archives = rig.epochs().back().config.archive.format == ArchiveFormat::warc;
    return archives && !rig.failed() ? ArchiveChecker(rig).check() : std::vector<Complaint>();
}

}  // namespace crawld
