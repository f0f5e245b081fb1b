#include "audit/verify.h"

#include <algorithm>
#include <map>
#include <set>

#include "archive/file_names.h"
#include "archive/record_coding.h"

namespace crawld {

namespace {

bool is_archive_file(std::string_view name) {
    return std::any_of(kRecordCodings.begin(), kRecordCodings.end(),
                       [&](RecordCoding coding) { return name.ends_with(file_suffix(coding)); });
}

class Verifier {
  public:
    explicit Verifier(const VerifyRequest& request)
        : request_(request),
          faults_(request.sink, request.told_max),
          places_(request.temporary_directory) {}

    Result<VerifyCounts> run();

  private:
    // What the directory and the database have of a file.
    struct Known {
        bool open = false;
        bool sealed = false;
        bool index = false;
        std::optional<uint64_t> committed;  // of a file that is not sealed yet
        std::optional<uint64_t> final;      // of one that is
    };

    Status open_store();
    Status damaged(Status read);
    Status read_store();
    Status check_lists();
    Status list_files();
    Status check_files();
    Status check_file(const std::string& name, const Known& known);
    Status tell_missing(const std::string& name);
    Status tell_uncommitted(const std::string& name);
    Status skip_places(const std::string& name, uint64_t& count);
    void fault(const std::string& name, std::string what) {
        faults_.add({.file = request_.archive + "/" + name,
                     .offset = {},
                     .url = {},
                     .what = std::move(what)});
    }

