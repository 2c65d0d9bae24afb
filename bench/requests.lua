-- For wrk: sends the requests of the file REQUESTS (bench/traffic.py) one after the other, over and
-- over, and prints the figures as one line of JSON. Each thread begins at another place.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  requests = {}
  for line in io.lines(os.getenv("REQUESTS")) do
    local method, path, token, body = line:match("^[^\t]*\t([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = {Authorization = "Token " .. token}
    if body == "" then body = nil else headers["Content-Type"] = "application/json" end
    requests[#requests + 1] = wrk.format(method, path, headers, body)
  end
  at = math.floor(number * #requests / 2)
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"seconds":%f,"p50_ms":%f,"p99_ms":%f,"longest_ms":%f,"refused":%d,"broken":%d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
