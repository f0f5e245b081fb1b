#include "metrics/metrics.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace crawld;

TEST_CASE("counters, gauges and histograms in the Prometheus text format") {
    Metrics metrics;
    metrics.counter({"crawld_received_bytes_total", "Bytes received.", "bytes"}).add(1234);
    metrics.gauge({"crawld_in_flight", "Requests under way."}).set(2.5);
    Histogram& seconds =
        metrics.histogram({"crawld_fetch_seconds", "Time of a fetch.", "seconds"}, {0.1, 1});
    seconds.observe(0.05);
    seconds.observe(0.1);  // a bound belongs to its bucket
    seconds.observe(0.5);
    seconds.observe(20);
    CHECK_EQ(metrics.prometheus_text(),
             "# HELP crawld_received_bytes_total Bytes received.\n"
             "# TYPE crawld_received_bytes_total counter\n"
             "crawld_received_bytes_total 1234\n"
             "# HELP crawld_in_flight Requests under way.\n"
             "# TYPE crawld_in_flight gauge\n"
             "crawld_in_flight 2.5\n"
             "# HELP crawld_fetch_seconds Time of a fetch.\n"
             "# TYPE crawld_fetch_seconds histogram\n"
             "crawld_fetch_seconds_bucket{le=\"0.1\"} 2\n"
             "crawld_fetch_seconds_bucket{le=\"1\"} 3\n"
             "crawld_fetch_seconds_bucket{le=\"+Inf\"} 4\n"
             "crawld_fetch_seconds_sum 20.65\n"
             "crawld_fetch_seconds_count 4\n");
}

TEST_CASE("members of a family share its head and differ by their label") {
    Metrics metrics;
    metrics.counter({"crawld_fetches_total", "Fetches."}, {"outcome", "ok"}).add(2);
    metrics.gauge({"crawld_known", "URLs ever seen."});
    metrics.counter({"crawld_fetches_total", "Fetches."}, {"outcome", "a\"\\\nb"}).add();
    CHECK_EQ(metrics.prometheus_text(),
             "# HELP crawld_fetches_total Fetches.\n"
             "# TYPE crawld_fetches_total counter\n"
             "crawld_fetches_total{outcome=\"ok\"} 2\n"
             "crawld_fetches_total{outcome=\"a\\\"\\\\\\nb\"} 1\n"
             "# HELP crawld_known URLs ever seen.\n"
             "# TYPE crawld_known gauge\n"
             "crawld_known 0\n");
}

TEST_CASE("references stay good while others are declared") {
    Metrics metrics;
    Counter& first = metrics.counter({"first_total", "The first."});
    for (int i = 0; i < 1'000; ++i)
        metrics.gauge({"many", "Many."}, {"n", std::string("n") + std::to_string(i)});
    first.add(3);
    CHECK_NE(metrics.prometheus_text().find("first_total 3\n"), std::string::npos);
}

TEST_CASE("nothing is lost when threads add at the same time") {
    Metrics metrics;
    Counter& counter = metrics.counter({"adds_total", "Adds."});
    Gauge& gauge = metrics.gauge({"sum", "Sum."});
    Histogram& histogram = metrics.histogram({"values", "Values."}, {1, 2});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 10'000; ++i) {
                counter.add();
                gauge.add(1);
                histogram.observe(1.5);
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    CHECK_EQ(counter.value(), 40'000);
    CHECK_EQ(gauge.value(), 40'000);
    CHECK_EQ(histogram.count(), 40'000);
    CHECK_EQ(histogram.sum(), 60'000);
    CHECK_EQ(histogram.cumulative(0), 0);
}

TEST_CASE("bounds that double") {
    CHECK_EQ(exponential_bounds(0.5, 2, 4), std::vector<double>{0.5, 1, 2, 4});
}
