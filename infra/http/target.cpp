#include "infra/http/target.hpp"

#include <boost/url/parse.hpp>

namespace consularia::infra::http {

std::optional<Target> parse_target(const std::string& url) {
    const auto parsed = boost::urls::parse_uri(url);
    const bool tls = parsed && parsed->scheme() == "https";
    if (!parsed || (!tls && parsed->scheme() != "http") || parsed->host().empty() ||
        parsed->has_userinfo()) {
        return std::nullopt;
    }
    Target target;
    target.tls = tls;
    target.host = parsed->host_address();
    target.port = parsed->has_port() ? std::string(parsed->port()) : (tls ? "443" : "80");
    target.authority = parsed->encoded_host_and_port();
    target.resource = parsed->encoded_path();
    if (target.resource.empty()) target.resource = "/";
    if (parsed->has_query()) target.resource += "?" + std::string(parsed->encoded_query());
    return target;
}

}  // namespace consularia::infra::http
