#pragma once
// What became of the events of webhooks, shared by all nodes: the rows of a node's own store, and
// those that others publish.

#include "infra/kafka/progress_board.hpp"
#include "tables/store.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::infra::kafka {

/// A node's store of webhooks. Every change of a row of its deliveries is also put on the board, to
/// be published. Thread-safe.
class SharedDeliveries final : public tables::Store {
  public:
    /// A row that another node has told, or told to forget; see progress_codec.hpp.
    using Told = std::pair<std::string, std::optional<std::string>>;

    /// Both outlive it.
    SharedDeliveries(tables::Store& own, ProgressBoard& board) : own_(own), board_(board) {}

    [[nodiscard]] std::shared_ptr<const tables::Reader> snapshot() const override {
        return own_.snapshot();
    }

    [[nodiscard]] std::unique_ptr<tables::WriteSet> write_set() override;
    void commit(std::unique_ptr<tables::WriteSet> writes) override;

    void flush() override { own_.flush(); }

    /// Takes over what others know better, in this order; it is not told again. What no node writes
    /// is skipped.
    void take_over(const std::vector<Told>& rows);

  private:
    class Writes;

    tables::Store& own_;
    ProgressBoard& board_;
    std::mutex mutex_;  ///< Held while a row is compared and written: two threads write.
};

}  // namespace consularia::infra::kafka
