-- KEYS  values of the user's counters; the badge's name; what is shown of a badge of the new name
-- ARGV  name of the counter; new name for the badge, if it has none; label, colour
-- Returns the badge's name, or nil when there is no such counter.
local values, badge, shown = unpack(KEYS)
local counter, name, label, color = unpack(ARGV)
if redis.call('HEXISTS', values, counter) == 0 then
  return false
end
if not redis.call('SET', badge, name, 'NX') then
  -- Its key is of the same slot, and known only here.
  name = redis.call('GET', badge)
  shown = 'quartet:shown:{' .. name .. '}'
end
redis.call('HSET', shown, 'values', values, 'counter', counter, 'label', label, 'color', color)
return name
