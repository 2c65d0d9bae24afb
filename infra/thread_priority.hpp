#pragma once

// How much of a busy processor a thread gets.

namespace consularia::infra {

/// This thread gets about a tenth of what others get while they compete for a processor, and all
/// that they leave. Threads that it creates do too. False, and no change, if the system refuses.
bool lower_thread_priority();

}  // namespace consularia::infra
