import fc from "fast-check";
import { expect, test } from "vitest";
import { valuesIn, wordOf } from "./choice.ts";

test("an address of Perses is understood", () => {
  expect(valuesIn("prod,qa")).toEqual(["prod", "qa"]);
  expect(valuesIn("50%")).toEqual(["50%"]);
});

test("any values come back from the address as they went", () => {
  const values = fc.array(fc.string({ minLength: 1 }), { minLength: 1 });
  fc.assert(
    fc.property(values, (all) => {
      expect(valuesIn(wordOf(all))).toEqual(all);
    }),
  );
});
