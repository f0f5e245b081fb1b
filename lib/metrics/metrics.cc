#include "metrics/metrics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/text.h"

namespace crawld {

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), buckets_(bounds_.size() + 1) {
    CRAWLD_CHECK(std::adjacent_find(bounds_.begin(), bounds_.end(), std::greater_equal<>{}) ==
                 bounds_.end());
}

void Histogram::observe(double value) {
    const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
    buckets_[static_cast<size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

uint64_t Histogram::count() const {
    return cumulative(bounds_.size());
}

uint64_t Histogram::cumulative(size_t index) const {
    uint64_t total = 0;
    for (size_t i = 0; i <= index; ++i)
        total += buckets_[i].load(std::memory_order_relaxed);
    return total;
}

std::vector<double> exponential_bounds(double first, double factor, int count) {
    std::vector<double> bounds;
    for (double bound = first; count > 0; --count, bound *= factor)
        bounds.push_back(bound);
    return bounds;
}

namespace {

using Metric = std::variant<Counter, Gauge, Histogram>;
constexpr std::array<std::string_view, 3> kTypeNames{"counter", "gauge", "histogram"};

struct Member {
    std::string label_value;
    std::unique_ptr<Metric> metric;
};

struct Family {
    std::string name;
    std::string help;
    std::string label_name;
    std::vector<Member> members;
};

std::string number(double value) {
    std::array<char, 32> out{};
    const auto end = std::to_chars(out.data(), out.data() + out.size(), value).ptr;
    return {out.data(), end};
}

std::string escaped(std::string_view text, bool in_quotes) {
    std::string out;
    for (char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || (in_quotes && c == '"')) out += '\\';
        out += c;
    }
    return out;
}

bool is_name(std::string_view text) {
    return !text.empty() && is_lower(text[0]) && span_of(text, [](char c) {
                                                     return is_lower(c) || is_digit(c) || c == '_';
                                                 }) == text.size();
}

void check_names(const MetricInfo& info, bool counter, const MetricLabel& label) {
    std::string_view base = info.name;
    CRAWLD_CHECK(is_name(info.name) && !info.help.empty());
    CRAWLD_CHECK(base.ends_with("_total") == counter);
    if (counter) base.remove_suffix(std::string_view("_total").size());
    CRAWLD_CHECK(info.unit.empty() || base.ends_with("_" + std::string(info.unit)));
    CRAWLD_CHECK(label.name.empty() == label.value.empty());
    CRAWLD_CHECK(label.name.empty() || is_name(label.name));
}

// name{label="value",le="0.1"} and a space.
std::string series(const Family& family, const Member& member, std::string_view suffix,
                   const std::string& le = {}) {
    std::string labels;
    if (!family.label_name.empty())
        labels = family.label_name + "=\"" + escaped(member.label_value, true) + "\"";
    if (!le.empty()) labels += (labels.empty() ? "le=\"" : ",le=\"") + le + "\"";
    std::string out = family.name;
    out += suffix;
    if (!labels.empty()) out += "{" + labels + "}";
    return out + " ";
}

void render(const Family& family, const Member& member, std::string& out) {
    if (const auto* counter = std::get_if<Counter>(member.metric.get())) {
        out += series(family, member, "") + std::to_string(counter->value()) + "\n";
    } else if (const auto* gauge = std::get_if<Gauge>(member.metric.get())) {
        out += series(family, member, "") + number(gauge->value()) + "\n";
    } else {
        const auto& histogram = std::get<Histogram>(*member.metric);
        for (size_t i = 0; i < histogram.bounds().size(); ++i)
            out += series(family, member, "_bucket", number(histogram.bounds()[i])) +
                   std::to_string(histogram.cumulative(i)) + "\n";
        const std::string count = std::to_string(histogram.count());
        out += series(family, member, "_bucket", "+Inf") + count + "\n";
        out += series(family, member, "_sum") + number(histogram.sum()) + "\n";
        out += series(family, member, "_count") + count + "\n";
    }
}

}  // namespace

struct Metrics::State {
    mutable std::mutex mutex;
    std::vector<Family> families;

    template <class T, class... Arguments>
    T& declare(const MetricInfo& info, const MetricLabel& label, Arguments&&... arguments) {
        check_names(info, std::is_same_v<T, Counter>, label);
        const std::lock_guard lock(mutex);
        Family& family = family_of(info, label);
        for (const Member& member : family.members) {
            CRAWLD_CHECK(std::holds_alternative<T>(*member.metric));
            CRAWLD_CHECK(member.label_value != label.value);  // declared twice
        }
        auto metric =
            std::make_unique<Metric>(std::in_place_type<T>, std::forward<Arguments>(arguments)...);
        T& out = std::get<T>(*metric);
        family.members.push_back({std::string(label.value), std::move(metric)});
        return out;
    }

    Family& family_of(const MetricInfo& info, const MetricLabel& label) {
        for (Family& family : families) {
            if (family.name != info.name) continue;
            CRAWLD_CHECK(family.help == info.help && family.label_name == label.name);
            return family;
        }
        return families.emplace_back(
            Family{std::string(info.name), std::string(info.help), std::string(label.name), {}});
    }
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

Counter& Metrics::counter(const MetricInfo& info, const MetricLabel& label) {
    return state_->declare<Counter>(info, label);
}
Gauge& Metrics::gauge(const MetricInfo& info, const MetricLabel& label) {
    return state_->declare<Gauge>(info, label);
}
Histogram& Metrics::histogram(const MetricInfo& info, std::vector<double> bounds,
                              const MetricLabel& label) {
    return state_->declare<Histogram>(info, label, std::move(bounds));
}

std::string Metrics::prometheus_text() const {
    const std::lock_guard lock(state_->mutex);
    std::string out;
    for (const Family& family : state_->families) {
        out += "# HELP " + family.name + " " + escaped(family.help, false) + "\n";
        const std::string_view type = kTypeNames[family.members.front().metric->index()];
        out += "# TYPE " + family.name + " " + std::string(type) + "\n";
        for (const Member& member : family.members)
            render(family, member, out);
    }
    return out;
}

}  // namespace crawld
