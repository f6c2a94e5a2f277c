import { render } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { useWakeLock } from "./useWakeLock.ts";

/** A screen that goes off by itself unless somebody holds it, as browsers have it. */
class Screen {
  readonly #locks = new Set<object>();
  mayBeHeld = true;

  constructor() {
    vi.stubGlobal("navigator", { wakeLock: { request: () => this.#hold() } });
  }

  get staysOn(): boolean {
    return this.#locks.size > 0;
  }

  /** The reader turns to another tab, or comes back; a hidden page loses its lock. */
  hide(isHidden: boolean) {
    vi.spyOn(document, "hidden", "get").mockReturnValue(isHidden);
    if (isHidden) this.#locks.clear();
    document.dispatchEvent(new Event("visibilitychange"));
  }

  async #hold() {
    if (!this.mayBeHeld) throw new DOMException("the battery is low", "NotAllowedError");
    const lock = { release: async () => void this.#locks.delete(lock) };
    this.#locks.add(lock);
    return lock;
  }
}

function Wall() {
  useWakeLock();
  return <p>wall</p>;
}

afterEach(() => {
  vi.restoreAllMocks();
});

test("the screen stays on while a wall is drawn, and no longer", async () => {
  const screen = new Screen();
  const { unmount } = render(<Wall />);
  await vi.waitFor(() => expect(screen.staysOn).toBe(true));
  unmount();
  await vi.waitFor(() => expect(screen.staysOn).toBe(false));
});

test("the screen stays on again when somebody comes back to the wall", async () => {
  const screen = new Screen();
  render(<Wall />);
  await vi.waitFor(() => expect(screen.staysOn).toBe(true));
  screen.hide(true);
  expect(screen.staysOn).toBe(false);
  screen.hide(false);
  await vi.waitFor(() => expect(screen.staysOn).toBe(true));
});

test("a wall that is left while the screen is asked for does not hold it", async () => {
  const screen = new Screen();
  render(<Wall />).unmount();
  await vi.waitFor(() => expect(screen.staysOn).toBe(false));
});

test("a wall is drawn where the browser lets nobody hold the screen", async () => {
  const screen = new Screen();
  screen.mayBeHeld = false;
  const { findByText } = render(<Wall />);
  expect(await findByText("wall")).toBeVisible();
  expect(screen.staysOn).toBe(false);
});
