import { World } from "./world.ts";

/** A world to look at: prod is slow on one data plane, one of qa has stopped. */
export function incident(now: number): World {
  const world = new World({ prod: 2, dev: 1, qa: 2, "line-of-business-payments": 3 });
  world.plane("dp-prod-01").slowFrom = now - 840;
  world.plane("dp-qa-02").stoppedAt = now - 260;
  return world;
}

/** A world in which everything that can break on the way of a measurement is broken somewhere. */
export function broken(now: number): World {
  const world = new World({ prod: 4, dev: 2, qa: 3 });
  world.plane("dp-prod-01").cutAt = now - 1500;
  world.plane("dp-prod-02").apiStoppedAt = now - 190;
  world.plane("dp-prod-03").lacks = ["breakers", "host"];
  world.plane("dp-dev-01").apiStoppedAt = now - 45;
  world.plane("dp-qa-01").stoppedAt = now - 50;
  world.plane("dp-qa-02").isStranger = true;
  world.plane("dp-qa-03").lacks = ["requests", "latency", "sizes"];
  return world;
}

/** Sixteen environments, as many as fit a screen. */
export function many(now: number): World {
  const names = ["eu", "us", "ap", "sa"].flatMap((place) =>
    ["prod", "stage", "qa", "dev"].map((kind) => `${kind}-${place}`),
  );
  const world = new World(Object.fromEntries(names.map((name, index) => [name, 1 + (index % 5)])));
  world.plane("dp-stage-us-01").slowFrom = now - 840;
  world.plane("dp-qa-ap-01").failingFrom = now - 300;
  world.plane("dp-dev-sa-01").stoppedAt = now - 8000;
  world.empty.add("qa-eu");
  return world;
}
