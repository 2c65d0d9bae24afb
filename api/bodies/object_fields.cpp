#include "api/bodies/object_fields.hpp"

#include "api/bodies/value_text.hpp"

namespace consularia::api {

Read<Object> read_object(const Value& body) {
    if (body.is_null()) return tl::unexpected(Errors::of_whole(std::string(kNoData)));
    auto object = body.object();
    if (!object) return tl::unexpected(Errors::of_whole(not_a_dictionary(type_name(body))));
    return *std::move(object);
}

}  // namespace consularia::api
