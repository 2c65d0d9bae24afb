#pragma once
// A read store that is being built from the journal, beside the one that serves.

#include "node/read_stores.hpp"
#include "node/start_progress.hpp"
#include "projections/projector.hpp"
#include "tables/store.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>

namespace consularia::node {

/// Belongs to one thread, except done(). All functions throw StorageError; NoSpaceError while there
/// is no space for a rebuild.
class Building {
  public:
    /// The records that writers may have to wait for.
    static constexpr std::uint64_t kSmallGap = 256;

    /// Opens what is in the place, or begins. The context's parts outlive this.
    Building(const std::filesystem::path& place, const BuildContext& context);

    /// What another version began may hold what that could not apply. Returns false if it was
    /// stopped before.
    [[nodiscard]] bool thaw(StartProgress& progress, const std::stop_token& stop);

    /// Applies the journal at the bounded rate, as long as that leads closer to its end, until at
    /// most kSmallGap records are left. Returns false if it was stopped before.
    [[nodiscard]] bool approach(const std::stop_token& stop);

    /// Applies what is left.
    void finish();

    /// Does the same. Returns whether the store then is what the serving one is.
    [[nodiscard]] bool complete(const tables::Reader& serving);

    /// Thread-safe.
    [[nodiscard]] StartProgress::Measure done() const;

    [[nodiscard]] const std::shared_ptr<tables::Store>& store() const { return store_; }

  private:
    [[nodiscard]] std::uint64_t gap() const;
    void catch_up_all();
    void flush();
    [[nodiscard]] bool apply_past(const std::stop_token& stop);

    const std::filesystem::path place_;
    const BuildContext context_;
    std::shared_ptr<tables::Store> store_;
    projections::Projector projector_;
    std::uint64_t flushed_ = 0;  ///< The records that were applied at the last flush.
};

}  // namespace consularia::node
