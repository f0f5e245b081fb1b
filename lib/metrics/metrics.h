// Metrics: numbers about the process that a monitoring system collects.
//
// How things move in this folder: a module's metrics are references it gets once from the Metrics
// registry, with name, help and unit declared there and nowhere else; it then adds to them without
// any look-up or lock. A reader (the metrics endpoint, the progress line, a test) asks the registry
// for all of them in the Prometheus text format, or reads one.
//
// A *counter* only grows, a *gauge* goes both ways, a *histogram* counts observations in buckets
// with fixed upper bounds. A family is one name; its members differ by one label whose values are a
// closed set (outcome="ok"), never something that a web site chooses: so the number of series is
// bounded by this program's text.
//
// Units:  base units: seconds, bytes; a name ends in its unit, a counter's then in _total.
// Owns:   the registry owns all; references live as long as it does.
// Thread: adding and reading from any thread, relaxed atomics: each number is exact, numbers of one
//         page may be some instructions apart. Declaring takes a mutex.
// Errors: a name that breaks the rules, or one declared twice, is our mistake: CRAWLD_CHECK.
// Cost:   an atomic add, some 5 ns without contention; a histogram one more and a short scan.
// Source: Prometheus text exposition format 0.0.4; its naming guide.
// Test:   tests/unit/metrics/metrics_test.cc
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace crawld {

class Counter {
  public:
    void add(uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<uint64_t> value_{0};
};

class Gauge {
  public:
    void set(double value) { value_.store(value, std::memory_order_relaxed); }
    void add(double by) { value_.fetch_add(by, std::memory_order_relaxed); }
    double value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<double> value_{0};
};

class Histogram {
  public:
    // Upper bounds, ascending; one more bucket has no bound.
    explicit Histogram(std::vector<double> bounds);
    void observe(double value);

    uint64_t count() const;
    double sum() const { return sum_.load(std::memory_order_relaxed); }
    const std::vector<double>& bounds() const { return bounds_; }
    // Observations up to bounds()[index], or all for index == bounds().size().
    uint64_t cumulative(size_t index) const;

  private:
    std::vector<double> bounds_;
    std::vector<std::atomic<uint64_t>> buckets_;
    std::atomic<double> sum_{0};
};

// `count` bounds, each `factor` times the one before.
std::vector<double> exponential_bounds(double first, double factor, int count);

struct MetricInfo {
    std::string_view name;       // a literal: crawld_fetch_seconds
    std::string_view help;       // one sentence
    std::string_view unit = {};  // "seconds", "bytes", or empty for a plain number
};
struct MetricLabel {
    std::string_view name = {};
    std::string_view value = {};
};

class Metrics {
  public:
    Metrics();
    ~Metrics();

    // A second call with the same name adds a member to its family: same kind, help and label name,
    // another label value.
    Counter& counter(const MetricInfo& info, const MetricLabel& label = {});
    Gauge& gauge(const MetricInfo& info, const MetricLabel& label = {});
    Histogram& histogram(const MetricInfo& info, std::vector<double> bounds,
                         const MetricLabel& label = {});

    // All families, in the order of declaration.
    std::string prometheus_text() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace crawld
