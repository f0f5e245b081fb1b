// crawld import: URLs of seed lists and of other crawlers' files into the state.

#include <iostream>

#include "config/config.h"
#include "daemon/commands.h"
#include "daemon/daemon.h"
#include "daemon/system.h"
#include "log/json.h"
#include "loop/clock.h"

namespace crawld {

namespace {

// The state of a configuration, made if there is none.
struct OpenState {
    StateLock lock;
    std::unique_ptr<Store> store;
    std::unique_ptr<Frontier> frontier;
};

Result<OpenState> open_state(const CrawldConfig& config) {
    if (Status made = make_directory(config.state_dir, "state directory"); !made)
        return tl::unexpected(made.error());
    auto lock = lock_state(config.state_dir);
    if (!lock) return tl::unexpected(lock.error());
    if (Status ours = check_state_directory(config.state_dir, crawl_log_path(config)); !ours)
        return tl::unexpected(ours.error());
    auto store = Store::open(config.state_dir + "/db", config.store);
    if (!store) return tl::unexpected(store.error());
    if (const auto from = (*store)->upgraded_from())
        std::cout << "the state was of format version " << *from << " and is of version "
                  << kStateFormatVersion << " now\n";
    if (const uint64_t bytes = (*store)->cut_bytes(); bytes > 0)
        std::cout << "a power cut had torn the state's last writes: " << bytes
                  << " bytes were cut off\n";
    auto frontier = Frontier::open(**store, config.frontier);
    if (!frontier) return tl::unexpected(frontier.error());
    return OpenState{std::move(*lock), std::move(*store), std::move(*frontier)};
}

void tell(const std::string& name, const ImportCounts& counts) {
    std::cout << name << " (" << to_string(counts.format) << "): " << counts.lines
              << " URLs: " << counts.queued << " queued, " << counts.seen << " added as fetched, "
              << counts.unqueued << " taken from their queues, " << counts.known << " known, "
              << counts.rejected << " rejected\n";
    for (const ImportCounts::Rejected& rejected : counts.first_rejected)
        std::cerr << "crawld: " << name << ':' << rejected.line << ": " << rejected.reason << ": "
                  << json_quoted(rejected.text) << '\n';
    if (counts.rejected > counts.first_rejected.size())
        std::cerr << "crawld: " << name << ": " << counts.rejected - counts.first_rejected.size()
                  << " more are rejected\n";
}

Status import_file(Importer& importer, const ImportArguments& arguments, const std::string& name) {
    auto lines = LineReader::open(name);
    if (!lines) return tl::unexpected(lines.error());
    const auto counts = importer.import(*lines, name, arguments.format, arguments.as);
    if (!counts) return tl::unexpected(counts.error());
    tell(name, *counts);
    if (counts->lines == 0 || counts->rejected < counts->lines) return {};
    return fail(ErrorCode::corrupt, name +
                                        ": every URL is rejected; compare the reasons with "
                                        "crawl.seeds and crawl.scope in the configuration");
}

}  // namespace

std::string json_quoted(std::string_view text) {
    JsonWriter json;
    json.text(text);
    return std::string(json.text());
}

int run_import(const ImportArguments& arguments) {
    const auto loaded = load_config_file(arguments.config_path);
    if (!loaded) return print_config_failure(loaded.error());
    const CrawldConfig& config = loaded->config;
    for (const std::string& name : arguments.files)  // before anything is made
        if (name != "-")
            if (const auto lines = LineReader::open(name); !lines)
                return fail_command(lines.error());
    auto state = open_state(config);
    if (!state) return fail_command(state.error());
    auto importer = Importer::make({.frontier = *state->frontier,
                                    .suffixes = std::make_shared<Suffixes>(),
                                    .crawl = config.crawl,
                                    .hosts = make_host_options_table(config),
                                    .clock = wall_now});
    if (!importer) return fail_command(importer.error());
    for (const std::string& name : arguments.files)
        if (auto imported = import_file(*importer, arguments, name); !imported)
            return fail_command(imported.error());
    return 0;
}

}  // namespace crawld
