import { useLayoutEffect, useState } from "react";
import type { RefObject } from "react";
import { onPaper } from "../ui/paper.ts";

/** An element's width in whole pixels; 0 until it is laid out. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(current);
    const leavePaper = onPaper("layout", () => setWidth(Math.floor(current.clientWidth)));
    return () => {
      observer.disconnect();
      leavePaper();
    };
  }, [element]);
  return width;
}
