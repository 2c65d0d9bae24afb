#pragma once
// Declares the options that say when webhooks are tried again.

#include "reactions/webhooks/retries.hpp"

#include <CLI/CLI.hpp>

namespace consularia::cli {

void add_webhook_retries(CLI::App* serve, reactions::webhooks::Retries& retries);

}  // namespace consularia::cli
