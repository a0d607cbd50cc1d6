-- KEYS[1] the counter; ARGV[1] the step. Returns {1, value}, or {0, value} when the step would leave int64.
-- Values go back as text: a Lua number is a double and exact only up to 2^53. INCRBY itself is exact.
local answer = redis.pcall('INCRBY', KEYS[1], ARGV[1])
if type(answer) == 'table' and answer.err then
  if string.find(answer.err, 'overflow', 1, true) then
    return {0, redis.call('GET', KEYS[1])}
  end
  return answer
end
return {1, redis.call('GET', KEYS[1])}
