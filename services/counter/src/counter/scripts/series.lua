-- KEYS  values of the user's counters; the sums of this one, by hour or by day
-- ARGV  name; seconds of an hour or a day, how many of them are kept; from, to, each the number of one since 1970 or '';
--       how many to show when `from` is '', and how many at most
-- Returns a word, the first hour or day, and the sum of each from it on, nil for none.
local values, series = unpack(KEYS)
local name, seconds, kept, from, to, shown, most = unpack(ARGV)
if redis.call('HEXISTS', values, name) == 0 then
  return {'missing'}
end

local next = math.floor(tonumber(redis.call('TIME')[1]) / seconds) + 1
to = math.min(tonumber(to) or next, next)
from = tonumber(from) or to - shown
if to - from > tonumber(most) then
  return {'long'}
end
from = math.max(from, next - kept)
to = math.max(to, from)

local wanted = {}
for each = from, to - 1 do
  wanted[#wanted + 1] = each
end
return {'found', from, #wanted > 0 and redis.call('HMGET', series, unpack(wanted)) or {}}
