#include "daemon/notify.h"

#include <systemd/sd-daemon.h>

namespace crawld {

void Notify::ready(const std::string& status) const {
    sd_notifyf(0, "READY=1\nSTATUS=%s", status.c_str());
}

void Notify::reloading() const {
    sd_notify(0, "RELOADING=1");
}

void Notify::stopping(const std::string& status) const {
    sd_notifyf(0, "STOPPING=1\nSTATUS=%s", status.c_str());
}

void Notify::status(const std::string& text) const {
    sd_notifyf(0, "STATUS=%s", text.c_str());
}

void Notify::alive() const {
    sd_notify(0, "WATCHDOG=1");
}

std::optional<Duration> Notify::watchdog_period() const {
    uint64_t period_us = 0;
    if (sd_watchdog_enabled(0, &period_us) <= 0) return std::nullopt;
    return Duration{static_cast<int64_t>(period_us)};
}

}  // namespace crawld
