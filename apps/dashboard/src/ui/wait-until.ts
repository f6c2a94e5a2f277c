/** Waits frame by frame until something holds, but no longer than so many milliseconds. */
export function waitUntil(holds: () => boolean, patience: number): Promise<void> {
  const deadline = performance.now() + patience;
  return new Promise((resolve) => {
    function look() {
      if (holds() || performance.now() > deadline) resolve();
      else requestAnimationFrame(look);
    }
    // The first frame draws what was just changed.
    requestAnimationFrame(() => requestAnimationFrame(look));
  });
}
