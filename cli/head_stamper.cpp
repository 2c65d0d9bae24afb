#include "cli/head_stamper.hpp"

#include "cli/output.hpp"
#include "infra/files.hpp"
#include "infra/http/client.hpp"
#include "infra/http/target.hpp"
#include "ledger/log/storage_error.hpp"
#include "node/usage_error.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace consularia::cli {

namespace fs = std::filesystem;

namespace {

constexpr int kOk = 200;

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in.is_open() || in.bad()) throw ledger::StorageError("cannot read " + file.string());
    return content;
}

}  // namespace

fs::path stamp_of(const fs::path& head) {
    auto stamp = head;
    return stamp.replace_extension(".tsr");
}

HeadStamper::HeadStamper(StampOptions options) : options_(std::move(options)) {
    if (options_.url.empty()) return;
    if (!infra::http::parse_target(options_.url)) {
        throw node::UsageError("--timestamp-url must be http://HOST[:PORT][/PATH] or https://….");
    }
    if (options_.ca.empty()) return;
    trust_ = infra::StampTrust::read(options_.ca);
    if (!trust_)
        throw node::UsageError("--tsa-ca: there is no certificate in " + options_.ca + ".");
}

std::size_t HeadStamper::stamp(const std::vector<fs::path>& heads) {
    if (options_.url.empty()) return 0;
    std::vector<fs::path> waiting;
    std::ranges::copy_if(heads, std::back_inserter(waiting), [](const fs::path& head) {
        return !fs::exists(stamp_of(head));
    });
    std::ranges::sort(waiting);
    std::ranges::rotate(waiting, std::ranges::upper_bound(waiting, last_tried_));
    std::size_t stamped = 0;
    std::size_t failures = 0;
    for (const auto& head : waiting) {
        if (failures == kMaxFailures) break;
        last_tried_ = head;
        const auto fault = ask(head);
        if (fault.empty()) {
            ++stamped;
            failures = 0;
        } else {
            ++failures;
            std::cerr << "consularia: " << head.string() << " has no stamp: " << fault << "\n";
        }
    }
    const auto missing = waiting.size() - stamped;
    std::cout << stamped << " heads got a stamp, " << missing << " have none" << std::endl;
    finish_output();
    return missing;
}

std::string HeadStamper::ask(const fs::path& head) const {
    const infra::StampRequest query(ledger::sha256(content_of(head)));
    infra::http::Request request{.method = "POST", .url = options_.url};
    request.headers = {
        {"Content-Type", "application/timestamp-query"}, {"Accept", "application/timestamp-reply"}};
    request.body = query.bytes();
    infra::http::Limits limits;
    limits.timeout = options_.timeout;
    limits.answer_body_bytes = infra::kMaxStampBytes;
    infra::http::Answer answer;
    try {
        answer = infra::http::send(request, limits);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    if (answer.status != kOk) {
        return "the TSA answered with status " + std::to_string(answer.status);
    }
    auto fault = query.fault_in(answer.body);
    if (!fault.empty()) return fault;
    if (trust_ && infra::open_stamp(answer.body, *trust_).fault) {
        return "no certificate of " + options_.ca + " vouches for the TSA";
    }
    infra::replace_private_file(stamp_of(head), answer.body);
    return {};
}

}  // namespace consularia::cli
