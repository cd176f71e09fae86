-- Asks for the paths of a list, one after the other, from a given place in it.
-- wrk ... -s wrk_urls.lua URL -- LIST START
local asked, at = {}, 0

function init(arguments)
   for path in io.lines(arguments[1]) do
      asked[#asked + 1] = wrk.format("GET", path)
   end
   at = tonumber(arguments[2]) % #asked
end

function request()
   at = at % #asked + 1
   return asked[at]
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '\nRESULT {"requests":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,"bytes":%d,' ..
      '"bad_status":%d,"broken":%d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      summary.bytes, errors.status,
      errors.connect + errors.read + errors.write + errors.timeout))
end
