import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { RefObject } from "react";
import { isPageWhole, onPaper } from "./paper.ts";

/** Beside the screen so much counts as on it, so that what is scrolled to is there in time. */
const MARGIN = "200px";

const onWhole = (listener: () => void) => onPaper("whole", listener);

/** Whether an element can be seen, or soon will be: on the screen, or on paper. */
export function useOnScreen<T extends Element>(): readonly [RefObject<T | null>, boolean] {
  const isWhole = useSyncExternalStore(onWhole, isPageWhole);
  const element = useRef<T>(null);
  const [isOnScreen, setOnScreen] = useState(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => setOnScreen(entries.some(({ isIntersecting }) => isIntersecting)),
      { rootMargin: MARGIN },
    );
    observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, []);
  return [element, isOnScreen || isWhole];
}
