import { useEffect, useState } from "react";
import { useFreshness } from "../../api/useFreshness.ts";
import { useNow } from "../../clock/ClockContext.ts";
import { formatTimeOfDay } from "../../lib/format/moment.ts";
import { formatOffset, offsetAt } from "../../lib/time/zone.ts";
import { Age } from "../../ui/Age.tsx";
import { useChangeView, useView } from "../../view/useView.ts";
import styles from "./Kiosk.module.css";
import { useRotation } from "./useRotation.ts";
import { useWakeLock } from "./useWakeLock.ts";

/** How long the button stays after the pointer moved, in milliseconds. */
const SHOWN = 3000;

interface Props {
  /** Each page's name by its address. */
  readonly pages: readonly { readonly to: string; readonly name: string }[];
  /** How long a page stays. */
  readonly seconds: number;
}

/** In place of the bar on a wall: which page this is, how old, what time it is; and the next page in time. */
export function Kiosk({ pages, seconds }: Props) {
  const view = useView();
  const change = useChangeView();
  const { to, weight } = useRotation(view, seconds);
  const { at, isFailing } = useFreshness();
  const now = useNow();
  const isMoved = usePointerMoved();
  useWakeLock();
  useScale();

  useEffect(() => {
    function leave(event: KeyboardEvent) {
      if (event.key === "Escape") change({ kiosk: undefined });
    }
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, [change]);

  const environments = view.areAll
    ? "all environments"
    : view.environments.map(({ title }) => title).join(", ");
  return (
    <header className={styles.line}>
      <span
        key={`${to} ${environments}`}
        className={styles.progress}
        style={{ animationDuration: `${seconds * weight}s` }}
      />
      <strong>{pages.find((page) => page.to === to)?.name}</strong>
      <span className={styles.environments}>{environments}</span>
      {at !== undefined && (
        <span className={styles.age} data-failing={isFailing}>
          <Age since={at} /> old
        </span>
      )}
      <time className={styles.clock}>
        {formatTimeOfDay(now, view.zone).slice(0, 5)}{" "}
        <small>{formatOffset(offsetAt(now, view.zone))}</small>
      </time>
      <button
        type="button"
        className={styles.leave}
        data-shown={isMoved}
        onClick={() => change({ kiosk: undefined })}
      >
        Leave (Esc)
      </button>
    </header>
  );
}

/** Whether the pointer moved a moment ago: somebody stands there who may want to leave. */
function usePointerMoved(): boolean {
  const [isMoved, setMoved] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    function move() {
      setMoved(true);
      clearTimeout(timer);
      timer = setTimeout(() => setMoved(false), SHOWN);
    }
    window.addEventListener("pointermove", move);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pointermove", move);
    };
  }, []);
  return isMoved;
}

/** How wide a page is drawn for a wall, in its own pixels: what is left is made larger. */
const WIDTH = 1160;

/** Makes all as large as the screen allows, so that it can be read from some metres away. */
function useScale(): void {
  useEffect(() => {
    const { style, dataset } = document.documentElement;
    function scale() {
      style.setProperty("--wall-zoom", String(Math.max(window.innerWidth / WIDTH, 1)));
    }
    dataset["wall"] = "";
    scale();
    window.addEventListener("resize", scale);
    return () => {
      window.removeEventListener("resize", scale);
      style.removeProperty("--wall-zoom");
      delete dataset["wall"];
    };
  }, []);
}
