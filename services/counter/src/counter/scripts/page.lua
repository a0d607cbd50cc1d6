-- KEYS  values of the user's counters, their names
-- ARGV  the bounds of the names, as ZRANGE BYLEX takes them; how many at most
-- Returns the names in the order of their bytes, and the values.
local values, names = unpack(KEYS)
local found = redis.call('ZRANGE', names, ARGV[1], ARGV[2], 'BYLEX', 'LIMIT', 0, ARGV[3])
if #found == 0 then
  return {{}, {}}
end
return {found, redis.call('HMGET', values, unpack(found))}
