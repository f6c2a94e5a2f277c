import {
  defaultRangeExtractor,
  useVirtualizer,
  useWindowVirtualizer,
} from "@tanstack/react-virtual";
import type { Range } from "@tanstack/react-virtual";
import {
  useCallback,
  useContext,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { RefObject } from "react";
import { FullPanelContext } from "./full-panel.ts";
import { isPageWhole, onPaper } from "./paper.ts";

/** Beside the screen so many rows are there as well, for keys and for quick wheels. */
const BESIDE = 6;
/** Paper has so many rows at most; the reader would leaf through the rest in vain. */
const PRINTED = 100;

/** As in style sheets. */
const NARROW = "(max-width: 1000px)";

interface Options {
  readonly count: number;
  /** How high a row is until it is measured, in pixels: on a desk and on a phone. */
  readonly heights: { readonly wide: number; readonly narrow: number };
  readonly keyOf: (index: number) => string;
  /** A row that is there wherever the screen is. */
  readonly kept?: number;
}

/** A row that is there; `gap` are the pixels of the rows before it that are not. */
export interface RowPlace {
  readonly index: number;
  readonly gap: number;
}

export interface RowsOnScreen {
  /** The element whose children the rows are. */
  readonly list: RefObject<HTMLDivElement | null>;
  readonly rows: readonly RowPlace[];
  /** The pixels of the rows behind the last one that is there. */
  readonly after: number;
  /** The `ref` of each row, which has its index as `data-index`. */
  readonly measure: (row: HTMLElement | null) => void;
  readonly isScrolling: boolean;
  /** How many rows paper has no room for; 0 on a screen. */
  readonly unprinted: number;
}

/** Which rows of a long list are on the screen, or soon will be; on paper the first ones are. */
export function useRowsOnScreen({ count, heights, keyOf, kept }: Options): RowsOnScreen {
  const list = useRef<HTMLDivElement>(null);
  const isFull = useContext(FullPanelContext).title !== undefined;
  const isPrinted = useSyncExternalStore(onPrint, isOnPaper);
  const common = {
    count,
    estimateSize: () => (window.matchMedia(NARROW).matches ? heights.narrow : heights.wide),
    getItemKey: keyOf,
    overscan: BESIDE,
    scrollMargin: useTop(list, isFull),
    rangeExtractor: useCallback((range: Range) => withKept(range, kept), [kept]),
  };
  // oxlint-disable-next-line react/incompatible-library -- the compiler that this is told for does not build these pages
  const page = useWindowVirtualizer({ ...common, enabled: !isFull });
  const panel = useVirtualizer({
    ...common,
    enabled: isFull,
    getScrollElement: () => panelAround(list.current),
  });
  const { getVirtualItems, getTotalSize, measureElement, isScrolling } = isFull ? panel : page;
  if (isPrinted) {
    const rows = Array.from({ length: Math.min(count, PRINTED) }, (_, index) => ({
      index,
      gap: 0,
    }));
    const unprinted = count - rows.length;
    return { list, rows, after: 0, measure: measureElement, isScrolling: false, unprinted };
  }
  let end = common.scrollMargin;
  const rows = getVirtualItems().map((item) => {
    const gap = item.start - end;
    end = item.end;
    return { index: item.index, gap };
  });
  const after = getTotalSize() - (end - common.scrollMargin);
  return { list, rows, after, measure: measureElement, isScrolling, unprinted: 0 };
}

function withKept(range: Range, kept: number | undefined): number[] {
  const seen = defaultRangeExtractor(range);
  if (kept === undefined || kept >= range.count || seen.includes(kept)) return seen;
  return [...seen, kept].toSorted((one, other) => one - other);
}

/** Where a list begins in what scrolls it, in pixels. */
function useTop(list: RefObject<HTMLElement | null>, isFull: boolean): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      if (list.current === null) return;
      const panel = isFull ? panelAround(list.current) : null;
      const origin = panel ? panel.getBoundingClientRect().top - panel.scrollTop : -window.scrollY;
      setTop(Math.round(list.current.getBoundingClientRect().top - origin));
    };
    measure();
    // What grows above the list moves it, and makes the page longer.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [list, isFull]);
  return top;
}

function panelAround(list: HTMLElement | null): HTMLElement | null {
  return list?.closest<HTMLElement>("[data-full]") ?? null;
}

function onPrint(listener: () => void): () => void {
  const ends = [onPaper("whole", listener), onPaper("layout", listener)];
  return () => ends.forEach((end) => end());
}

function isOnPaper(): boolean {
  return isPageWhole() || document.documentElement.dataset["paper"] !== undefined;
}
