import { QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { RefreshClock } from "../clock/refresh-clock.ts";
import { makeClient, refetchOnTick } from "./client.ts";

const NEVER_HIDDEN = {
  now: () => 1_790_000_000_000,
  isHidden: () => false,
  onVisibilityChange: () => () => {},
};

/** A question that is answered when the test says so. */
function watched(live: boolean) {
  const client = makeClient();
  const clock = new RefreshClock(NEVER_HIDDEN, 10);
  const answers: (() => void)[] = [];
  const observer = new QueryObserver(client, {
    queryKey: ["question"],
    queryFn: () =>
      new Promise<number>((resolve) => {
        const count = answers.push(() => resolve(count));
      }),
    meta: { live },
  });
  const stop = observer.subscribe(() => {});
  refetchOnTick(client, clock);
  return { clock, answers, observer, stop };
}

test("a tick passes by while the last answer is still awaited", async () => {
  const { clock, answers, observer, stop } = watched(true);
  clock.refresh();
  clock.refresh();
  expect(answers).toHaveLength(1);
  answers[0]?.();
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe(1));
  clock.refresh();
  expect(answers).toHaveLength(2);
  stop();
});

test("what is past is not asked again, and what nobody looks at neither", async () => {
  const past = watched(false);
  past.answers[0]?.();
  await vi.waitFor(() => expect(past.observer.getCurrentResult().data).toBe(1));
  past.clock.refresh();
  expect(past.answers).toHaveLength(1);
  const left = watched(true);
  left.stop();
  left.clock.refresh();
  expect(left.answers).toHaveLength(1);
  past.stop();
});
