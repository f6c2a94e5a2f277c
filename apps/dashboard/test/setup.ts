import "@testing-library/jest-dom/vitest";

import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// How long a page may take on a busy machine; what is awaited usually comes at once.
configure({ asyncUtilTimeout: 5000 });

// What is asked of a browser and jsdom does not have.
window.matchMedia ??= (media: string) =>
  Object.assign(new EventTarget(), {
    matches: false,
    media,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });
window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
window.IntersectionObserver ??= class {
  readonly #report: IntersectionObserverCallback;

  constructor(report: IntersectionObserverCallback) {
    this.#report = report;
  }

  observe(target: Element) {
    this.#report([{ isIntersecting: true, target } as IntersectionObserverEntry], this as never);
  }

  disconnect() {}
} as unknown as typeof IntersectionObserver;
window.scrollTo = () => {};
// Without a layout everything would have no height, and every row of a long list be on the screen.
Object.defineProperty(HTMLElement.prototype, "offsetHeight", { configurable: true, get: () => 50 });
Element.prototype.scrollIntoView ??= () => {};
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.open = false;
};

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  localStorage.clear();
});
