-- KEYS  the badge's name
-- Returns the name, label and colour, or nil when there is no badge.
local name = redis.call('GET', KEYS[1])
if not name then
  return false
end
local look = redis.call('HMGET', 'quartet:shown:{' .. name .. '}', 'label', 'color')
return {name, look[1], look[2]}
