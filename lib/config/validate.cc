#include "config/validate.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "dns/address.h"
#include "url/scope.h"

namespace crawld {

namespace {

bool is_printable(std::string_view text) {
    return span_of(text, [](char c) { return c >= 0x20 && c < 0x7f; }) == text.size();
}

bool is_contact(std::string_view text) {
    const bool printable = is_printable(text) && text.find(' ') == std::string_view::npos &&
                           text.find_first_of("<>()\"") == std::string_view::npos;
    if (!printable) return false;
    for (std::string_view scheme : {"https://", "http://", "mailto:"})
        if (istarts_with(text, scheme)) return text.size() > scheme.size();
    const size_t at = text.find('@');
    return at != std::string_view::npos && at > 0 && text.find('@', at + 1) == text.npos &&
           text.find('.', at) != text.npos;
}

// What a rule needs to speak of a field: its path and its place. Rules are written with the fields
// themselves, so that no option is named twice.
class Rules {
  public:
    Rules(CrawldConfig& config, ReadContext& context) : context_(context) {
        each_option(describe_options(config),
                    [&](const Option& option) { paths_[option.address] = option.path; });
    }
    // Speaks of the fields of an overlay, which has one place.
    void speak_of(const FieldPlace& overlay) { overlay_ = overlay; }

    template <class T>
    bool is_set(const T& field) const {
        return context_.places.count(&field) > 0;
    }
    template <class T>
    FieldPlace where(const T& field) const {
        const auto set = context_.places.find(&field);
        if (set != context_.places.end()) return set->second;
        const auto known = paths_.find(&field);
        const std::string path = known == paths_.end() ? "" : known->second;
        return overlay_ ? FieldPlace{overlay_->place, join_path(overlay_->path, path)}
                        : FieldPlace{{}, path};
    }
    template <class T>
    void require(bool holds, const T& field, const std::string& message) {
        if (holds) return;
        const FieldPlace at = where(field);
        if (at.broken) return;
        context_.report(at.place, at.path, message);
    }
    // low <= high, told at the one that the file sets.
    template <class T>
    void require_order(const T& low, const T& high) {
        if (low <= high) return;
        const bool tell_low = is_set(low) || !is_set(high);
        const T& told = tell_low ? low : high;
        const T& other = tell_low ? high : low;
        require(false, told,
                to_text(told) + " is " + (tell_low ? "more" : "less") + " than " +
                    where(other).path + " (" + to_text(other) + ")");
    }

