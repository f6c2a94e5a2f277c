import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSearch, stringifySearch, validateSearch } from "./search.ts";
import type { Search } from "./search.ts";

function read(text: string): Search {
  return validateSearch(parseSearch(text));
}

test.each<[string, Search]>([
  ["", {}],
  ["?env=prod,qa&range=6h&refresh=30s", { env: ["prod", "qa"], range: "6h", refresh: "30s" }],
  ["?start=100&end=400&range=1h", { start: 100, end: 400 }],
  ["?base=prod", { base: "prod" }],
  ["?signal=errors&mode=ratio&find=qa+02", { signal: "errors", mode: "ratio", find: "qa 02" }],
  ["?hide=latency:p50.prod,errors:a~1b", { hide: ["latency:p50.prod", "errors:a,b"] }],
  ["?plane=dp-1&quantile=p99", { plane: "dp-1", quantile: "p99" }],
  ["?tz=Pacific/Chatham", { tz: "Pacific/Chatham" }],
  ["?tz=Mars/Olympus", {}],
  ["?kiosk=30&previous=1&panel=Error+rate", { kiosk: 30, previous: "1", panel: "Error rate" }],
  ["?kiosk=1", { kiosk: 5 }],
  ["?kiosk=soon&previous=yes", {}],
  ["?range=2h&refresh=3s&signal=p42&mode=pie&quantile=p90", {}],
  ["?start=400&end=100", {}],
  ["?start=1e99&end=x", {}],
  ["?start=100", {}],
  ["?env=,,prod,prod", { env: ["prod"] }],
])("the address %j means %j", (text, search) => {
  expect(read(text)).toEqual(search);
});

test("a link can be read by people", () => {
  expect(stringifySearch({ env: ["prod", "qa"], range: "1h", base: undefined })).toBe(
    "?env=prod,qa&range=1h",
  );
});

const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,12}$/);
const searches = fc.record<Search>(
  {
    env: fc.uniqueArray(name, { minLength: 1, maxLength: 6 }),
    range: fc.constantFrom("5m", "15m", "1h", "6h", "24h"),
    refresh: fc.constantFrom("off", "10s", "30s", "1m"),
    base: name,
    signal: fc.constantFrom("errors", "p99"),
    mode: fc.constantFrom("multiples", "ratio"),
    tz: fc.constantFrom("UTC", "Asia/Kolkata"),
    kiosk: fc.integer({ min: 5, max: 600 }),
    previous: fc.constantFrom("1", "day"),
    find: fc.stringMatching(/^[a-z ]{0,6}[a-z]$/),
    hide: fc.uniqueArray(fc.stringMatching(/^[ -~]{1,12}$/), { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: [] },
);

test("a link reproduces what it was made from, also when it is validated twice", () => {
  fc.assert(
    fc.property(searches, (search) => {
      const once = read(stringifySearch({ ...search }));
      expect(once).toEqual(search);
      expect(validateSearch({ ...once })).toEqual(once);
    }),
  );
});

test("no address makes it fail", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(read(text)).toEqual(expect.any(Object));
    }),
  );
});
