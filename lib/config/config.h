// Config: one YAML file to and from the option structs of all folders.
//
// How things move in this folder: every option is described once, in the module that uses it
// (base/fields.h). CrawldConfig below gathers those structs into the file's shape, and three things
// are derived from the descriptions, without any option being named again:
//
//   reading   text -> yaml.h (the only place that knows yaml-cpp) -> a tree of nodes with their
//             places -> environment.h (${NAME}) -> reader.h, a visitor that finds each field's
//             node -> validate.h (rules between fields) -> LoadedConfig, or all errors at once.
//   listing   a configuration -> option.h, a tree of options with description and value, from
//             which come config/crawld.yaml and `crawld check` (print.h), the JSON Schema for
//             editors (schema.h) and what a reload changed (diff below).
//   serving   `hosts:` overlays -> HostOptionsTable (crawl/options.h). An overlay is written like
//             the file itself; a field that is not per_host is refused there.
//
// Relative paths in the file are relative to the file's directory.
// Errors: ConfigFailure, with every error at its line and column. Nothing is half loaded.
// Thread: any; there is no shared state. The environment is read while loading.
// Test:   tests/unit/config/
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/options.h"
#include "base/fields.h"
#include "base/result.h"
#include "crawl/options.h"
#include "dns/options.h"
#include "frontier/frontier.h"
#include "log/log.h"
#include "store/options.h"

namespace crawld {

inline constexpr uint32_t kConfigVersion = 1;

struct CrawldConfig {
    uint32_t version = kConfigVersion;
    IdentityOptions identity;
    std::string state_dir = "/var/lib/crawld";
    CrawlOptions crawl;
    PolitenessOptions politeness;
    std::vector<HostOverlay> hosts;
    FetchOptions fetch;
    HtmlOptions html;
    SitemapOptions sitemaps;
    NetworkOptions network;
    ArchiveOptions archive;
    PagesOptions pages;
    LogOptions log;
    ControlOptions control;
    ThreadsOptions threads;
    FrontierOptions frontier;
    StoreOptions store;
};
template <class V>
void describe(V& v, CrawldConfig& o) {
    v.field({.name = "version",
             .help = "Required. The version of this format: 1.",
             .live = false,
             .per_host = false},
            o.version);
    v.section({.name = "identity", .help = "Who crawls.", .per_host = false}, o.identity);
    v.field({.name = "state_dir",
             .help = "Directory of the crawl's state; made if it is missing. One crawld at a time.",
             .live = false,
             .per_host = false},
            o.state_dir);
    v.section({.name = "crawl", .help = "What is crawled."}, o.crawl);
    v.section({.name = "politeness",
               .help = "How often hosts are asked. Every request counts: pages, robots.txt, "
                       "redirects, retries."},
              o.politeness);
    v.field({.name = "hosts",
             .help = "Overlays: other options for some hosts. Each has a match (a host name, "
                     "*.example.org for every name below example.org, or *) and, written as at the "
                     "top level, any option marked \"per host\". All that match apply, the most "
                     "specific last.",
             .per_host = false},
            o.hosts);
    v.section({.name = "fetch", .help = "One HTTP exchange and its limits."}, o.fetch);
    v.section({.name = "html", .help = "How links are found in pages."}, o.html);
    v.section({.name = "sitemaps", .help = "Which lists of URLs are read."}, o.sitemaps);
    v.section({.name = "network", .help = "Where crawld may connect, and how names are resolved."},
              o.network);
    v.section({.name = "archive", .help = "Keeping what was fetched."}, o.archive);
    v.section({.name = "pages", .help = "A list of the pages that came."}, o.pages);
    v.section({.name = "log", .help = "Where events go."}, o.log);
    v.section({.name = "control", .help = "Asking and steering a running crawld."}, o.control);
    v.section({.name = "threads", .help = "How many threads do the work."}, o.threads);
    v.section({.name = "frontier", .help = "What is kept in memory of the URLs to crawl."},
              o.frontier);
    v.section({.name = "store", .help = "Memory of the state database."}, o.store);
}

struct ConfigError {
    std::string file;
    int line = 0;  // from 1; 0: the file as a whole
    int column = 0;
    std::string message;
};
std::string to_string(const ConfigError& error);  // "crawld.yaml:3:5: fetch.retries: ..."

struct ConfigFailure {
    ErrorCode code = ErrorCode::configuration;  // permission when the file may not be read
    std::vector<ConfigError> errors;            // in the order of the file, at least one
};

struct LoadedConfig {
    CrawldConfig config;
    std::vector<std::string> warnings;  // "crawld.yaml:3:5: control.socket: ..."
};
using ConfigResult = tl::expected<LoadedConfig, ConfigFailure>;

// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

ConfigResult load_config_file(const std::string& path,
                              const Environment& environment = process_environment());
// `file` names the text in errors, and its directory is that of relative paths.
ConfigResult load_config_text(std::string_view text, const std::string& file,
                              const Environment& environment = process_environment());

HostOptions base_host_options(const CrawldConfig& config);
std::shared_ptr<const HostOptionsTable> make_host_options_table(const CrawldConfig& config);

struct ConfigChange {
    std::string option;  // its path
    std::string from;
    std::string to;
    bool live = true;  // in force at once; otherwise a restart is needed
};
std::vector<ConfigChange> diff(const CrawldConfig& from, const CrawldConfig& to);
// What is in force after a reload: `wanted`, with what needs a restart as it is `running`.
CrawldConfig reloaded(const CrawldConfig& running, CrawldConfig wanted);

}  // namespace crawld
