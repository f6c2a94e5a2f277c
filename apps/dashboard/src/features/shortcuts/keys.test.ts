import { describe, expect, test } from "vitest";
import { nameOf, printed, step } from "./keys.ts";
import type { Pressed } from "./keys.ts";

const PLAIN: Pressed = {
  key: "",
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
};

describe("a pressed key", () => {
  test.each<[string, Partial<Pressed>, string | undefined]>([
    ["a letter", { key: "r", code: "KeyR" }, "r"],
    ["a letter under caps lock", { key: "R", code: "KeyR" }, "r"],
    ["a letter with Shift", { key: "R", code: "KeyR", shiftKey: true }, undefined],
    ["a letter with Alt", { key: "r", code: "KeyR", altKey: true }, undefined],
    ["a question mark", { key: "?", code: "Slash", shiftKey: true }, "?"],
    ["Ctrl and K", { key: "k", code: "KeyK", ctrlKey: true }, "Mod+k"],
    ["Command and K", { key: "k", code: "KeyK", metaKey: true }, "Mod+k"],
    ["Ctrl, Shift and K", { key: "K", code: "KeyK", ctrlKey: true, shiftKey: true }, undefined],
    ["an arrow", { key: "ArrowLeft", code: "ArrowLeft" }, "ArrowLeft"],
    ["a selecting arrow", { key: "ArrowLeft", code: "ArrowLeft", shiftKey: true }, undefined],
    ["a digit of a French layout", { key: "1", code: "Digit1", shiftKey: true }, "1"],
    ["a German Z, by what is printed on it", { key: "z", code: "KeyY" }, "z"],
    ["a Russian letter, by its place", { key: "к", code: "KeyR" }, "r"],
    ["a Greek question mark, by its place", { key: "͵", code: "Slash", shiftKey: true }, "?"],
    ["a Russian letter with Ctrl", { key: "л", code: "KeyK", ctrlKey: true }, "Mod+k"],
    ["an umlaut, which has no place among ours", { key: "ö", code: "Semicolon" }, undefined],
  ])("%s", (_, pressed, name) => {
    expect(nameOf({ ...PLAIN, ...pressed })).toBe(name);
  });
});

test("keys that follow each other wait, run, or start anew", () => {
  const all = ["r", "t a", "t ArrowLeft"];
  expect(step("", "r", all)).toEqual({ kind: "run", keys: "r" });
  expect(step("", "t", all)).toEqual({ kind: "wait", pending: "t" });
  expect(step("t", "a", all)).toEqual({ kind: "run", keys: "t a" });
  expect(step("t", "r", all)).toEqual({ kind: "run", keys: "r" });
  expect(step("", "a", all)).toEqual({ kind: "none" });
});

test("keys are written as they are printed", () => {
  expect(printed("Mod+k", false)).toEqual([["Ctrl", "K"]]);
  expect(printed("Mod+k", true)).toEqual([["⌘", "K"]]);
  expect(printed("t ArrowLeft", false)).toEqual([["T"], ["←"]]);
});
