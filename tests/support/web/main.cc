// crawld_demo_site: serves the demo site of daemon/try.sh, or with --synthetic a web of any size
// for benchmarks, on loopback until SIGINT or SIGTERM. The first line on stdout says the port.
#include <signal.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "support/web/demo_site.h"
#include "support/web/synthetic_web.h"
#include "support/web/web_server.h"

namespace {

using namespace crawld;
using namespace crawld::web;

WebServer* running_server = nullptr;

struct Arguments {
    WebServerSetup server;
    SyntheticWebOptions synthetic;
    bool is_synthetic = false;
    int64_t delay_ms = 0;
    bool urls = false;
};

void declare(CLI::App& app, Arguments& arguments) {
    app.add_option("--port", arguments.server.port, "Port; 0 takes a free one");
    app.add_option("--addresses", arguments.server.addresses, "Listen on 127.0.0.1 and following");
    app.add_option("--access-log", arguments.server.access_log,
                   "File: microseconds of CLOCK_BOOTTIME, host, target, status a line");
    app.add_flag("--synthetic", arguments.is_synthetic, "Pages from a seed instead of the demo");
    app.add_option("--seed", arguments.synthetic.seed, "Synthetic: the seed");
    app.add_option("--pages", arguments.synthetic.pages, "Synthetic: how many pages");
    app.add_option("--hosts", arguments.synthetic.hosts, "Synthetic: h0.example.test, ...");
    app.add_option("--links", arguments.synthetic.links, "Synthetic: links a page");
    app.add_option("--children", arguments.synthetic.children, "Synthetic: of these, own children");
    app.add_option("--body-bytes", arguments.synthetic.body_bytes,
                   "Synthetic: mean size of a page");
    app.add_option("--delay-ms", arguments.delay_ms, "Synthetic: before any answer but robots.txt");
    app.add_flag("--urls", arguments.urls,
                 "Synthetic: print the URLs reachable from page 0 and exit; needs --port");
}

void raise_descriptor_limit() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int print_urls(const Arguments& arguments) {
    SyntheticWeb site(arguments.synthetic);
    site.set_port(arguments.server.port);
    for (const uint64_t page : site.reachable_from(0))
        std::puts(site.url_of(page).c_str());
    return 0;
}

int serve(const Arguments& arguments) {
    std::unique_ptr<WebSite> site;
    if (arguments.is_synthetic)
        site = std::make_unique<SyntheticWeb>(arguments.synthetic);
    else
        site = std::make_unique<DemoSite>();
    Result<std::unique_ptr<WebServer>> server = WebServer::open(*site, arguments.server);
    if (!server) {
        std::fprintf(stderr, "crawld_demo_site: %s\n", server.error().message.c_str());
        return exit_code(server.error().code);
    }
    running_server = server->get();
    for (const int signal_number : {SIGINT, SIGTERM})
        signal(signal_number, [](int) { running_server->stop(); });
    signal(SIGPIPE, SIG_IGN);
    std::printf("listening on 127.0.0.1:%u\n", unsigned{(*server)->port()});
    std::fflush(stdout);
    const Status status = (*server)->run();
    running_server = nullptr;
    return status ? 0 : exit_code(status.error().code);
}

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    CLI::App app("A web server for demos and benchmarks, on loopback.");
    declare(app, arguments);
    CLI11_PARSE(app, argc, argv);
    arguments.synthetic.delay = std::chrono::milliseconds(arguments.delay_ms);
    if (arguments.urls) return print_urls(arguments);
    raise_descriptor_limit();
    return serve(arguments);
}
