-- Publishes the value of a counter once more, or that there is none: what listens to the channel gets it in its
-- place among the changes, which no answer to a question would tell.
--
-- KEYS  values of the user's counters
-- ARGV  name, channel of the live values, and what is published there of a counter that is gone
-- Returns whether there is such a counter.
local value = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('PUBLISH', ARGV[2], value or ARGV[3])
return value and 1 or 0
