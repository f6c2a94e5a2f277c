import { expect, test, vi } from "vitest";
import { createCursorStore } from "./cursor-store.ts";

const frame = () => new Promise(requestAnimationFrame);
const at = (time: number) => ({ time, chart: "one", drawn: undefined });

test("many movements within a frame are told once, the last one", async () => {
  const store = createCursorStore();
  const heard: (number | undefined)[] = [];
  store.subscribe(() => heard.push(store.get()?.time));
  store.set(at(1));
  store.set(at(2));
  store.set(at(3));
  expect(heard).toEqual([]);
  await frame();
  expect(heard).toEqual([3]);
  store.set(null);
  await frame();
  expect(heard).toEqual([3, undefined]);
});

test("who left hears no more", async () => {
  const store = createCursorStore();
  const listener = vi.fn<() => void>();
  store.subscribe(listener)();
  store.set(at(1));
  await frame();
  expect(listener).not.toHaveBeenCalled();
});
