#include "scenarios/random_scenario.h"

#include <array>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/prng.h"

namespace crawld {

namespace {

class Maker {
  public:
    explicit Maker(uint64_t seed) : prng_(seed), archives_(seed % 2 == 0) {
        const uint64_t domains = between(1, 6);
        for (uint64_t d = 0; d < domains; ++d)
            for (uint64_t h = 0; h < between(1, 4); ++h)
                hosts_.push_back("h" + std::to_string(h) + ".d" + std::to_string(d) + ".example");
        if (chance(25))  // many that wait for each other
            for (uint64_t h = between(10, 40); h > 0; --h)
                hosts_.push_back("h" + std::to_string(h) + ".crowd.example");
        pages_ = between(2, 12);
        addresses_ = between(1, hosts_.size());
    }

    std::string make(uint64_t seed) {
        out_ = "seed " + std::to_string(seed) + "\nallow error disk.filled\n";
        if (seed % 3 != 0)  // no place for robots rules, or for a few
            out_ += "robots_rules_max " + std::string(seed % 3 == 1 ? "0" : "1000") + "\n";
        out_ += "config:\n";
        out_ += config("  ");
        out_ += "web:\n";
        for (size_t i = 0; i < hosts_.size(); ++i)
            host(i);
        out_ += "steps:\n";
        const uint64_t steps = between(3, 14);
        for (uint64_t i = 0; i < steps; ++i)
            step();
        recover();
        return out_ + "in order:\n  process.counted queued=0 due=0 in_flight=0\n";
    }

  private:
    uint64_t between(uint64_t least, uint64_t most) {
        return least + prng_.below(most - least + 1);
    }
    bool chance(uint64_t percent) { return prng_.below(100) < percent; }
    std::string_view any(std::initializer_list<std::string_view> list) {
        return list.begin()[prng_.below(list.size())];
    }
    std::string seconds(uint64_t least, uint64_t most) {
        return std::to_string(between(least * 1000, most * 1000)) + "ms";
    }
    std::string page_url() {
        return "http://" + hosts_[prng_.below(hosts_.size())] + "/" + (chance(10) ? "no/" : "") +
               std::to_string(prng_.below(pages_));
    }
    void line(const std::string& text) { out_ += "  " + text + "\n"; }

    std::string windows() {
        std::string out = "[" + std::string(any({"1/1s", "1/3s", "2/1s", "5/2s", "20/1s"}));
        if (chance(30)) out += ", " + std::string(any({"6/10s", "15/20s"}));
        return out + "]";
    }

    std::string config(const std::string& indent) {
        std::string out = indent + "crawl:\n" + indent + "  seeds: [http://" + hosts_[0] +
                          "/0, http://" + hosts_.back() + "/1]\n" + indent +
                          "  scope: {within: any}\n" + indent + "  limits: {depth: 0}\n";
        out += indent + "politeness:\n";
        out += indent + "  host: {windows: " + windows() +
               ", concurrency: " + std::to_string(between(1, 4)) + "}\n";
        out += indent + "  ip: {windows: " + (chance(50) ? windows() : "[]") +
               ", concurrency: " + std::to_string(between(0, 4)) + "}\n";
        if (chance(40))
            out += indent + "  domain: {windows: " + windows() +
                   ", concurrency: " + std::to_string(between(0, 2)) + "}\n";
        out += indent + "  global: {windows: " + (chance(30) ? "[10/1s]" : "[]") +
               ", concurrency: " + std::to_string(between(1, 12)) + "}\n";
        out += indent + "  backoff_min: 1s\n" + indent + "  backoff_max: 8s\n";
        out += indent + "  breaker_failures: " + std::to_string(between(2, 6)) + "\n";
        out += indent + "  breaker_sleep: " + seconds(5, 60) + "\n";
        out += indent + "  robots_ttl_max: " + seconds(5, 600) + "\n";
        out += indent + "fetch: {retries: " + std::to_string(between(0, 5)) +
               ", total_timeout: 6s, connect_timeout: 2s, low_speed_time: 3s}\n";
        out += indent +
               "frontier: {hosts_loaded_max: 16, host_rows_cached: 16, urls_per_host_loaded: " +
               std::to_string(between(1, 9)) + "}\n";
        if (archives_)
            out += indent + "archive: {format: warc, file_max: 1MiB, file_age_max: 30s}\n" +
                   indent + "pages: {format: jsonl, file_age_max: 20s}\n";
        out += indent + "threads: {loops: " + std::to_string(1 + seed_loops_) + "}\n";
        return out;
    }

