import { useEffect, useRef, useState } from "react";
import type { RefObject } from "react";

/** Beside the screen so much counts as on it, so that what is scrolled to is there in time. */
const MARGIN = "200px";

/** Whether an element can be seen, or soon will be. */
export function useOnScreen<T extends Element>(): readonly [RefObject<T | null>, boolean] {
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
  return [element, isOnScreen];
}
