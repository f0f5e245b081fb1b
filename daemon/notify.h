// Notify: what systemd is told (sd_notify(3)); silent where nobody asked.
//
// Source: systemd 252; Type=notify-reload begins with 253, so RELOADING=1 is ours to send.
// Test:   tests/e2e/signals_test.py
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace crawld {

class Notify {
  public:
    void ready(const std::string& status) const;
    void reloading() const;
    void stopping(const std::string& status) const;
    void status(const std::string& text) const;
    void alive() const;  // feeds the watchdog
    // How often alive() must come; nothing if there is no watchdog.
    std::optional<Duration> watchdog_period() const;
};

}  // namespace crawld
