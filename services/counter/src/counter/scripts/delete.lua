-- KEYS  values of the user's counters, their names, the name of this one's badge, and all other keys of this one
-- ARGV  name, channel of the live values, and what is published there of a counter that is gone
-- Returns whether there was such a counter.
local values, names, badge = unpack(KEYS)
local name, channel, gone = unpack(ARGV)
if redis.call('HDEL', values, name) == 0 then
  return 0
end
redis.call('ZREM', names, name)
local shown = redis.call('GET', badge)
if shown then
  redis.call('UNLINK', 'quartet:shown:{' .. shown .. '}')
end
redis.call('UNLINK', unpack(KEYS, 3))
redis.call('PUBLISH', channel, gone)
return 1
