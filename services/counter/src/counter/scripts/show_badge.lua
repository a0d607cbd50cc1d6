-- KEYS  what is shown of a badge
-- Returns the counter's value, label and colour, or nil when there is no such badge.
local shown = redis.call('HMGET', KEYS[1], 'values', 'counter', 'label', 'color')
local value = shown[1] and redis.call('HGET', shown[1], shown[2])
if not value then
  return false
end
return {value, shown[3], shown[4]}
