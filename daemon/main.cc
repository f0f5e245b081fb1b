// crawld: the command line.
//
//   crawld run --config F [--until-idle]   crawl in the foreground
//   crawld check --config F                read the configuration, print what it means
//   crawld events                          print the catalogue of events
//   crawld version
//
// Exit codes are those of base/result.h; usage errors are 64.
#include <CLI/CLI.hpp>
#include <iostream>
#include <thread>

#include "config/budget.h"
#include "config/config.h"
#include "config/print.h"
#include "daemon/daemon.h"
#include "daemon/system.h"
#include "log/events.h"

namespace {

using namespace crawld;

int check(const std::string& path) {
    const auto loaded = load_config_file(path);
    if (!loaded) return print_config_failure(loaded.error());
    for (const std::string& warning : loaded->warnings)
        std::cerr << "warning: " << warning << '\n';
    std::cout << print_effective(loaded->config) << '\n'
              << render_budget(budget_of(loaded->config, std::thread::hardware_concurrency()));
    return 0;
}

int dispatch(CLI::App& app, const RunArguments& arguments) {
    if (app.got_subcommand("run")) return Daemon(arguments).run();
    if (app.got_subcommand("check")) return check(arguments.config_path);
    if (app.got_subcommand("events"))
        std::cout << render_events();
    else
        std::cout << "crawld " << CRAWLD_VERSION << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    hold_signals();
    CLI::App app{"crawld: a polite crawler that loses nothing"};
    app.require_subcommand(1);
    RunArguments arguments{.config_path = "/etc/crawld/crawld.yaml"};
    CLI::App* run = app.add_subcommand("run", "Crawl in the foreground");
    run->add_flag("--until-idle", arguments.until_idle, "End when nothing is left to crawl");
    CLI::App* check = app.add_subcommand("check", "Read the configuration and print what it means");
    for (CLI::App* command : {run, check})
        command->add_option("--config,-c", arguments.config_path, "The configuration file")
            ->capture_default_str();
    app.add_subcommand("events", "Print the catalogue of events");
    app.add_subcommand("version", "Print the version");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : exit_code(ErrorCode::usage);
    }
    return dispatch(app, arguments);
}
