#pragma once
// What works on this node and what does not: one value, written by the components that do the work
// and read by those that report it: /readyz, the metrics, the log.

#include "base/enum_names.hpp"
#include "ledger/log/clock.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/acceptance.hpp"

#include <chrono>
#include <compare>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::ledger {

/// What can fail: all that serving needs, and what is done beside it.
enum class Part {
    tail,
    append,
    apply,
    lag,
    deadlines,
    brokers,
    flush,
    storage,
    tables,
    reads,
    webhooks
};

[[nodiscard]] constexpr std::string_view to_string(Part part) {
    switch (part) {
        case Part::tail:
            return "tail";
        case Part::append:
            return "append";
        case Part::apply:
            return "apply";
        case Part::lag:
            return "lag";
        case Part::deadlines:
            return "deadlines";
        case Part::brokers:
            return "brokers";
        case Part::flush:
            return "flush";
        case Part::storage:
            return "storage";
        case Part::tables:
            return "tables";
        case Part::reads:
            return "reads";
        case Part::webhooks:
            return "webhooks";
    }
    return "";
}

/// Whether each partition has this part; otherwise the node has it.
[[nodiscard]] constexpr bool is_of_partition(Part part) {
    switch (part) {
        case Part::tail:
        case Part::append:
        case Part::apply:
        case Part::lag:
            return true;
        case Part::deadlines:
        case Part::brokers:
        case Part::flush:
        case Part::storage:
        case Part::tables:
        case Part::reads:
        case Part::webhooks:
            return false;
    }
    return false;
}

/// A node that cannot deliver webhooks answers requests like any other.
[[nodiscard]] constexpr bool is_needed_to_serve(Part part) {
    return part != Part::webhooks;
}

/// A part of a partition, or of the node.
struct Component {
    std::optional<Partition> partition;  ///< Empty: the part belongs to the node.
    Part part{};

    friend auto operator<=>(const Component&, const Component&) = default;
};

/// Where the problem is: on this node, or one that no other node could avoid.
enum class Reach { node, everywhere };

/// A LogError affects every node.
[[nodiscard]] Reach reach_of(const StorageError& error);

struct Trouble {
    Component component;
    Clock::Steady since;
    std::string why;
    Reach reach = Reach::node;
};

/// "partition 3, append", or "storage".
[[nodiscard]] std::string to_words(const Component& component);
/// Also says for how long, and why.
[[nodiscard]] std::string to_words(const Trouble& trouble, Clock::Steady now);

/// What the log should report about a failure.
struct News {
    enum class Kind {
        begins,
        lasts,
        over,      ///< It works again.
        forgotten  ///< It was not tried again: the state is unknown.
    };
    Kind kind{};
    Trouble trouble;
    Clock::Steady::duration lasted{};
};

struct HealthLimits {
    /// A step that takes longer counts as failing until it returns, since it might never do so.
    std::chrono::milliseconds stall{2000};
    std::chrono::milliseconds report_again{10'000};
};

/// Thread-safe; never blocks. Precondition of everything that takes a component: it has a partition
/// if its part is one of partitions, and none otherwise.
class Health {
  public:
    using Holds = std::optional<std::chrono::milliseconds>;

    /// `clock` outlives this.
    explicit Health(const Clock& clock, HealthLimits limits = {});
    Health(const Health&) = delete;
    Health& operator=(const Health&) = delete;
    ~Health() = default;

    /// The component fails, since this report or the first of consecutive ones. The failure ends
    /// with fine() or, if `holds` is given, when it has not been reported again for that long.
    void fails(Component component, std::string why, Reach reach = Reach::node, Holds holds = {});
    void fine(Component component);

    /// While this object lives, a step is under way that might not return.
    class Doing {
      public:
        Doing() = default;

        Doing(Health* health, Component component) : health_(health), component_(component) {}

        Doing(const Doing&) = delete;
        Doing& operator=(const Doing&) = delete;
        ~Doing();

      private:
        Health* health_ = nullptr;
        Component component_;
    };

    /// At most one at a time per component.
    [[nodiscard]] Doing begin(Component component);

    [[nodiscard]] std::vector<Trouble> troubles() const;

    /// What happened since the last call: each failure is reported when it begins, from time to
    /// time while it lasts, and when it is over, however short it was. For a single caller.
    [[nodiscard]] std::vector<News> news();

  private:
    struct Entry {
        std::optional<Trouble> failing;
        std::optional<Clock::Steady> holds_until;
        std::optional<Clock::Steady> doing_since;
        std::optional<News> unreported;  ///< A failure that was over before it was reported.
        std::optional<Trouble> reported;
        Clock::Steady reported_at{};
    };

    [[nodiscard]] std::optional<Trouble> trouble_of(
        const Component& component, const Entry& entry, Clock::Steady now
    ) const;
    void report(
        const Component& component, Entry& entry, Clock::Steady now, std::vector<News>& news
    ) const;

    const Clock& clock_;
    const HealthLimits limits_;
    mutable std::mutex mutex_;  ///< Guards what follows.
    std::map<Component, Entry> entries_;
};

/// Where one partition's worker reports; a default-constructed one discards the reports.
struct PartitionHealth {
    Health* health = nullptr;  ///< Outlives this.
    Partition partition = 0;

    void fails(Part part, std::string why, Reach reach = Reach::node, Health::Holds holds = {})
        const;
    void fine(Part part) const;
    [[nodiscard]] Health::Doing begin(Part part) const;
};

}  // namespace consularia::ledger
