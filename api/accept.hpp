#pragma once
// Content negotiation: whether a client accepts what we serve (RFC 9110, 12.5.1).

#include <string_view>

namespace consularia::api {

/// Whether an Accept header allows JSON: application/json, application/*, */* or problem+json with
/// a weight above zero. An empty header allows everything.
[[nodiscard]] bool accepts_json(std::string_view accept);

/// CloudEvents in the JSON batch format, and as a stream.
inline constexpr std::string_view kEventBatch = "application/cloudevents-batch+json";
inline constexpr std::string_view kEventStream = "text/event-stream";

/// A head for auditors as a signed note, and records with a line each.
inline constexpr std::string_view kNote = "text/plain";
inline constexpr std::string_view kRecordLines = "application/x-ndjson";

/// Whether an Accept header allows this media type.
[[nodiscard]] bool accepts(std::string_view accept, std::string_view type);

/// Whether a note is the better answer: it is allowed, and JSON is neither preferred to it nor
/// named more precisely.
[[nodiscard]] bool prefers_note(std::string_view accept);

/// Whether an Accept header allows batches or streams of events.
[[nodiscard]] bool accepts_events(std::string_view accept);

/// Whether a stream is the better answer: it is named, and JSON is not preferred to it. A client
/// that accepts any type, or any text, gets the batch.
[[nodiscard]] bool prefers_stream(std::string_view accept);

/// Whether a page is the better answer: HTML is accepted, and JSON is neither preferred nor named
/// where HTML is not. So a browser gets the page, and so does a client that accepts anything.
[[nodiscard]] bool prefers_html(std::string_view accept);

/// Whether application/problem+json is named anywhere.
[[nodiscard]] bool names_problem_json(std::string_view accept);

}  // namespace consularia::api
