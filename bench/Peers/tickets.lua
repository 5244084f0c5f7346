-- POSTs for tickets in the names of many users, in turn. The argument is a file of lines 'token project'.
local requests, next_request = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local token, project = line:match("^(%S+) (%S+)$")
    requests[#requests + 1] = wrk.format("POST", "/api/v1/photos/upload-url", {
      ["Authorization"] = "Bearer " .. token,
      ["Content-Type"] = "application/json",
    }, '{"project_id":"' .. project .. '","file_name":"photo.jpg","file_size":204800,"mime_type":"image/jpeg"}')
  end
  next_request = math.random(#requests)
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
