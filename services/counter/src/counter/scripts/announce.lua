-- Publishes the value of a counter once more: what listens to the channel gets it in its place among the changes, which no
-- answer to a question would tell. The mark tells it from the others.
--
-- KEYS  values of the user's counters
-- ARGV  name, channel of the live values, mark
-- Returns whether there is such a counter.
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value then
  return 0
end
redis.call('PUBLISH', ARGV[2], value .. ' ' .. ARGV[3])
return 1
