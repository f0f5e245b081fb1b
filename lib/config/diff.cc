#include <utility>

#include "base/check.h"
#include "config/config.h"
#include "config/option.h"

namespace crawld {

namespace {

// Visits two configurations, one after the other: the fields of the first are remembered in the
// order of the description, those of the second that are not live become what they are there.
class Keeper {
  public:
    template <class T>
    void field(const Field& f, T& value) {
        if (!second_) return running_.push_back(&value);
        const void* running = running_[next_++];
        if (!live_ || !f.live) value = *static_cast<const T*>(running);
    }
    template <class T>
    void section(const Field& f, T& value) {
        const bool outer = std::exchange(live_, live_ && f.live);
        describe(*this, value);
        live_ = outer;
    }
    void begin_second() { second_ = true; }

  private:
    std::vector<const void*> running_;
    size_t next_ = 0;
    bool second_ = false;
    bool live_ = true;
};

}  // namespace

CrawldConfig reloaded(const CrawldConfig& running, CrawldConfig wanted) {
    CrawldConfig copy = running;
    Keeper keeper;
    describe(keeper, copy);
    keeper.begin_second();
    describe(keeper, wanted);
    return wanted;
}

std::vector<ConfigChange> diff(const CrawldConfig& from, const CrawldConfig& to) {
    CrawldConfig before = from;
    CrawldConfig after = to;
    std::vector<std::string> values;
    each_option(describe_options(before),
                [&](const Option& option) { values.push_back(to_flow(option.value)); });

    std::vector<ConfigChange> changes;
    size_t i = 0;
    each_option(describe_options(after), [&](const Option& option) {
        CRAWLD_CHECK(i < values.size());
        const std::string& old_value = values[i++];
        std::string new_value = to_flow(option.value);
        if (old_value != new_value)
            changes.push_back({option.path, old_value, std::move(new_value), option.live});
    });
    return changes;
}

}  // namespace crawld
