-- Asks one question after another (a line of the file ASKED each), and prints what wrk measured as JSON.
local questions = {}
for line in io.lines(os.getenv("ASKED")) do questions[#questions + 1] = line end

-- Each thread starts elsewhere, so that they do not ask the same at the same time.
local threads = 0
function setup(thread)
  thread:set("start", threads * 7919)
  threads = threads + 1
end

function request()
  start = start + 1
  return wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, questions[start % #questions + 1])
end

function done(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format('\n{"asks": %d, "seconds": %f, "failed": %d, "p50": %f, "p99": %f}\n',
    summary.requests, summary.duration / 1e6, failed, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
