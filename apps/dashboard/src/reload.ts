/** What a tab remembers of its reloads; other tabs have their own. */
type Memory = Pick<Storage, "getItem" | "setItem">;

const KEY = "sightline-reloaded-for";

/**
 * Loads a page anew when a part of it cannot be had: after an upgrade or a way back the server has
 * other files than those that an open tab knows. The address stays; the same part that is missing
 * once more is no reason for another try.
 */
export function reloadOnMissingParts(target: EventTarget, memory: Memory, reload: () => void) {
  target.addEventListener("vite:preloadError", (event) => {
    const missing = String((event as Event & { payload?: unknown }).payload);
    if (memory.getItem(KEY) === missing) return;
    memory.setItem(KEY, missing);
    reload();
  });
}