  private:
    ReadContext& context_;
    std::map<const void*, std::string> paths_;
    std::optional<FieldPlace> overlay_;
};

void check_version(Rules& rules, const CrawldConfig& config) {
    if (!rules.is_set(config.version))
        rules.require(false, config.version, "missing; begin the file with the line version: 1");
    else
        rules.require(config.version == kConfigVersion, config.version,
                      "this crawld reads version " + to_text(kConfigVersion) +
                          " of the configuration, not " + to_text(config.version));
}

void check_identity(Rules& rules, const IdentityOptions& identity) {
    const auto is_token_byte = [](char c) { return is_alpha(c) || c == '-' || c == '_'; };
    rules.require(!identity.product.empty() &&
                      span_of(identity.product, is_token_byte) == identity.product.size(),
                  identity.product,
                  "\"" + identity.product +
                      "\" is not a product token (RFC 9309): letters, '-' and '_' only");
    rules.require(!identity.contact.empty(), identity.contact,
                  "missing; every request says whom to ask about it. Add a URL or mail address of "
                  "yours, for example identity: {contact: \"https://example.org/bot\"}");
    rules.require(identity.contact.empty() || is_contact(identity.contact), identity.contact,
                  "\"" + identity.contact +
                      "\" is neither a URL (https://example.org/bot) nor a mail address "
                      "(crawler@example.org)");
}

// `directory` may be relative to state_dir.
void check_directory(Rules& rules, const std::string& state_dir, const std::string& directory) {
    namespace fs = std::filesystem;
    rules.require(!directory.empty(), directory, "must not be empty");
    const fs::path database = (fs::path(state_dir) / "db").lexically_normal();
    const fs::path from_it =
        (fs::path(state_dir) / directory).lexically_normal().lexically_relative(database);
    rules.require(from_it.empty() || from_it.begin()->string() == "..", directory,
                  "is in " + database.string() + ", where the state database is; give it another");
}

void check_archive(Rules& rules, const ArchiveOptions& archive) {
    const FileNameOptions options{.name = archive.name, .prefix = archive.prefix};
    const auto names = FileNames::make(options);
    rules.require(names.has_value(), archive.name, names ? "" : names.error().message);
}

void check_crawl(Rules& rules, const CrawlOptions& crawl) {
    for (const SeedOption& seed : crawl.seeds) {
        const int kinds = !seed.url.empty() + !seed.file.empty() + !seed.sitemap.empty();
        rules.require(kinds == 1, seed, "a seed is either a URL, {file: NAME} or {sitemap: URL}");
    }
    for (const ScopeRule& rule : crawl.scope.rules) {
        rules.require(!rule.name.empty(), rule, "a rule needs a name; it appears in the log");
        rules.require(rule.allow.empty() != rule.deny.empty(), rule,
                      "a rule has either allow or deny");
        const auto scope = Scope::make({ScopePreset::any, {rule}}, nullptr);
        if (!scope) rules.require(false, rule, scope.error().message);
    }
}

void check_network(Rules& rules, const NetworkOptions& network) {
    for (const std::string& entry : network.allow)
        rules.require(
            Cidr::parse(entry).has_value(), entry,
            "\"" + entry + "\" is not CIDR or CIDR:port, for example 10.0.0.0/8 or 127.0.0.1:8080");
    for (const auto& [host, addresses] : network.hosts)
        for (const std::string_view address : split(addresses, ','))
            rules.require(IpAddress::parse(trim(address)).has_value(), addresses,
                          "\"" + std::string(trim(address)) +
                              "\" is not an address, for example 192.0.2.1 or 2001:db8::1");
    rules.require_order(network.dns_ttl_min, network.dns_ttl_max);
}

// What an overlay can break too.
void check_host_rules(Rules& rules, const CrawldConfig& config) {
    const PolitenessOptions& politeness = config.politeness;
    rules.require(politeness.robots == RobotsMode::obey || !politeness.own_hosts.empty(),
                  politeness.robots,
                  "ignore needs own_hosts, the hosts that are yours, where it may take effect");
    rules.require_order(politeness.backoff_min, politeness.backoff_max);
    rules.require_order(config.fetch.connect_timeout, config.fetch.total_timeout);
    for (const std::string* text : {&config.fetch.accept, &config.fetch.accept_language})
        rules.require(is_printable(*text), *text, "holds a byte that may not stand in a header");
}

void check_overlays(const Rules& rules, const CrawldConfig& config, ReadContext& context) {
    for (const HostOverlay& overlay : config.hosts) {
        HostOptions options = base_host_options(config);
        overlay.apply(options);
        CrawldConfig whole;
        whole.politeness = options.politeness;
        whole.fetch = options.fetch;
        Rules overlay_rules(whole, context);
        overlay_rules.speak_of(rules.where(overlay));
        check_host_rules(overlay_rules, whole);
        if (whole.politeness.domain == config.politeness.domain) continue;
        const std::string problem = domain_match_problem(overlay.match);
        overlay_rules.require(problem.empty(), whole.politeness.domain, problem);
    }
}

void warn(const Rules& rules, const CrawldConfig& config, Problems& warnings) {
    const auto warning = [&](const auto& field, std::string_view message) {
        const FieldPlace at = rules.where(field);
        warnings.push_back({at.place, at.path + ": " + std::string(message)});
    };
    if (!config.control.socket.empty())
        warning(config.control.socket, "this version opens no control socket");
    if (config.crawl.seeds.empty())
        warning(config.crawl.seeds, "no seeds: only URLs known from earlier runs are crawled");
}

}  // namespace

void validate(CrawldConfig& config, ReadContext& context, Problems& warnings) {
    Rules rules(config, context);
    check_version(rules, config);
    check_identity(rules, config.identity);
    rules.require(!config.state_dir.empty(), config.state_dir, "must not be empty");
    check_crawl(rules, config.crawl);
    check_archive(rules, config.archive);
    check_directory(rules, config.state_dir, config.archive.directory);
    check_directory(rules, config.state_dir, config.pages.directory);
    check_network(rules, config.network);
    rules.require(config.politeness.global.concurrency > 0, config.politeness.global.concurrency,
                  "must be at least 1: it bounds descriptors and memory");
    check_host_rules(rules, config);
    check_overlays(rules, config, context);
    warn(rules, config, warnings);
}

}  // namespace crawld
