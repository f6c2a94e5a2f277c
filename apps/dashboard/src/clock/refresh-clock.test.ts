import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RefreshClock } from "./refresh-clock.ts";
import type { Every } from "./refresh-clock.ts";

/** A page that can be hidden, at seven seconds past a full minute. */
class Page {
  #hidden = false;
  #listener = () => {};

  now = () => Date.now();
  isHidden = () => this.#hidden;
  onVisibilityChange = (listener: () => void) => {
    this.#listener = listener;
    return () => {
      this.#listener = () => {};
    };
  };

  hide(hidden: boolean) {
    this.#hidden = hidden;
    this.#listener();
  }
}

const MINUTE = 1_790_000_040;
let page: Page;
let ticks: number[];
let clock: RefreshClock;

beforeEach(() => {
  vi.useFakeTimers({ now: (MINUTE + 7) * 1000 });
  page = new Page();
  clock = new RefreshClock(page, 10);
  ticks = [];
  clock.onTick(() => ticks.push(clock.tick - MINUTE));
});

afterEach(() => {
  vi.useRealTimers();
});

function pass(seconds: number) {
  vi.advanceTimersByTime(seconds * 1000);
}

test("a fresh page asks for a moment that others ask for as well", () => {
  expect(clock.tick).toBe(MINUTE);
});

test.each<[Every, number[]]>([
  [10, [10, 20, 30, 40, 50, 60]],
  [30, [30, 60]],
  [60, [60]],
  [0, []],
])("every %i s it ticks at full multiples", (every, wanted) => {
  clock.start(every);
  pass(54);
  expect(ticks).toEqual(wanted);
});

test("a hidden page is quiet, and catches up at once when it is shown", () => {
  clock.start(10);
  page.hide(true);
  pass(60);
  expect(ticks).toEqual([]);
  page.hide(false);
  expect(ticks).toEqual([60]);
  pass(3);
  expect(ticks).toEqual([60, 70]);
});

test("a page that was hidden for a moment does not ask again", () => {
  clock.start(10);
  page.hide(true);
  pass(1);
  page.hide(false);
  expect(ticks).toEqual([]);
});

test("refreshing by hand asks for the present, also when refreshing is off", () => {
  clock.start(0);
  clock.refresh();
  pass(100);
  expect(ticks).toEqual([7]);
});

test("a stopped clock does not tick", () => {
  const stop = clock.start(10);
  stop();
  pass(60);
  page.hide(false);
  expect(ticks).toEqual([]);
});
