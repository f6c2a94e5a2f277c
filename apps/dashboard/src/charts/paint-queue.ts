import { onPaper } from "../ui/paper.ts";

const waiting: (() => void)[] = [];
let frame = 0;

function paintOne() {
  waiting.shift()?.();
  frame = waiting.length > 0 ? requestAnimationFrame(paintOne) : 0;
}

/**
 * Runs a chart's repaint in a frame of its own, so that a refresh of many charts at once does not
 * hold up the page. Returns how to call it off.
 */
export function paintSoon(paint: () => void): () => void {
  waiting.push(paint);
  if (frame === 0) frame = requestAnimationFrame(paintOne);
  return () => {
    const place = waiting.indexOf(paint);
    if (place >= 0) waiting.splice(place, 1);
  };
}

/** Paper waits for no frame. */
onPaper("paint", () => {
  for (const paint of waiting.splice(0)) paint();
});