    std::string trouble() {
        switch (prng_.below(9)) {
            case 0:
                return "status 500";
            case 1:
                return "status 503";
            case 2:
                return "status 429 header \"Retry-After: 7\"";
            case 3:
                return "fault reset";
            case 4:
                return "fault silent";
            case 5:
                return "fault cut links /0";
            case 6:
                return "fault stall";
            case 7:
                return "fault garbage";
            default:
                return "fault empty";
        }
    }

    void host(size_t i) {
        const std::string& name = hosts_[i];
        const std::string address = "20.0.0." + std::to_string(1 + i % addresses_);
        const std::string second = chance(20) ? ",20.0.1." + std::to_string(i + 1) : "";
        line("host " + name + " address " + address + second +
             (chance(15) ? " dns " + std::string(any({"servfail", "timeout"})) + " delay 2s" : ""));
        if (!second.empty() && chance(50)) line("address " + address + " refuse");
        robots(name);
        for (uint64_t p = 0; p < pages_; ++p)
            page("http://" + name + "/" + std::to_string(p));
    }

    void robots(const std::string& name) {
        const std::string start = "robots " + name;
        if (chance(30)) line(start + " " + trouble());
        const std::string from = " from " + std::to_string(between(1, 3));
        switch (prng_.below(5)) {
            case 0:
                line(start + from + " status 404");
                return;
            case 1:
                line(start + from + " body \"User-agent: *\\nDisallow: /no\\nCrawl-delay: 2\\n\"");
                return;
            case 2:
                line(start + from + " status 301 location http://" +
                     hosts_[prng_.below(hosts_.size())] + "/robots.txt");
                return;
            case 3:
                line(start + from +
                     " header \"Cache-Control: max-age=" + std::to_string(prng_.below(20)) +
                     "\" body \"User-agent: *\\nDisallow: /no\\n\"");
                return;
            default:
                line(start + from + " status 403");
                return;
        }
    }

    void page(const std::string& url) {
        std::string links;
        for (uint64_t i = between(0, 6); i > 0; --i)
            links += " " + page_url();
        const std::string delay = " delay " + seconds(0, chance(5) ? 8 : 1);
        if (chance(20)) line("page " + url + " " + trouble());
        const std::string from = " from " + std::to_string(between(1, 3));
        if (chance(10))
            line("page " + url + from + " status 302 location " + page_url());
        else
            line("page " + url + from + delay + " links" + links);
    }

    void step() {
        switch (prng_.below(11)) {
            case 0:
                line("crash");
                break;
            case 1:
                line("stop " + seconds(0, 5));
                break;
            case 2:
                line("restart");
                break;
            case 3:
                line("reboot");
                break;
            case 4:
                line("reload");
                out_ += config("    ");
                break;
            case 5:
                line("address 20.0.0." + std::to_string(between(1, addresses_)) + " " +
                     std::string(any({"refuse", "hang", "accept", "unreachable"})));
                break;
            case 6:
                line("clock " + std::string(any({"10m", "-10m", "3s", "-20s"})));
                break;
            case 7:
                line("disk 1");
                line("run " + seconds(1, 20));
                line("disk 50");
                break;
            default:
                break;
        }
        line("run " + (chance(30) ? std::to_string(between(1, 300)) + "ms" : seconds(1, 40)));
    }

    // Everything works again, and there is time.
    void recover() {
        for (uint64_t i = 1; i <= addresses_; ++i)
            line("address 20.0.0." + std::to_string(i) + " accept");
        for (size_t i = 0; i < hosts_.size(); ++i)
            line("host " + hosts_[i] + " address 20.0.0." + std::to_string(1 + i % addresses_));
        line("run 1h");
        line("restart");
        line("run 1m");
    }

    Prng prng_;
    bool archives_;
    std::vector<std::string> hosts_;
    uint64_t pages_ = 0;
    uint64_t addresses_ = 0;
    uint64_t seed_loops_ = prng_.below(3);  // of all configurations: it cannot be reloaded
    std::string out_;
};

}  // namespace

std::string random_scenario(uint64_t seed) {
    return Maker(seed).make(seed);
}

}  // namespace crawld
