-- Compares every page that wrk gets with the file that it is given, and says
-- how many were not the same.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wrong = 0
  page = io.open(args[1]):read("*a")
end

function response(status, headers, body)
  if body ~= page then
    wrong = wrong + 1
  end
end

function done(summary, latency, requests)
  local all = 0
  for _, thread in ipairs(threads) do
    all = all + thread:get("wrong")
  end
  print("wrong pages: " .. all)
end