    const VerifyRequest& request_;
    FaultList faults_;
    std::unique_ptr<Store> store_;  // null: it cannot be read
    PlaceStream places_;
    std::map<std::string, Known> files_;
    std::optional<ArchiveCheck> archive_;
    VerifyCounts counts_;
    bool is_whole_ = true;  // the archive: no file of it is missing
};

Status Verifier::open_store() {
    auto opened = Store::open_read_only(request_.database, request_.store);
    if (opened) {
        store_ = std::move(*opened);
        return {};
    }
    if (opened.error().code != ErrorCode::corrupt) return tl::unexpected(opened.error());
    faults_.add(
        {.file = request_.database, .offset = {}, .url = {}, .what = opened.error().message});
    return {};
}

// Damage of the database ends only what needs it.
Status Verifier::damaged(Status read) {
    if (read || read.error().code != ErrorCode::corrupt) return read;
    faults_.add({.file = request_.database, .offset = {}, .url = {}, .what = read.error().message});
    store_.reset();
    return {};
}

Status Verifier::read_store() {
    if (!store_) return {};
    const auto state =
        check_state(*store_, request_.suffixes, request_.temporary_directory, faults_);
    if (!state) return tl::unexpected(state.error());
    counts_.state = *state;
    const auto committed = committed_lengths(*store_);
    const auto sealed = sealed_lengths(*store_);
    Status read;
    if (!committed) read = tl::unexpected(committed.error());
    if (!sealed) read = tl::unexpected(sealed.error());
    if (read) {
        for (const CommittedLength& file : *committed)
            files_[file.file].committed = file.bytes;
        for (const CommittedLength& file : *sealed)
            files_[file.file].final = file.bytes;
        read = places_.read(*store_, faults_);
    }
    return damaged(std::move(read));
}

Status Verifier::check_lists() {
    PageListCheck lists({.disk = request_.disk,
                         .directory = request_.pages,
                         .temporary_directory = request_.temporary_directory,
                         .moved = request_.moved,
                         .suffixes = request_.suffixes,
                         .faults = faults_},
                        places_, counts_.files);
    const auto checked = lists.run(store_.get());
    if (auto told = damaged(checked ? Status() : tl::unexpected(checked.error())); !told)
        return told;
    if (checked) counts_.pages = *checked;
    return places_.begin();
}

Status Verifier::list_files() {
    auto names = request_.disk.list(request_.archive);
    if (!names && names.error().cause == DiskCause::not_found) return {};
    if (!names) return tl::unexpected(names.error().error);
    std::set<std::string> indexes;
    for (std::string name : *names) {
        const bool open = name.ends_with(kOpenSuffix);
        if (open) name.resize(name.size() - kOpenSuffix.size());
        if (name.ends_with(kIndexSuffix)) {
            counts_.files.leftovers += open;
            if (!open) indexes.insert(name);
        }
        if (!is_archive_file(name)) continue;
        Known& known = files_[name];
        (open ? known.open : known.sealed) = true;
    }
    for (const auto& [name, known] : files_)
        indexes.erase(index_name(name));
    for (const std::string& name : indexes)
        fault(name, "is the index of a file that is missing");
    return {};
}

Status Verifier::skip_places(const std::string& name, uint64_t& count) {
    while (places_.next() && places_.next()->file == name) {
        count += places_.next()->list.empty();
        if (auto advanced = places_.advance(); !advanced) return advanced;
    }
    return {};
}

Status Verifier::tell_missing(const std::string& name) {
    is_whole_ = false;
    uint64_t places = 0;
    if (auto skipped = skip_places(name, places); !skipped) return skipped;
    const auto known = files_.find(name);
    if (known == files_.end() && places == 0) return {};  // a list alone has it
    const bool was_sealed = known == files_.end() || !known->second.committed;
    if (was_sealed && request_.moved) {
        ++counts_.files.moved;
        return {};
    }
    fault(was_sealed ? name : name + std::string(kOpenSuffix),
          "is missing, with the last visits of " + std::to_string(places) + " URLs");
    return {};
}

// Places in a file of which nothing was committed.
Status Verifier::tell_uncommitted(const std::string& name) {
    for (; places_.next() && places_.next()->file == name;) {
        const Place& place = *places_.next();
        const bool listed = !place.list.empty();
        faults_.add({.file = listed ? place.list : std::string(kStateName),
                     .offset = {},
                     .url = {},
                     .what = "has a visit in " + name + " byte " + std::to_string(place.offset) +
                             ", and nothing of that file was committed",
                     .line = listed ? std::optional(place.line) : std::nullopt});
        if (auto advanced = places_.advance(); !advanced) return advanced;
    }
    return {};
}

Status Verifier::check_file(const std::string& name, const Known& known) {
    while (places_.next() && places_.next()->file < name)
        if (auto told = tell_missing(std::string(places_.next()->file)); !told) return told;
    if (!known.open && !known.sealed) return tell_missing(name);
    const bool is_known = known.committed || known.final;
    if (known.open && known.sealed) fault(name, "is there twice, open and sealed");
    if (known.open && !known.sealed && !known.committed) {
        if (known.final) fault(name, "was sealed, and is open");
        // What was being written when nothing of it had been committed.
        if (store_ && !known.final) {
            ++counts_.files.leftovers;
            return tell_uncommitted(name);
        }
    }
    if (!is_known && store_) ++counts_.files.strangers;
    const auto bytes = known.committed ? known.committed : known.final;
    return archive_->check({.name = name, .open = !known.sealed, .bytes = bytes});
}

Status Verifier::check_files() {
    for (const auto& [name, known] : files_)
        if (auto checked = check_file(name, known); !checked) return checked;
    while (places_.next())
        if (auto told = tell_missing(std::string(places_.next()->file)); !told) return told;
    return archive_->finish(store_.get(), is_whole_ && !request_.moved);
}

Result<VerifyCounts> Verifier::run() {
    archive_.emplace(ArchiveCheck::Setup{.disk = request_.disk,
                                         .directory = request_.archive,
                                         .temporary_directory = request_.temporary_directory,
                                         .suffixes = request_.suffixes,
                                         .faults = faults_},
                     places_);
    for (const auto step : {&Verifier::open_store, &Verifier::read_store, &Verifier::check_lists,
                            &Verifier::list_files, &Verifier::check_files})
        if (auto done = (this->*step)(); !done) return tl::unexpected(done.error());
    counts_.archive = archive_->counts();
    counts_.faults = faults_.count();
    return counts_;
}

}  // namespace

Result<VerifyCounts> verify(const VerifyRequest& request) {
    return Verifier(request).run();
}

}  // namespace crawld
