import { useEffect } from "react";

/** Keeps the screen on while it is drawn, where the browser allows that: over HTTPS, and if asked. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let isOver = false;

    async function keepOn() {
      if (document.hidden || !("wakeLock" in navigator)) return;
      try {
        lock = await navigator.wakeLock.request("screen");
        if (isOver) await lock.release();
      } catch {
        // A browser that saves its battery may say no; the wall works all the same.
      }
    }

    // A hidden page loses its lock.
    document.addEventListener("visibilitychange", keepOn);
    void keepOn();
    return () => {
      isOver = true;
      document.removeEventListener("visibilitychange", keepOn);
      void lock?.release();
    };
  }, []);
}
