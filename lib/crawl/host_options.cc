#include <algorithm>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/fingerprint.h"
#include "base/text.h"
#include "crawl/options.h"
#include "url/suffixes.h"

namespace crawld {

namespace {

struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

using Indexes = std::vector<size_t>;  // of overlays, in the order in which they apply

}  // namespace

struct HostOptionsTable::State {
    std::shared_ptr<const HostOptions> base;
    std::vector<HostOverlay> overlays;
    std::unordered_map<std::string, Indexes, TextHash, std::equal_to<>> by_match;

    std::mutex mutex;  // guards `made`
    std::map<Indexes, std::shared_ptr<const HostOptions>> made;

    void collect(std::string_view match, Indexes& out) const {
        const auto found = by_match.find(match);
        if (found == by_match.end()) return;
        out.insert(out.end(), found->second.begin(), found->second.end());
    }

    Indexes matching(std::string_view host) const {
        Indexes out;
        collect("*", out);
        std::string wildcard;
        for (size_t dot = host.rfind('.'); dot != std::string_view::npos && dot > 0;
             dot = host.rfind('.', dot - 1)) {
            wildcard.assign("*").append(host.substr(dot));
            collect(wildcard, out);
        }
        collect(host, out);
        return out;
    }
};

HostOptionsTable::HostOptionsTable(HostOptions base, std::vector<HostOverlay> overlays)
    : state_(std::make_unique<State>()) {
    state_->base = std::make_shared<const HostOptions>(std::move(base));
    state_->overlays = std::move(overlays);
    for (size_t i = 0; i < state_->overlays.size(); ++i)
        state_->by_match[lowercase(state_->overlays[i].match)].push_back(i);
}
HostOptionsTable::~HostOptionsTable() = default;

std::shared_ptr<const HostOptions> HostOptionsTable::for_host(std::string_view host) const {
    State& state = *state_;
    if (state.overlays.empty()) return state.base;
    const Indexes indexes = state.matching(host);
    if (indexes.empty()) return state.base;

    const std::lock_guard lock(state.mutex);
    std::shared_ptr<const HostOptions>& made = state.made[indexes];
    if (made == nullptr) {
        auto options = std::make_shared<HostOptions>(*state.base);
        for (size_t index : indexes)
            state.overlays[index].apply(*options);
        made = std::move(options);
    }
    return made;
}

uint64_t HostOptionsTable::windows_fingerprint() const {
    std::string text;
    const auto add = [&](const PolitenessOptions& options) {
        for (const LimitOptions* limits : {&options.host, &options.domain}) {
            for (const Window& window : limits->windows)
                text += to_text(window) + ' ';
            text += ';';
        }
    };
    add(state_->base->politeness);
    // An overlay that leaves windows as they are leaves any windows as they are.
    HostOptions none = *state_->base, some = *state_->base;
    for (LimitOptions* limits : {&none.politeness.host, &none.politeness.domain})
        limits->windows.clear();
    for (LimitOptions* limits : {&some.politeness.host, &some.politeness.domain})
        limits->windows.assign(1, Window{.count = 1, .period = Duration{1}});
    for (const HostOverlay& overlay : state_->overlays) {
        HostOptions of_none = none, of_some = some;
        overlay.apply(of_none);
        overlay.apply(of_some);
        const auto same = [](const HostOptions& a, const HostOptions& b) {
            return a.politeness.host.windows == b.politeness.host.windows &&
                   a.politeness.domain.windows == b.politeness.domain.windows;
        };
        if (same(of_none, none) && same(of_some, some)) continue;
        text += lowercase(overlay.match) + '=';
        add(of_some.politeness);
    }
    return fingerprint64(text);
}

std::string overlay_match_problem(std::string_view match) {
    constexpr std::string_view kForms =
        "; write a host name (www.example.org), *.example.org for all names below it, or *";
    const auto problem = [&](std::string_view what) {
        return "\"" + std::string(match) + "\" " + std::string(what) + std::string(kForms);
    };
    if (match == "*") return {};
    if (match.empty()) return problem("is empty");
    if (match.find("://") != std::string_view::npos) return problem("is a URL");
    std::string_view name = match;
    if (name.substr(0, 2) == "*.") name.remove_prefix(2);
    if (name.empty() || name.front() == '.' || name.find('*') != std::string_view::npos)
        return problem("has a * elsewhere than in front");
    const auto is_host_byte = [](char c) {
        return is_alnum(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == '[' ||
               c == ']';  // the last three: [2001:db8::1]
    };
    const size_t good = span_of(name, is_host_byte);
    if (good == name.size()) return {};
    if (static_cast<unsigned char>(name[good]) >= 0x80)
        return problem("is not ASCII; write the xn-- form of the name");
    return problem("holds a byte that no host name has");
}

std::string domain_match_problem(std::string_view match) {
    if (match == "*") return {};
    const Suffixes suffixes;
    const bool below = match.starts_with("*.");
    const std::string_view name = below ? match.substr(2) : match;
    const std::string_view domain = suffixes.registrable_domain(name);
    if (domain == name && (!below || suffixes.is_public_suffix(name))) return {};
    return "\"" + std::string(match) +
           "\" is not the name of a registrable domain, whose limits these are; give them under "
           "match: " +
           std::string(domain);
}

}  // namespace crawld
