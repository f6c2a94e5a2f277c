import { expect, test } from "vitest";
import { paintSoon } from "./paint-queue.ts";

const frame = () => new Promise(requestAnimationFrame);

test("each frame paints one chart, and what was called off is not painted", async () => {
  const painted: string[] = [];
  const paint = (name: string) => paintSoon(() => painted.push(name));
  paint("first");
  const callOff = paint("second");
  paint("third");
  callOff();
  await frame();
  expect(painted).toEqual(["first"]);
  await frame();
  expect(painted).toEqual(["first", "third"]);
});
