#pragma once
// Metrics whose values are kept elsewhere: a table says how each of them is read.

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <span>
#include <utility>
#include <vector>

namespace consularia::infra {

/// A metric that is read from a Source.
template <class Source>
struct Reading {
    enum class Kind { gauge, counter };

    Kind kind;
    const char* name;
    const char* help;
    double (*read)(const Source&);
};

/// The metrics of a table, one value for each set of labels. Thread-safe.
template <class Source>
class Readings {
  public:
    Readings(prometheus::Registry& registry, std::span<const Reading<Source>> table) {
        for (const auto& [kind, name, help, read] : table) {
            if (kind == Reading<Source>::Kind::gauge) {
                auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry);
                gauges_.emplace_back(&family, read);
            } else {
                auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry);
                counters_.emplace_back(&family, read);
            }
        }
    }

    void show(const prometheus::Labels& labels, const Source& now) const {
        for (const auto& [family, read] : gauges_) family->Add(labels).Set(read(now));
        for (const auto& [family, read] : counters_) {
            auto& counter = family->Add(labels);
            const double more = read(now) - counter.Value();
            if (more > 0) counter.Increment(more);
        }
    }

  private:
    template <class Metric>
    using Shown = std::vector<std::pair<prometheus::Family<Metric>*, double (*)(const Source&)>>;

    Shown<prometheus::Gauge> gauges_;
    Shown<prometheus::Counter> counters_;
};

}  // namespace consularia::infra
