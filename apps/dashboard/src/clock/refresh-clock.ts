/** What a clock needs of the world around it. */
export interface Surroundings {
  /** Milliseconds since 1970, by the server's clock. */
  now(): number;
  isHidden(): boolean;
  /** Calls back whenever the page is hidden or shown; returns what ends that. */
  onVisibilityChange(listener: () => void): () => void;
}

/** How often the page asks again, in seconds; 0 is never. */
export type Every = 0 | 10 | 30 | 60;

/**
 * Decides when the page asks again and which moment it asks about: the tick.
 *
 * Ticks are multiples of the interval, so that all who look ask the same questions and share the
 * answers. A hidden page does not tick; it catches up when it is shown.
 */
export class RefreshClock {
  readonly #world: Surroundings;
  readonly #listeners = new Set<() => void>();
  #every: Every = 0;
  #tick: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `grain` is how finely the first tick is chosen, in seconds: the scrape interval. */
  constructor(world: Surroundings, grain: number) {
    this.#world = world;
    this.#tick = Math.floor(this.now() / grain) * grain;
  }

  /** The present, in seconds since 1970. */
  now(): number {
    return this.#world.now() / 1000;
  }

  /** The moment that everything on the page is asked for, in seconds since 1970. */
  get tick(): number {
    return this.#tick;
  }

  /** Calls back after every tick; returns what ends that. */
  readonly onTick = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Runs until the returned function is called. */
  start(every: Every): () => void {
    this.#every = every;
    const end = this.#world.onVisibilityChange(() => this.#resume());
    this.#resume();
    return () => {
      end();
      clearTimeout(this.#timer);
    };
  }

  /** Ticks at once, at the full second. */
  refresh(): void {
    this.#advance(Math.floor(this.now()));
    this.#schedule();
  }

  #resume(): void {
    clearTimeout(this.#timer);
    if (this.#every === 0 || this.#world.isHidden()) return;
    if (this.now() - this.#tick >= this.#every) this.#advance(this.#latest());
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#every === 0 || this.#world.isHidden()) return;
    const next = this.#latest() + this.#every;
    this.#timer = setTimeout(() => this.#resume(), (next - this.now()) * 1000);
  }

  #latest(): number {
    return Math.floor(this.now() / this.#every) * this.#every;
  }

  #advance(tick: number): void {
    this.#tick = tick;
    for (const listener of this.#listeners) listener();
  }
}
