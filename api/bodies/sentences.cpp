#include "api/bodies/sentences.hpp"

#include "domain/limits.hpp"

namespace consularia::api {

namespace limits = domain::limits;

std::string too_long(std::size_t max) {
    return "Ensure this field has no more than " + std::to_string(max) + " characters.";
}

std::string too_many_items(std::size_t max) {
    return "Ensure this field has no more than " + std::to_string(max) + " elements.";
}

std::string at_least(std::size_t min) {
    return "Ensure this value is greater than or equal to " + std::to_string(min) + ".";
}

std::string at_most(std::size_t max) {
    return "Ensure this value is less than or equal to " + std::to_string(max) + ".";
}

std::string too_many_participants() {
    return "An appointment has at most " + std::to_string(limits::kParticipants.accepted) +
           " participants.";
}

std::string too_many_tokens() {
    return "An organization has at most " + std::to_string(limits::kTokens.accepted) + " tokens.";
}

std::string too_many_webhooks() {
    return "An organization has at most " + std::to_string(limits::kWebhooks.accepted) +
           " webhooks.";
}

std::string not_a_choice(std::string_view text) {
    return '"' + std::string(text) + "\" is not a valid choice.";
}

std::string not_a_list(std::string_view type) {
    return "Expected a list of items but got type \"" + std::string(type) + "\".";
}

std::string not_a_dictionary(std::string_view type) {
    return "Invalid data. Expected a dictionary, but got " + std::string(type) + ".";
}

std::string not_a_dictionary_of_items(std::string_view type) {
    return "Expected a dictionary of items but got type \"" + std::string(type) + "\".";
}

}  // namespace consularia::api
