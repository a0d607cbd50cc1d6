-- wrk: `-- STATUS PATH FILE [TOKEN [KEY]]`; sends the lines of FILE, bodies of POST requests, in turn. To a path that ends in
-- "refresh" each is sent once, and the token of the answer takes its place in the queue. With KEY
-- each request has an Idempotency-Key of its own, which begins so.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  expected, wrong, queue, first, last = tonumber(args[1]), 0, {}, 1, 0
  path, renewed = args[2], args[2]:match("refresh$") ~= nil
  wrk.headers["Content-Type"] = "application/json"
  if (args[4] or "") ~= "" then wrk.headers["Authorization"] = "Bearer " .. args[4] end
  if (args[5] or "") ~= "" then key = args[5] end
  for line in io.lines(args[3]) do put(line) end
end

function put(body)
  last = last + 1
  queue[last] = body
end

function request()
  local body = queue[first]
  queue[first] = nil
  first = first + 1
  if not renewed then put(body) end
  if key then wrk.headers["Idempotency-Key"] = key .. first end
  return wrk.format("POST", path, nil, body)
end

function response(status, headers, body)
  if status ~= expected then wrong = wrong + 1 end
  if renewed then put('{"refresh_token":' .. body:match('"refresh_token":("[^"]+")') .. '}') end
end

function done()
  local total = 0
  for _, thread in ipairs(threads) do total = total + thread:get("wrong") end
  print("wrong answers: " .. total)
end
