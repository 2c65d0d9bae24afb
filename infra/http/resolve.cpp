#include "infra/http/resolve.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>

namespace consularia::infra::http {

std::vector<domain::IpAddress> resolve_by_system(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list); error != 0) {
        throw std::runtime_error(gai_strerror(error));
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, &freeaddrinfo);
    std::vector<domain::IpAddress> found;
    for (const auto* entry = list; entry != nullptr; entry = entry->ai_next) {
        if (entry->ai_family == AF_INET) {
            sockaddr_in v4{};
            std::memcpy(&v4, entry->ai_addr, sizeof v4);
            found.push_back(domain::IpAddress::v4(ntohl(v4.sin_addr.s_addr)));
        } else if (entry->ai_family == AF_INET6) {
            sockaddr_in6 v6{};
            std::memcpy(&v6, entry->ai_addr, sizeof v6);
            domain::IpAddress address;
            std::ranges::copy(v6.sin6_addr.s6_addr, address.bytes.begin());
            found.push_back(address);
        }
    }
    return found;
}

}  // namespace consularia::infra::http
