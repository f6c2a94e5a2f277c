import { expect, test } from "vitest";
import { World } from "../../../test/world.ts";
import { stopAfter, stopsOf } from "./stops.ts";
import type { Stop } from "./stops.ts";

const { environments } = new World({ prod: 1, dev: 1, qa: 1 }).configuration();
const all = () => true;
const name = ({ to, search, weight }: Stop) => `${to} ${search.env?.join() ?? ""} ${weight}`.trim();

test("a wall shows all environments, each of them, and how they compare", () => {
  expect(stopsOf(environments, true, all).map(name)).toEqual([
    "/  1",
    "/metrics prod 1",
    "/metrics dev 1",
    "/metrics qa 1",
    "/compare  1",
  ]);
});

test("who is not well comes first, and stays longer", () => {
  const stops = stopsOf(environments, true, (one) => one.name !== "qa");
  expect(stops.map(name).slice(1, 4)).toEqual([
    "/metrics qa 2",
    "/metrics prod 1",
    "/metrics dev 1",
  ]);
});

test("of some environments only those are shown, and one alone is not compared", () => {
  const [prod, dev] = environments;
  if (prod === undefined || dev === undefined) throw new Error("the world is too small");
  expect(stopsOf([prod, dev], false, all).map(name).at(-1)).toBe("/compare prod,dev 1");
  expect(stopsOf([prod], false, all).map(name)).toEqual(["/ prod 1", "/metrics prod 1"]);
});

test("the round goes on where it is, and begins anew after its end", () => {
  const before = stopsOf(environments, true, all);
  const after = stopsOf(environments, true, (one) => one.name !== "qa");
  const [overview, prod] = before;
  const compare = before.at(-1);
  if (!overview || !prod || !compare) throw new Error("there are too few stops");
  expect(name(stopAfter(after, overview))).toBe("/metrics qa 2");
  expect(name(stopAfter(after, prod))).toBe("/metrics dev 1");
  expect(name(stopAfter(after, compare))).toBe("/  1");
});
