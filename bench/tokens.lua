-- wrk: `-- STATUS [FILE]`; sends each token of FILE, one a line, once and in turn, and counts answers of another status.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  expected, wrong, tokens, position = tonumber(args[1]), 0, {}, 0
  if args[2] then
    for line in io.lines(args[2]) do tokens[#tokens + 1] = "Bearer " .. line end
  end
end

function request()
  if #tokens > 0 then
    position = position % #tokens + 1
    wrk.headers["Authorization"] = tokens[position]
  end
  return wrk.format()
end

function response(status)
  if status ~= expected then wrong = wrong + 1 end
end

function done()
  local total = 0
  for _, thread in ipairs(threads) do total = total + thread:get("wrong") end
  print("wrong answers: " .. total)
end
